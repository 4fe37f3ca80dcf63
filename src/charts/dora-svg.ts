import { barPanel } from "./bar-panel.js";
import { HEADING_HEIGHT, heading } from "./heading.js";
import { type LegendEntry, legend, legendHeight } from "./legend.js";
import { COLOUR, ENVIRONMENT_COLOURS, FONT, MARGIN, WIDTH } from "./look.js";
import { svgDocument } from "./svg.js";
import type { DoraChartView, DoraMeasure } from "./views.js";

const MEASURES = ["deployments", "leadTime", "changeFailureRate", "timeToRestore"] as const;
const BETWEEN = 40;
const PANEL = { width: (WIDTH - 2 * MARGIN - BETWEEN) / 2, height: 330 };
const TOP = HEADING_HEIGHT + 16;

const UNITS = [
  { unit: "s", milliseconds: 1_000, upTo: 180_000 },
  { unit: "min", milliseconds: 60_000, upTo: 180 * 60_000 },
  { unit: "h", milliseconds: 3_600_000, upTo: 72 * 3_600_000 },
  { unit: "d", milliseconds: 24 * 3_600_000, upTo: Number.POSITIVE_INFINITY },
] as const;

/** Four panels, one for each measure, month by month. */
export function doraSvg(view: DoraChartView): string {
  const entries = legendOf(view.environments.map(({ name }) => name));
  const panels = TOP + 2 * PANEL.height + BETWEEN;
  const height = panels + legendHeight(entries) + MARGIN;
  return svgDocument(
    { width: WIDTH, height },
    { background: COLOUR.background, font: FONT },
    heading(view),
    ...MEASURES.map((measure, index) => drawPanel(view, measure, index)),
    legend(entries, panels),
  );
}

function drawPanel(view: DoraChartView, measure: DoraMeasure, index: number): string {
  const { words, months, environments } = view;
  const raw = environments.map(({ values }) => values[measure]);
  const { divisor, unit, least, label } = scaleOf(view, measure, raw.flat());
  const values = raw.map((list) => list.map((value) => (value === undefined ? undefined : value / divisor)));
  const left = MARGIN + (index % 2) * (PANEL.width + BETWEEN);
  const top = TOP + Math.floor(index / 2) * (PANEL.height + BETWEEN);
  return barPanel(
    {
      title: words.measure[measure],
      ...{ unit, values, label, least, noData: words.noData },
      months: months.map((month) => monthName(month, view)),
    },
    { left, top, ...PANEL },
  );
}

function scaleOf(
  { words, language }: DoraChartView,
  measure: DoraMeasure,
  values: readonly (number | undefined)[],
) {
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
  const plain = (value: number) => number.format(value);
  if (measure === "deployments") return { divisor: 1, unit: words.count, least: 4, label: String };
  if (measure === "changeFailureRate") {
    const percent = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
    return { divisor: 0.01, unit: words.share, least: 20, label: (value: number) => percent.format(value) };
  }
  const largest = Math.max(0, ...values.filter((value) => value !== undefined));
  const unit = UNITS.find(({ upTo }) => largest < upTo) ?? UNITS[0];
  return { divisor: unit.milliseconds, unit: words.unit[unit.unit], least: 1, label: plain };
}

/** @param month `2025-06` */
function monthName(month: string, { language }: DoraChartView): string {
  const format = new Intl.DateTimeFormat(language, { month: "short", timeZone: "UTC" });
  return format.format(Date.parse(`${month}-01T00:00:00Z`));
}

/** None where there is nothing to tell apart. */
function legendOf(names: readonly string[]): readonly LegendEntry[] {
  if (names.length < 2) return [];
  return names.map((words, index) => ({
    colour: ENVIRONMENT_COLOURS[index % ENVIRONMENT_COLOURS.length] ?? COLOUR.line,
    words,
  }));
}
