import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ActionStore } from "../../../src/discord/action-store.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";

const deployment = "0123456789abcdef01234567";
const lock = { project: "shop", environment: "prod", since: 1_700_000_000_000 };
let fixture: RedisFixture;
let store: ActionStore;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  store = new ActionStore(fixture.redis);
});
afterAll(() => fixture.close());

describe("an action's id", () => {
  it("is 128 bits that say nothing, and leads back to the action", async () => {
    const id = await store.idFor({ deployment }, "approve");

    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(await store.find(id)).toEqual({ deployment, action: "approve" });
  });

  it("is one for all who ask at once, and after a restart", async () => {
    const together = await Promise.all(
      Array.from({ length: 50 }, () => new ActionStore(fixture.redis).idFor({ deployment }, "cancel")),
    );
    const afterwards = await new ActionStore(fixture.redis).idFor({ deployment }, "cancel");

    expect(new Set([...together, afterwards]).size).toBe(1);
  });

  it("differs for every action, deployment and lock", async () => {
    const ids = await Promise.all([
      store.idFor({ deployment }, "approve"),
      store.idFor({ deployment }, "confirm"),
      store.idFor({ deployment: "f".repeat(24) }, "approve"),
      store.idFor({ lock }, "unlock"),
      store.idFor({ lock: { project: "shop" } }, "unlock"),
      store.idFor({ lock: { ...lock, since: lock.since + 1 } }, "unlock"),
    ]);

    expect(new Set(ids).size).toBe(ids.length);
  });

  it("is kept for 90 days from its last use, in both directions", async () => {
    const id = await store.idFor({ deployment }, "approve");
    const keys = await fixture.redis.keys("slipway:action*");
    for (const key of keys) await fixture.redis.expire(key, 5);

    await store.idFor({ deployment }, "approve");

    expect(keys).toContain(`slipway:action:${id}`);
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(await fixture.redis.ttl(key)).toBeGreaterThan(89 * 24 * 3_600);
  });

  it.each([
    ["was never given out", "0".repeat(32)],
    ["is empty", ""],
    ["is the name of something else in Redis", "../deployment:1"],
    ["is much too long", "a".repeat(10_000)],
  ])("finds nothing when it %s", async (_what, id) => {
    expect(await store.find(id)).toBeUndefined();
  });

  it("finds nothing when another version has stored it in another shape", async () => {
    await fixture.redis.set(`slipway:action:${"1".repeat(32)}`, '{"deployment":"1","action":"explode"}');

    expect(await store.find("1".repeat(32))).toBeUndefined();
  });

  it("is refused for an action that the subject does not have", async () => {
    await expect(store.idFor({ deployment }, "unlock")).rejects.toThrow();
  });
});

describe("the id of an Unlock button", () => {
  const held = {
    ...lock,
    owner: { userId: "1", userName: "alex" },
    reason: "",
    expiresAt: 2,
    reminded: false,
  };

  it("leads back to that very lock", async () => {
    expect(await store.find(await store.buttonId(held))).toEqual({ lock, action: "unlock" });
  });

  it("is another one for a later lock of the same scope", async () => {
    expect(await store.buttonId({ ...held, since: held.since + 1 })).not.toBe(await store.buttonId(held));
  });
});
