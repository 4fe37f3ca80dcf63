import { type HealthSeries, uptimeOf } from "../health/health-series.js";
import { availabilityStrip } from "./availability-strip.js";
import { HEADING_HEIGHT, heading } from "./heading.js";
import { latencyPlot } from "./latency-plot.js";
import { legend, legendHeight } from "./legend.js";
import { COLOUR, FONT, MARGIN, SIZE, WIDTH } from "./look.js";
import { svgDocument, textAt } from "./svg.js";
import type { HealthChartView } from "./views.js";

/** Room for the labels of the latencies. */
const LEFT = 118;
const STRIP = { top: 46, height: 34 };
const PLOT = { top: 98, height: 104 };
const SECTION_HEIGHT = 260;

/** One section for each range: uptime, a strip of availability, and the latency over the same time. */
export function healthSvg(view: HealthChartView): string {
  const { series, words } = view;
  const entries = [
    { colour: COLOUR.up, words: words.up },
    { colour: COLOUR.down, words: words.down },
    { colour: COLOUR.unknown, words: words.unknown },
    { colour: COLOUR.line, words: words.average },
    { colour: COLOUR.band, words: words.p95 },
  ];
  const sections = HEADING_HEIGHT + series.length * SECTION_HEIGHT;
  return svgDocument(
    { width: WIDTH, height: sections + legendHeight(entries) + MARGIN },
    { background: COLOUR.background, font: FONT },
    heading(view),
    ...series.map((each, index) => section(each, HEADING_HEIGHT + index * SECTION_HEIGHT, view)),
    legend(entries, sections),
  );
}

function section(series: HealthSeries, top: number, view: HealthChartView): string {
  const { words, language, timeZone } = view;
  const across = { left: LEFT, width: WIDTH - LEFT - MARGIN };
  const label = { size: SIZE.heading, fill: COLOUR.ink, bold: true };
  const figure = { size: SIZE.figure, fill: COLOUR.ink, bold: true, anchor: "end" } as const;
  return [
    textAt(MARGIN, top + 32, words.range[series.range], label),
    textAt(WIDTH - MARGIN, top + 32, percentage(uptimeOf(series), view), figure),
    availabilityStrip(series, { ...across, top: top + STRIP.top, height: STRIP.height }),
    latencyPlot(
      series,
      { ...across, top: top + PLOT.top, height: PLOT.height },
      { language, timeZone, noData: words.noData },
    ),
  ].join("");
}

/** Cut, not rounded: nothing but no outage at all is 100 %. */
function percentage(uptime: number | undefined, { language }: HealthChartView): string {
  if (uptime === undefined) return "–";
  const cut = Math.floor(uptime * 100) / 100;
  const format = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 2 });
  return format.format(cut / 100);
}
