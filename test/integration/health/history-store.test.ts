import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { HEALTH_RANGE_NAMES, type HealthRange, uptimeOf } from "../../../src/health/health-series.js";
import { HealthHistory, type Sweep } from "../../../src/health/history-store.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A full hour, so that buckets begin with it. */
const T = Math.floor(1_750_000_000_000 / DAY) * DAY;
const uat = { project: "shop", environment: "uat" };
const WHOLE_KEY = "slipway:health:shop/uat:";
/** 144 + 168 + 180 buckets, one more for each ring, and the last look. */
const MAX_FIELDS = 496;

let fixture: RedisFixture;
let history: HealthHistory;
beforeAll(async () => {
  fixture = await startRedisFixture();
  history = new HealthHistory(fixture.redis);
});
afterEach(() => fixture.redis.flushall());
afterAll(() => fixture.close());

/** One check that covers 90 minutes, as with a probe each hour. */
function look(at: number, state: "up" | "down" | "unknown", latencyMs?: number, coversMs = 90 * MINUTE) {
  const results = [{ check: "web", state, ...(latencyMs !== undefined && { latencyMs }) }];
  return history.record(uat, { at, coversMs, results } satisfies Sweep);
}

const uptime = async (range: HealthRange, now: number, check?: string) =>
  uptimeOf(await history.series(uat, range, now, check));

const pointAt = async (at: number, now: number) =>
  (await history.series(uat, "24h", now)).points.find(({ start }) => start <= at && at < start + 10 * MINUTE);

describe("the uptime", () => {
  it("is unknown where nobody has looked", async () => {
    expect(await uptime("24h", T)).toBeUndefined();
  });

  it("weighs by time, not by the number of looks", async () => {
    await look(T, "up");
    for (let minute = 60; minute < 120; minute++) await look(T + minute * MINUTE, "down");
    await look(T + 2 * HOUR, "up");

    expect(await uptime("24h", T + 4 * HOUR - 30 * MINUTE)).toBeCloseTo((100 * 2.5) / 3.5, 10);
  });

  it("does not count the time that no look covers", async () => {
    await look(T, "up", 10, HOUR);
    await look(T + 10 * HOUR, "down", 10, HOUR);

    expect(await uptime("24h", T + 20 * HOUR)).toBe(50);
  });

  it("does not count the time in which a deployment runs", async () => {
    await look(T, "up");
    await look(T + 30 * MINUTE, "unknown");
    await look(T + 60 * MINUTE, "down");

    expect(await uptime("24h", T + 90 * MINUTE)).toBe(50);
  });

  it("is the same in every range that holds all of it", async () => {
    await look(T, "up");
    await look(T + 50 * MINUTE, "down");

    const all = (await history.allSeries(uat, T + 75 * MINUTE)).map(uptimeOf);

    expect(all).toEqual([200 / 3, 200 / 3, 200 / 3].map((share) => expect.closeTo(share, 10)));
  });

  it("forgets what is older than the range", async () => {
    await look(T, "down");
    await look(T + HOUR, "up");
    await look(T + 3 * DAY, "up");

    expect(await uptime("24h", T + 3 * DAY + HOUR)).toBe(100);
    expect(await uptime("7d", T + 3 * DAY + HOUR)).toBeCloseTo((100 * 2.5) / 3.5, 10);
  });
});

describe("a series", () => {
  it("has every bucket of its range, up to the one that holds the moment", async () => {
    const now = T + 7 * MINUTE;
    const series = await history.allSeries(uat, now);

    expect(series.map(({ points }) => points.length)).toEqual([144, 168, 180]);
    expect(series.map(({ to }) => to)).toEqual([T + 10 * MINUTE, T + HOUR, T + 4 * HOUR]);
    for (const { from, bucketMs, points } of series) {
      expect(points.map(({ start }) => start)).toEqual(points.map((_, index) => from + index * bucketMs));
    }
  });

  it("leaves gaps where nothing is known", async () => {
    await look(T, "up", 100, 10 * MINUTE);

    expect(await pointAt(T + 5 * MINUTE, T + HOUR)).toMatchObject({ availability: 1 });
    expect(await pointAt(T + 15 * MINUTE, T + HOUR)).toEqual({ start: T + 10 * MINUTE, upMs: 0, downMs: 0 });
  });

  it("splits a bucket in which it changed", async () => {
    await look(T, "up");
    await look(T + 4 * MINUTE, "down");

    expect(await pointAt(T, T + HOUR)).toMatchObject({
      upMs: 4 * MINUTE,
      downMs: 6 * MINUTE,
      availability: 0.4,
    });
  });

  it("tells average, bounds and about the 95th percentile of the latencies", async () => {
    for (let index = 0; index < 100; index++) await look(T + index * 1_000, "up", 101 + index);

    const point = await pointAt(T, T + HOUR);

    expect(point?.latency).toMatchObject({ average: 150.5, min: 101, max: 200 });
    expect(point?.latency?.p95).toBeGreaterThan(195 * 0.8);
    expect(point?.latency?.p95).toBeLessThan(195 * 1.2);
  });

  it("has no latency where nothing answered", async () => {
    await look(T, "down");

    expect(await pointAt(T, T + MINUTE)).not.toHaveProperty("latency");
  });

  it("credits a look that covers a whole day", async () => {
    await look(T, "up", 5, 25 * HOUR);
    await look(T + DAY, "up", 5, 25 * HOUR);

    const series = await history.series(uat, "24h", T + DAY - 1);

    expect(series.points.every(({ availability }) => availability === 1)).toBe(true);
  });
});

