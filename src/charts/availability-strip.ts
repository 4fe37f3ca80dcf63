import type { HealthPoint, HealthSeries } from "../health/health-series.js";
import { COLOUR } from "./look.js";
import type { Box } from "./plot.js";
import { element } from "./svg.js";

/** A minute of a long bucket must not vanish. Units. */
const LEAST_DOWN = 8;

/** Points in a row that look the same: most of a month is one bar. */
interface Run {
  readonly first: number;
  readonly count: number;
  /** Height of the red part; undefined where nobody knows. */
  readonly down: number | undefined;
}

/** Full bars where it was up, red from the ground where it was down, low grey ones where nobody knows. */
export function availabilityStrip({ points }: HealthSeries, box: Box): string {
  const ground = box.top + box.height;
  const bars = runsOf(points, box.height).map(({ first, count, down }) => {
    const x = box.left + (first * box.width) / points.length;
    const width = (count * box.width) / points.length;
    const bar = (height: number, fill: string) =>
      element("rect", { x, y: ground - height, width, height, fill, "shape-rendering": "crispEdges" });
    if (down === undefined) return bar(box.height / 6, COLOUR.unknown);
    return bar(box.height, COLOUR.up) + (down === 0 ? "" : bar(down, COLOUR.down));
  });
  return bars.join("");
}

function runsOf(points: readonly HealthPoint[], height: number): readonly Run[] {
  const runs: Run[] = [];
  for (const [first, point] of points.entries()) {
    const down = downHeight(point, height);
    const last = runs.at(-1);
    if (last !== undefined && last.down === down) runs[runs.length - 1] = { ...last, count: last.count + 1 };
    else runs.push({ first, count: 1, down });
  }
  return runs;
}

function downHeight({ availability, downMs }: HealthPoint, height: number): number | undefined {
  if (availability === undefined) return undefined;
  return downMs === 0 ? 0 : Math.max(LEAST_DOWN, (1 - availability) * height);
}
