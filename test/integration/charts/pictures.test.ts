import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { doraSvg } from "../../../src/charts/dora-svg.js";
import { doraChart, healthChart } from "../../../src/charts/draw-chart.js";
import { healthSvg } from "../../../src/charts/health-svg.js";
import { COLOUR, ENVIRONMENT_COLOURS } from "../../../src/charts/look.js";
import type { DoraChartView, HealthChartView } from "../../../src/charts/views.js";
import {
  allDown,
  busy,
  doraView,
  empty,
  environmentStats,
  healthView,
  hourly,
  latencyOf,
  longTarget,
  monthsBack,
  NOW,
  noStats,
  onePoint,
} from "../../unit/charts/sample-charts.js";
import { coloursOfEdge, decode, textBoxes, ZOOM } from "./picture.js";

/** A folder for the documentation's pictures; none are kept without it. */
const SCREENSHOTS = process.env["SCREENSHOTS"];
const LONG_NAME = "wmwmwmwmwmwmwmwmwmwmwmwmwmwmwmwm";
const MINUTE_MS = 60_000;

const healthShapes = { busy, hourly, empty, onePoint, allDown };
const healthViews = (["en", "fr"] as const).flatMap((language) => [
  ...Object.entries(healthShapes).map(([name, shape]): [string, HealthChartView] => [
    `${name} in ${language}`,
    healthView(language, shape),
  ]),
  [`long names in ${language}`, healthView(language, busy, longTarget)] as [string, HealthChartView],
  [
    `a slow one in ${language}`,
    healthView(language, () => ({ availability: 1, latency: latencyOf(12_345) })),
  ] as [string, HealthChartView],
]);

const several = (names: readonly string[], months: number) =>
  names.map((name, index) => environmentStats(name, months, index * 11 + 1));
const doraViews = (["en", "fr"] as const).flatMap((language): [string, DoraChartView][] => [
  [`one environment in ${language}`, doraView(language, several(["prod"], 6))],
  [`one month in ${language}`, doraView(language, several(["prod"], 1))],
  [`three environments in ${language}`, doraView(language, several(["uat", "preprod", "prod"], 6))],
  [`five long names in ${language}`, doraView(language, several(Array(5).fill(LONG_NAME), 12))],
  [`a year in ${language}`, doraView(language, several(["prod"], 12))],
  [`nothing in ${language}`, doraView(language, [noStats("prod", 6)])],
  [
    `very large numbers in ${language}`,
    doraView(language, [
      {
        target: longTarget,
        months: monthsBack(6).map((month) => ({
          month,
          deployments: 4_321,
          leadTimeMs: 4_000 * 24 * 3_600_000,
          changeFailureRate: 1,
          timeToRestoreMs: 999 * 24 * 3_600_000,
        })),
      },
    ]),
  ],
]);

const svgs: readonly [string, string][] = [
  ...healthViews.map(([name, view]): [string, string] => [`health: ${name}`, healthSvg(view)]),
  ...doraViews.map(([name, view]): [string, string] => [`stats: ${name}`, doraSvg(view)]),
];

describe.each(svgs)("the texts of %s", (_name, svg) => {
  const boxes = textBoxes(svg);
  const [, width = "", height = ""] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];

  it("lie inside the picture", () => {
    const outside = boxes.filter(
      ({ left, right, top, bottom }) =>
        left < 8 || right > Number(width) - 8 || top < 8 || bottom > Number(height) - 8,
    );

    expect(outside).toEqual([]);
  });

  it("do not lie over each other", () => {
    const overlapping = boxes.flatMap((a, index) =>
      boxes
        .slice(index + 1)
        .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        .map((b) => [a.text, b.text]),
    );

    expect(overlapping).toEqual([]);
  });
});

describe("the picture of /health", () => {
  it("is a PNG of twice the SVG's size, with nothing at its edge", async () => {
    const picture = decode(await healthChart(healthView("en", busy)));

    expect([picture.width, picture.height]).toEqual([800 * ZOOM, 960 * ZOOM]);
    expect([...coloursOfEdge(picture, 8)]).toEqual([COLOUR.background]);
  });

  it("shows up, down and unknown where they were, and the latency at its height", async () => {
    const view = healthView("en", (ago) => {
      if (ago > 600 * MINUTE_MS && ago < 700 * MINUTE_MS) return undefined;
      return ago > 300 * MINUTE_MS && ago < 400 * MINUTE_MS
        ? { availability: 0 }
        : { availability: 1, latency: { average: 100, min: 100, max: 400, p95: 400 } };
    });
    const picture = decode(await healthChart(view));
    // The plot goes from 118 to 768; the day's strip from 146 to 180; its latencies from 400 ms at 198 to 0 at 302.
    const xOf = (agoMinutes: number) => {
      const [{ from, to } = { from: 0, to: 1 }] = view.series;
      return 118 + (650 * (NOW - agoMinutes * MINUTE_MS - from)) / (to - from);
    };

    const strip = [900, 650, 350, 100].map((ago) => picture.colourAt(xOf(ago), 150));
    const line = [900, 650, 350, 100].map((ago) => picture.colourAt(xOf(ago), 302 - 104 / 4));
    const band = [900, 650, 350, 100].map((ago) => picture.colourAt(xOf(ago), 302 - 104 / 1.5));

    expect(strip).toEqual([COLOUR.up, COLOUR.background, COLOUR.down, COLOUR.up]);
    expect(picture.colourAt(xOf(650), 178)).toBe(COLOUR.unknown);
    expect(line).toEqual([COLOUR.line, COLOUR.background, COLOUR.background, COLOUR.line]);
    expect(band).toEqual([COLOUR.band, COLOUR.background, COLOUR.background, COLOUR.band]);
  });

  it("looks as in the documentation", async () => {
    const png = await healthChart(healthView("en", busy));
    if (SCREENSHOTS !== undefined) await writeFile(join(SCREENSHOTS, "health-chart.png"), png);

    expect(decode(png).colourAt(740, 160)).toBe(COLOUR.up);
  });
});

describe("the picture of /stats", () => {
  it("has bars as high as their numbers", async () => {
    const months = monthsBack(2).map((month, index) => ({ month, deployments: index === 0 ? 10 : 30 }));
    const view = doraView("en", [{ target: { project: "shop", environment: "prod" }, months }]);
    const picture = decode(await doraChart(view));
    // The first panel's plot: 94 to 380 across, from 30 at 208 to 0 at 410; beside the numbers above the bars.
    const barAt = (x: number, value: number) => picture.colourAt(x, 410 - (202 * value) / 30);

    expect([barAt(135, 9.5), barAt(135, 11.9)]).toEqual([ENVIRONMENT_COLOURS[0], COLOUR.background]);
    expect([barAt(279, 11.9), barAt(279, 29.5)]).toEqual([ENVIRONMENT_COLOURS[0], ENVIRONMENT_COLOURS[0]]);
  });

  it("looks as in the documentation", async () => {
    const png = await doraChart(doraView("en", several(["uat", "preprod", "prod"], 6)));
    if (SCREENSHOTS !== undefined) await writeFile(join(SCREENSHOTS, "stats-chart.png"), png);

    expect([...coloursOfEdge(decode(png), 8)]).toEqual([COLOUR.background]);
  });
});
