import type { Redis } from "ioredis";
import { z } from "zod";
import type { Target } from "../deployments/record.js";
import { unlessWrongType } from "../wrong-type.js";
import {
  HEALTH_RANGE_NAMES,
  HEALTH_RANGES,
  type HealthPoint,
  type HealthRange,
  type HealthSeries,
  type HealthState,
  type KeptBucket,
} from "./health-series.js";
import { RECORD_SCRIPT } from "./history-script.js";
import { binOf, quantile } from "./latency-bins.js";

const HOUR_MS = 3_600_000;
/** Longer than every range: who is not looked at any more is forgotten. */
const KEEP_MS = 31 * 24 * HOUR_MS;
/** A look that comes later than a newer one is a duplicate or came late; with more between them the clock was set back. */
const LATE_MS = HOUR_MS;
/** Once a day is the rarest schedule that leaves no gaps. */
const MAX_COVERS_MS = 25 * HOUR_MS;
/** Longer names would be somebody's mistake. */
const MAX_CHECK_NAME = 200;

/** What one check has shown. `unknown` ends what is known: nobody looks while a deployment runs there. */
export interface CheckResult {
  /** The check's name, unique in its environment. */
  readonly check: string;
  readonly state: HealthState;
  /** Milliseconds; absent where nothing answered. */
  readonly latencyMs?: number;
}

/** All checks of one environment, at one time. */
export interface Sweep {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /**
   * How long the results count unless the next sweep comes earlier, in milliseconds: the time to the next sweep with
   * some slack. After it nothing is known. At most 25 h.
   */
  readonly coversMs: number;
  readonly results: readonly CheckResult[];
}

const amount = z.number().nonnegative();
const Bucket = z
  .tuple([amount, amount, amount, amount, amount])
  .rest(z.unknown())
  .transform(([start, upMs, downMs, probes, upProbes, ...rest]): KeptBucket => {
    const latency = Latency.safeParse(rest);
    if (!latency.success) return { start, upMs, downMs, probes, upProbes };
    const [count, sum, min, max, bins] = latency.data;
    return { start, upMs, downMs, probes, upProbes, latency: { count, sum, min, max, bins } };
  });
const Latency = z.tuple([z.number().positive(), amount, amount, amount, z.record(z.string(), amount)]);
const Last = z
  .tuple([amount, amount, z.enum(["up", "down", "unknown"])])
  .rest(z.unknown())
  .transform(([at, coversMs, state]) => ({ at, coversMs, state }));
type Last = z.output<typeof Last>;

/** The whole environment's own history stands beside those of its checks; no check may be called so. */
const WHOLE = "";

/**
 * How environments were, in Redis: a hash for each check and one for the environment as a whole,
 * `slipway:health:P/E:CHECK`. Of each look only counts and sums are kept, in three rings of buckets (see
 * {@link HEALTH_RANGES}): at most 496 fields a hash (144 + 168 + 180 buckets, one more for each ring, and the last look), whatever
 * the rate of the looks; each field is below 1 KB. A hash that nobody writes is gone after 31 days.
 *
 * The time from one look to the next counts as what the first one showed, but for no longer than it covers. So an outage
 * begins with the look that finds it, and an outage between two looks is not seen.
 */
export class HealthHistory {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * Keeps what a sweep has shown, in one atomic write. The environment is down when a check is, unknown when one is
   * unknown, and as slow as its slowest check. A sweep older than the last one changes nothing.
   */
  async record(target: Target, { at, coversMs, results }: Sweep): Promise<void> {
    const all = [wholeOf(results), ...results];
    const keys = all.map(({ check }) => historyKey(target, check));
    const covers = Math.min(coversMs, MAX_COVERS_MS);
    const limits = [at, covers, KEEP_MS, LATE_MS, MAX_COVERS_MS];
    await this.#redis.eval(RECORD_SCRIPT, keys.length, ...keys, ...limits, ...RINGS, ...all.flatMap(looked));
  }

