import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lookUpSummary } from "../../../../src/app/monitoring/look-up-summary.js";
import { watchEnvironment } from "../../../../src/app/monitoring/watch-environment.js";
import { type RedisFixture, startRedisFixture } from "../../../integration/store/redis-fixture.js";
import { uat } from "../production.js";
import { HEALTHY, type MonitorWorld, monitorWorld, UNHEALTHY } from "./monitor-world.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** 2023-11-14 09:00 UTC. */
const NINE = 1_699_952_400_000;
const DAY = 24 * HOUR;

let fixture: RedisFixture;
let scene: MonitorWorld;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  scene = monitorWorld(fixture, { schedule: "* * * * *" });
});
afterAll(() => fixture.close());

/** Probes each minute, from one moment to another. */
async function probe(from: number, to: number, result: typeof HEALTHY): Promise<void> {
  scene.finds.result = result;
  for (let at = from; at < to; at += MINUTE) {
    scene.world.clock.now = at;
    await watchEnvironment(scene.parts, uat);
  }
}

async function fared(from: number, to: number) {
  const summary = await lookUpSummary(scene.parts, {
    ...{ kind: "summary", channelId: "1", period: "daily", from, to, targets: [uat] },
  });
  return summary.environments[0];
}

describe("a summary", () => {
  it("has one span for its uptime and its incidents, also where it is told late", async () => {
    await probe(NINE + HOUR, NINE + HOUR + 30 * MINUTE, HEALTHY);
    await probe(NINE + HOUR + 30 * MINUTE, NINE + HOUR + 40 * MINUTE, UNHEALTHY);
    await probe(NINE + HOUR + 40 * MINUTE, NINE + 2 * HOUR, HEALTHY);
    scene.world.clock.now = NINE + DAY + 20 * HOUR;
    await probe(NINE + DAY + 19 * HOUR, NINE + DAY + 19 * HOUR + 5 * MINUTE, HEALTHY);

    const told = await fared(NINE, NINE + DAY);

    expect(told).toMatchObject({ incidents: 1, downtimeMs: 10 * MINUTE });
    // Of the hour that is known, and the minute that the last look covers beyond the next one.
    expect(told?.uptime).toBeCloseTo(1 - 10 / 61, 3);
  });

  it("counts all of the newest bucket, which reaches only to now", async () => {
    // A week is read from buckets of an hour; in +05:30 nine o'clock is in the middle of one.
    const end = NINE + 30 * MINUTE;
    await probe(NINE - HOUR, NINE, HEALTHY);
    await probe(NINE, end, UNHEALTHY);
    scene.world.clock.now = end;

    const told = await fared(end - 7 * DAY, end);

    expect(told).toMatchObject({ incidents: 1, downtimeMs: 30 * MINUTE });
    expect(told?.uptime).toBeCloseTo(60 / 90, 3);
  });

  it("does not count what is not yet over of the span", async () => {
    await probe(NINE, NINE + 10 * MINUTE, UNHEALTHY);
    scene.world.clock.now = NINE + 10 * MINUTE;

    expect(await fared(NINE, NINE + DAY)).toMatchObject({ downtimeMs: 10 * MINUTE });
  });

  it("does not say that it is down now where nobody has looked", async () => {
    await probe(NINE + HOUR, NINE + HOUR + 5 * MINUTE, HEALTHY);
    await probe(NINE + HOUR + 5 * MINUTE, NINE + HOUR + 15 * MINUTE, UNHEALTHY);
    scene.world.clock.now = NINE + DAY;

    expect(await fared(NINE, NINE + DAY)).toMatchObject({
      ...{ isDown: false, isUnknown: true, downtimeMs: 11 * MINUTE },
    });
  });
});
