import { area, curveMonotoneX, line } from "d3-shape";
import type { Language } from "../config/schema.js";
import type { HealthPoint, HealthSeries } from "../health/health-series.js";
import { COLOUR, MARGIN, SIZE, WIDTH, widthOf } from "./look.js";
import { type Box, noData, valueAxis } from "./plot.js";
import { element, textAt } from "./svg.js";
import { type Tick, timeTicks } from "./time-ticks.js";

type Latency = NonNullable<HealthPoint["latency"]>;

interface Measured extends Latency {
  /** Where it lies, in units. */
  readonly x: number;
}

export interface PlotWords {
  readonly language: Language;
  readonly timeZone: string;
  readonly noData: string;
}

/** The average as a line, with a band up to the 95th percentile, and the time below. */
export function latencyPlot(series: HealthSeries, box: Box, words: PlotWords): string {
  const segments = segmentsOf(series, box);
  const times = timeAxis(series, box, words);
  if (segments.length === 0) return times + noData(box, words.noData);
  const { y, drawn } = valueAxis(
    box,
    Math.max(1, ...segments.flat().map(({ p95 }) => p95)),
    milliseconds(words.language),
    2,
  );
  const lines = segments.map((segment) => drawSegment(segment, y));
  return drawn + times + lines.join("");
}

/**
 * Points that belong together. Between two looks nothing is measured, and the line goes on; where nothing is known, or
 * nothing answered, it breaks.
 */
function segmentsOf({ points }: HealthSeries, box: Box): readonly (readonly Measured[])[] {
  const segments: Measured[][] = [];
  let current: Measured[] | undefined;
  for (const [index, { latency, availability, downMs }] of points.entries()) {
    if (latency !== undefined) {
      if (current === undefined) {
        current = [];
        segments.push(current);
      }
      current.push({ ...latency, x: box.left + ((index + 0.5) * box.width) / points.length });
    } else if (availability === undefined || downMs > 0) current = undefined;
  }
  return segments;
}

function drawSegment(segment: readonly Measured[], y: (value: number) => number): string {
  const [first, second] = segment;
  if (first !== undefined && second === undefined) {
    return element("circle", { cx: first.x, cy: y(first.average), r: 4, fill: COLOUR.line });
  }
  const band = area<Measured>(
    ({ x }) => x,
    ({ average }) => y(average),
    ({ average, p95 }) => y(Math.max(average, p95)),
  ).curve(curveMonotoneX);
  const average = line<Measured>(
    ({ x }) => x,
    (point) => y(point.average),
  ).curve(curveMonotoneX);
  return (
    element("path", { d: band([...segment]) ?? "", fill: COLOUR.band }) +
    element("path", {
      ...{ d: average([...segment]) ?? "", fill: "none", stroke: COLOUR.line, "stroke-width": 3 },
      ...{ "stroke-linejoin": "round", "stroke-linecap": "round" },
    })
  );
}

function timeAxis(series: HealthSeries, box: Box, { timeZone, language }: PlotWords): string {
  const ground = box.top + box.height;
  return timeTicks(series, timeZone, language)
    .map((tick) =>
      drawTick(tick, box.left + ((tick.at - series.from) / (series.to - series.from)) * box.width),
    )
    .join("");

  function drawTick({ label }: Tick, x: number): string {
    const mark = { x1: x, x2: x, y1: ground, y2: ground + 7, stroke: COLOUR.muted, "stroke-width": 1.5 };
    const half = widthOf(label, SIZE.text) / 2;
    const inside = Math.min(Math.max(x, box.left + half - MARGIN), WIDTH - MARGIN - half);
    const style = { size: SIZE.text, fill: COLOUR.muted, anchor: "middle" } as const;
    return element("line", mark) + textAt(inside, ground + 30, label, style);
  }
}

/** `250 ms`, `1.5 s`. */
function milliseconds(language: Language): (value: number) => string {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  return (value) =>
    value >= 1_000
      ? `${number.format(value / 1_000)} s`
      : `${number.format(value)}${value === 0 ? "" : " ms"}`;
}
