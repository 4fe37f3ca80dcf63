import type { EnvironmentStats, Stats } from "../../../src/app/look-up-stats.js";
import type { DoraChartView, HealthChartView } from "../../../src/charts/views.js";
import type { Language } from "../../../src/config/schema.js";
import type { MonthFigures } from "../../../src/deployments/dora.js";
import { healthChartOf } from "../../../src/discord/messages/health-reply.js";
import { statsChart } from "../../../src/discord/messages/stats-reply.js";
import {
  HEALTH_RANGE_NAMES,
  HEALTH_RANGES,
  type HealthPoint,
  type HealthSeries,
} from "../../../src/health/health-series.js";

/** A Wednesday, 12:34 in Paris. */
export const NOW = Date.UTC(2026, 5, 10, 10, 34);
const timeZone = "Europe/Paris";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** What a point is like, by how long ago it began; undefined leaves a gap. */
type Shape = (agoMs: number) => Pick<HealthPoint, "availability" | "latency"> | undefined;

/** One series for each range, made of the same story. */
export function seriesOf(shape: Shape): readonly HealthSeries[] {
  return HEALTH_RANGE_NAMES.map((range) => {
    const { bucketMs, buckets } = HEALTH_RANGES[range];
    const to = (Math.floor(NOW / bucketMs) + 1) * bucketMs;
    const from = to - buckets * bucketMs;
    const points = Array.from({ length: buckets }, (_, index): HealthPoint => {
      const start = from + index * bucketMs;
      const point = shape(NOW - start);
      const up = point?.availability;
      const known = up === undefined ? 0 : bucketMs;
      return { start, upMs: known * (up ?? 0), downMs: known * (1 - (up ?? 0)), ...point };
    });
    return { range, from, to, bucketMs, points };
  });
}

/** Numbers from 0 to 1 that look like chance and are always the same. */
function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return x - Math.floor(x);
}

export function latencyOf(average: number): NonNullable<HealthPoint["latency"]> {
  return { average, min: average * 0.7, max: average * 2.4, p95: average * 1.7 };
}

/** Busy by day, quiet by night, down for an hour this morning and a while last week; not looked at for two hours. */
export const busy: Shape = (ago) => {
  const hour = ((NOW - ago) / HOUR_MS) % 24;
  const average = 120 + 60 * Math.sin(((hour - 8) / 24) * 2 * Math.PI) + 40 * noise(ago / MINUTE_MS);
  if (ago > 9 * HOUR_MS && ago < 11 * HOUR_MS) return undefined;
  if (ago > 3 * HOUR_MS && ago < 4 * HOUR_MS) return { availability: 0 };
  if (ago > 5 * DAY_MS && ago < 5.2 * DAY_MS) return { availability: 0.4, latency: latencyOf(900) };
  return { availability: 1, latency: latencyOf(average) };
};

/** Looked at each hour, as configured by default: five of six buckets of ten minutes have no latency of their own. */
export const hourly: Shape = (ago) => {
  const point = busy(ago);
  const looked = Math.round((NOW - ago) / MINUTE_MS) % 60 < 10;
  return point === undefined || looked ? point : { availability: point.availability ?? 0 };
};

export const empty: Shape = () => undefined;
export const onePoint: Shape = (ago) =>
  ago > 0 && ago < 10 * MINUTE_MS ? { availability: 1, latency: latencyOf(80) } : undefined;
export const allDown: Shape = () => ({ availability: 0 });

const LONG = "wmwmwmwmwmwmwmwmwmwmwmwmwmwmwmwm";
export const longTarget = { project: LONG, environment: LONG };

export function healthView(
  language: Language,
  shape: Shape,
  target = { project: "shop", environment: "prod" },
): HealthChartView {
  return healthChartOf({ target, at: NOW, series: seriesOf(shape) }, { timeZone, language });
}

export function monthsBack(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(2026, 5 - (count - 1 - index), 1)).toISOString().slice(0, 7),
  );
}

function figures(month: string, index: number, seed: number): MonthFigures {
  const chance = noise(index + seed);
  return {
    month,
    deployments: Math.round(6 + 18 * chance),
    leadTimeMs: (3 + 20 * noise(index + seed + 7)) * HOUR_MS,
    changeFailureRate: Math.round(20 * noise(index + seed + 3)) / 100,
    ...(index % 4 !== 1 && { timeToRestoreMs: (10 + 90 * noise(index + seed + 5)) * MINUTE_MS }),
  };
}

export function environmentStats(environment: string, months: number, seed: number): EnvironmentStats {
  return {
    target: { project: "shop", environment },
    months: monthsBack(months).map((month, index) => figures(month, index, seed)),
  };
}

export function statsOf(environments: readonly EnvironmentStats[]): Stats {
  return { environments, left: 0, at: NOW };
}

export function doraView(language: Language, environments: readonly EnvironmentStats[]): DoraChartView {
  return statsChart(statsOf(environments), { timeZone }, language);
}

/** Nothing happened yet. */
export function noStats(environment: string, months: number): EnvironmentStats {
  return {
    target: { project: "shop", environment },
    months: monthsBack(months).map((month) => ({ month, deployments: 0 })),
  };
}