describe("an environment as a whole", () => {
  it("is down when one of its checks is, and as slow as its slowest", async () => {
    await history.record(uat, {
      at: T,
      coversMs: HOUR,
      results: [
        { check: "web", state: "up", latencyMs: 20 },
        { check: "api", state: "down", latencyMs: 900 },
      ],
    });

    const now = T + MINUTE;
    expect(await uptime("24h", now)).toBe(0);
    expect(await uptime("24h", now, "web")).toBe(100);
    expect(await uptime("24h", now, "api")).toBe(0);
    expect((await pointAt(T, now))?.latency?.average).toBe(900);
  });

  it("is unknown when one of its checks is and none is down", async () => {
    const results = [
      { check: "web", state: "up" },
      { check: "api", state: "unknown" },
    ] as const;
    await history.record(uat, { at: T, coversMs: HOUR, results });

    expect(await uptime("24h", T + MINUTE)).toBeUndefined();
  });
});

describe("keeping it", () => {
  it("stays within its bound, whatever the rate of the looks", async () => {
    const redis = fixture.redis;
    for (let hour = 0; hour < 40 * 24; hour += 1) await look(T + hour * HOUR, "up", hour);
    for (let second = 0; second < 3_000; second++) {
      await look(T + 40 * DAY + second * 1_000, second % 7 === 0 ? "down" : "up", (second * 37) % 70_000);
    }

    const fields = await redis.hgetall(WHOLE_KEY);

    expect(Object.keys(fields).length).toBeLessThanOrEqual(MAX_FIELDS);
    expect(Math.max(...Object.values(fields).map((text) => text.length))).toBeLessThan(1_024);
    expect(await redis.memory("USAGE", WHOLE_KEY)).toBeLessThan(200_000);
  });

  it("counts a sweep once that is delivered twice, or late", async () => {
    await look(T, "up", 100);
    await look(T + MINUTE, "up", 300);
    await look(T + MINUTE, "down", 900);
    await look(T + 30_000, "down", 900);

    expect((await pointAt(T, T + HOUR))?.latency).toMatchObject({ average: 200, max: 300 });
    expect(await uptime("24h", T + HOUR)).toBe(100);
  });

  it("goes on when the clock was set back", async () => {
    await look(T + 30 * DAY, "down");
    await look(T, "up");
    await look(T + HOUR, "up");

    expect(await uptime("24h", T + 2 * HOUR)).toBe(100);
  });

  it("forgets who is not looked at any more", async () => {
    await look(T, "up");

    expect(await fixture.redis.pttl(WHOLE_KEY)).toBeGreaterThan(30 * DAY);
  });

  it("takes what it cannot read for not there, and writes over it", async () => {
    const oddities = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(
        "NaN",
        "[NaN,1,1,1,1]",
        `[${T},-1,0,0,0]`,
        `[${T},1,1,1,1,0,0,0,0,{}]`,
        `[${T},90,"up"]`,
      ),
    );
    await fc.assert(
      fc.asyncProperty(oddities, oddities, async (last, bucket) => {
        await fixture.redis.flushall();
        const fields = HEALTH_RANGE_NAMES.map((range) => [`${range}:0`, bucket]);
        await fixture.redis.hset(WHOLE_KEY, Object.fromEntries([["last", last], ...fields]));

        await history.allSeries(uat, T + HOUR);
        await look(T, "up", 5);
        await look(T + MINUTE, "up", 5);

        const share = await uptime("24h", T + 2 * MINUTE);
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(100);
      }),
      { numRuns: 200 },
    );
  });
});