  /**
   * The range that ends now, as buckets without a hole between them.
   * @param now milliseconds since the epoch
   * @param check one check of the environment; without it, the environment as a whole
   */
  async series(target: Target, range: HealthRange, now: number, check = WHOLE): Promise<HealthSeries> {
    return seriesFrom(await unlessWrongType(this.#redis.hgetall(historyKey(target, check)), {}), range, now);
  }

  /** Every range at once: one reading, for a table and a picture that agree. */
  async allSeries(target: Target, now: number, check = WHOLE): Promise<readonly HealthSeries[]> {
    const kept = await unlessWrongType(this.#redis.hgetall(historyKey(target, check)), {});
    return HEALTH_RANGE_NAMES.map((range) => seriesFrom(kept, range, now));
  }

  /** How much of a span is known to have been up, and down. Milliseconds; the rest is unknown. */
  async between(
    target: Target,
    span: { readonly from: number; readonly to: number; readonly now: number },
  ): Promise<{ readonly upMs: number; readonly downMs: number }> {
    const kept = await unlessWrongType(this.#redis.hgetall(historyKey(target, WHOLE)), {});
    return knownBetween(kept, span);
  }
}

/**
 * The finest ring that still has all of a span; its first and last bucket count as far as they lie in the span. The
 * newest bucket reaches only to now. What the last look has shown since counts as it lies in the span.
 */
function knownBetween(
  kept: Readonly<Record<string, string>>,
  { from, to, now }: { readonly from: number; readonly to: number; readonly now: number },
): { readonly upMs: number; readonly downMs: number } {
  const range = HEALTH_RANGE_NAMES.find((name) => reaches(name, from, now)) ?? "30d";
  const { bucketMs, buckets } = HEALTH_RANGES[range];
  const last = parsed(Last, kept["last"]);
  const until = Math.min(to, now);
  let [upMs, downMs] = [0, 0];
  for (let start = Math.floor(from / bucketMs) * bucketMs; start < until; start += bucketMs) {
    const bucket = parsed(Bucket, kept[`${range}:${(start / bucketMs) % (buckets + 1)}`]);
    const end = Math.min(start + bucketMs, now);
    const inSpan = { from: Math.max(from, start), until: Math.min(until, end) };
    const share = Math.max(0, inSpan.until - inSpan.from) / (end - start);
    const since = sinceLast(last, inSpan);
    upMs += (bucket?.start === start ? bucket.upMs * share : 0) + since.upMs;
    downMs += (bucket?.start === start ? bucket.downMs * share : 0) + since.downMs;
  }
  return { upMs, downMs };
}

function reaches(range: HealthRange, from: number, now: number): boolean {
  const { bucketMs, buckets } = HEALTH_RANGES[range];
  return Math.floor(from / bucketMs) >= Math.floor(now / bucketMs) - buckets;
}

function wholeOf(results: readonly CheckResult[]): CheckResult {
  const states = results.map(({ state }) => state);
  const latencies = results.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs]));
  const unclear = states.length === 0 || states.includes("unknown");
  return {
    check: WHOLE,
    state: states.includes("down") ? "down" : unclear ? "unknown" : "up",
    ...(latencies.length > 0 && { latencyMs: Math.max(...latencies) }),
  };
}

const RINGS = HEALTH_RANGE_NAMES.flatMap((range) => {
  const { bucketMs, buckets } = HEALTH_RANGES[range];
  return [range, bucketMs, buckets + 1];
});

function looked({ state, latencyMs }: CheckResult): readonly (string | number)[] {
  if (latencyMs === undefined) return [state, "", ""];
  const latency = Math.max(0, Math.round(latencyMs));
  return [state, latency, binOf(latency)];
}

function seriesFrom(kept: Readonly<Record<string, string>>, range: HealthRange, now: number): HealthSeries {
  const { bucketMs, buckets } = HEALTH_RANGES[range];
  const to = (Math.floor(now / bucketMs) + 1) * bucketMs;
  const from = to - buckets * bucketMs;
  const last = parsed(Last, kept["last"]);
  const points = Array.from({ length: buckets }, (_, index) => {
    const start = from + index * bucketMs;
    const field = `${range}:${(start / bucketMs) % (buckets + 1)}`;
    const bucket = parsed(Bucket, kept[field]);
    return pointOf(
      start,
      bucket?.start === start ? bucket : undefined,
      sinceLast(last, { from: start, until: Math.min(now, start + bucketMs) }),
    );
  });
  return { range, from, to, bucketMs, points };
}

/** What of a span the last look covers, which nobody has written down yet. */
function sinceLast(
  last: Last | undefined,
  { from, until }: { readonly from: number; readonly until: number },
) {
  if (last === undefined) return { upMs: 0, downMs: 0 };
  const end = Math.min(until, last.at + Math.min(last.coversMs, MAX_COVERS_MS));
  const known = Math.max(0, end - Math.max(from, last.at));
  return { upMs: last.state === "up" ? known : 0, downMs: last.state === "down" ? known : 0 };
}

function pointOf(
  start: number,
  bucket: KeptBucket | undefined,
  since: { readonly upMs: number; readonly downMs: number },
): HealthPoint {
  const upMs = (bucket?.upMs ?? 0) + since.upMs;
  const downMs = (bucket?.downMs ?? 0) + since.downMs;
  const latency = bucket?.latency;
  return {
    start,
    upMs,
    downMs,
    ...(upMs + downMs > 0 && { availability: upMs / (upMs + downMs) }),
    ...(latency && {
      latency: {
        average: latency.sum / latency.count,
        min: latency.min,
        max: latency.max,
        p95: quantile(latency.bins, 0.95, latency),
      },
    }),
  };
}

/** What another version wrote, or nobody did, counts as not there. */
function parsed<Schema extends z.ZodType>(
  schema: Schema,
  text: string | undefined,
): z.output<Schema> | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function historyKey({ project, environment }: Target, check: string): string {
  return `slipway:health:${project}/${environment}:${check.slice(0, MAX_CHECK_NAME)}`;
}
