import { describe, expect, it } from "vitest";
import { healthSvg } from "../../../src/charts/health-svg.js";
import { timeTicks } from "../../../src/charts/time-ticks.js";
import type { HealthChartView } from "../../../src/charts/views.js";
import { busy, empty, healthView, hourly, latencyOf, onePoint } from "./sample-charts.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const linesOf = (svg: string) => [...svg.matchAll(/<path d="([^"]*)" fill="none"/g)].map(([, d = ""]) => d);
const textsOf = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text = ""]) => text);

describe("the latency in the picture of /health", () => {
  it("goes through each measured point, at the scale's place", () => {
    const view = healthView("en", () => ({
      availability: 1,
      latency: { average: 50, min: 50, max: 200, p95: 200 },
    }));

    const [day = ""] = linesOf(healthSvg(view));

    // The middle of the first of 144 buckets between 118 and 768; 50 of 200 ms between 302 and 198.
    expect(day.startsWith(`M${round(118 + 650 / 288)},276`)).toBe(true);
    expect(day.endsWith(`${round(768 - 650 / 288)},276`)).toBe(true);
  });

  it("has a gap where nothing is known, and where nothing answered", () => {
    expect(linesOf(dayOf(healthView("en", busy)))).toHaveLength(3);
  });

  it("goes on between two looks of a quiet environment", () => {
    expect(linesOf(dayOf(healthView("en", hourly)))).toHaveLength(3);
  });

  it("is a dot where it was measured once", () => {
    const svg = healthSvg(healthView("en", onePoint));

    expect(linesOf(svg)).toEqual([]);
    expect(svg.match(/<circle/g)).toHaveLength(1);
  });

  it("is said to be missing where there is none", () => {
    expect(
      textsOf(healthSvg(healthView("en", empty))).filter((text) => text === "No latency measured"),
    ).toHaveLength(3);
  });

  it("is told in seconds where it is long", () => {
    const view = healthView("fr", () => ({ availability: 1, latency: latencyOf(900) }));

    expect(textsOf(healthSvg(view))).toContain("2 s");
  });
});

describe("the uptime in the picture of /health", () => {
  const figures = (availability: number, language: "en" | "fr" = "en") =>
    textsOf(healthSvg(healthView(language, () => ({ availability }))));

  it("is never rounded up to all of the time", () => {
    expect(figures(0.999_999)).toContain("99.99%");
    expect(figures(1)).toContain("100%");
  });

  it("is written as the language wants it", () => {
    expect(figures(0.995, "fr").find((text) => text.includes("%"))).toMatch(/^99,5\s%$/);
  });
});

describe("timeTicks", () => {
  const ticks = (range: "24h" | "7d" | "30d", to: number, span: number, timeZone: string) =>
    timeTicks({ range, from: to - span, to }, timeZone, "en");

  it("begins quarters of a day by the clocks there", () => {
    const day = ticks("24h", Date.UTC(2026, 0, 2), DAY_MS, "Asia/Kathmandu");

    expect(day.map(({ label }) => label)).toEqual(["06:00", "12:00", "18:00", "00:00"]);
    expect(day[0]?.at).toBe(Date.UTC(2026, 0, 1, 0, 15));
  });

  it("begins days at midnight also where the clocks change", () => {
    const week = ticks("7d", Date.UTC(2026, 2, 31, 12), 7 * DAY_MS, "Europe/Paris");

    const midnights = [25, 26, 27, 28, 29].map((day) => Date.UTC(2026, 2, day) - HOUR_MS);
    const summer = [30, 31].map((day) => Date.UTC(2026, 2, day) - 2 * HOUR_MS);
    expect(week.map(({ at }) => at)).toEqual([...midnights, ...summer]);
  });

  it("begins a day at one o'clock where there is no midnight", () => {
    const week = ticks("7d", Date.UTC(2026, 3, 26), 3 * DAY_MS, "Africa/Cairo");

    expect(week.map(({ at }) => at)).toEqual([
      Date.UTC(2026, 3, 23, 22),
      Date.UTC(2026, 3, 24, 21),
      Date.UTC(2026, 3, 25, 21),
    ]);
  });

  it("keeps six days apart within a month", () => {
    const month = ticks("30d", Date.UTC(2026, 1, 3), 30 * DAY_MS, "UTC");

    expect(month.map(({ label }) => label)).toEqual(["Jan 7", "Jan 13", "Jan 19", "Jan 25", "Feb 1"]);
  });
});

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** The picture of the last day alone. */
function dayOf(view: HealthChartView): string {
  return healthSvg({ ...view, series: view.series.slice(0, 1) });
}
