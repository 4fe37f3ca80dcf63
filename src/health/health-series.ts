import type { LatencyBins } from "./latency-bins.js";

/** What one look at a check, or at an environment as a whole, has shown. */
export type HealthState = "up" | "down" | "unknown";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The ranges that can be looked back over, and how finely each is kept: every range is a ring of buckets of its own.
 * One bucket more than the range has, for the one that has just begun.
 */
export const HEALTH_RANGES = {
  "24h": { bucketMs: 10 * MINUTE_MS, buckets: 144 },
  "7d": { bucketMs: HOUR_MS, buckets: 168 },
  "30d": { bucketMs: 4 * HOUR_MS, buckets: 180 },
} as const;
export type HealthRange = keyof typeof HEALTH_RANGES;
export const HEALTH_RANGE_NAMES = ["24h", "7d", "30d"] as const satisfies readonly HealthRange[];

/** What is kept of one span of time. Times and latencies in milliseconds. */
export interface KeptBucket {
  /** Since the epoch. */
  readonly start: number;
  /** How much of the span is known to have been up, and down. The rest is unknown. */
  readonly upMs: number;
  readonly downMs: number;
  readonly probes: number;
  readonly upProbes: number;
  /** Of the probes that measured one. */
  readonly latency?: {
    readonly count: number;
    readonly sum: number;
    readonly min: number;
    readonly max: number;
    readonly bins: LatencyBins;
  };
}

/** One point of a chart. A span that nothing is known of has neither availability nor latency: a gap, not a zero. */
export interface HealthPoint {
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly upMs: number;
  readonly downMs: number;
  /** From 0 to 1, of the time that is known. */
  readonly availability?: number;
  /** Milliseconds. `p95` is approximate: at most 20 % off. */
  readonly latency?: {
    readonly average: number;
    readonly min: number;
    readonly max: number;
    readonly p95: number;
  };
}

/** A range, seen from one moment: its points follow each other without a hole. */
export interface HealthSeries {
  readonly range: HealthRange;
  /** Start of the first point and end of the last one, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
  readonly points: readonly HealthPoint[];
}

/**
 * The share of the known time that was up, from 0 to 100. Weighted by time, so that an incident that is probed each
 * minute counts no more than one that is probed each hour; time that nothing is known of is not counted.
 * @returns undefined when nothing is known of the whole range
 */
export function uptimeOf({ points }: HealthSeries): number | undefined {
  const up = points.reduce((sum, { upMs }) => sum + upMs, 0);
  const known = up + points.reduce((sum, { downMs }) => sum + downMs, 0);
  return known === 0 ? undefined : (100 * up) / known;
}
