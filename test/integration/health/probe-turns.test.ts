import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ProbeTurns } from "../../../src/health/probe-turns.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";

const uat = { project: "shop", environment: "uat" };
const KEY = "slipway:probing:shop/uat";

let fixture: RedisFixture;
let turns: ProbeTurns;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  turns = new ProbeTurns(fixture.redis);
});
afterAll(() => fixture.close());

describe("ProbeTurns", () => {
  it.each([
    ["of another type", () => fixture.redis.rpush(KEY, "garbage")],
    ["without an end", () => fixture.redis.set(KEY, "garbage")],
  ])("takes the place of what is no turn: %s", async (_name, spoil) => {
    await spoil();

    const end = await turns.take(uat);

    expect(end).toBeDefined();
    expect(await turns.take(uat)).toBeUndefined();
    await end?.();
    expect(await fixture.redis.exists(KEY)).toBe(0);
  });

  it("ends a turn whose key became one of another type, and leaves that for a person", async () => {
    const end = await turns.take(uat);
    await fixture.redis.del(KEY);
    await fixture.redis.rpush(KEY, "garbage");

    await end?.();

    expect(await fixture.redis.lrange(KEY, 0, -1)).toEqual(["garbage"]);
  });
});
