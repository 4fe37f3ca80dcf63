import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lockGate } from "../../../src/deployments/gates.js";
import { LockStore } from "../../../src/deployments/lock-store.js";
import type { ManualFreeze, PersonLock } from "../../../src/deployments/locks.js";
import { configWith, environmentInput, targetOf } from "../../unit/deployments/samples.js";
import { type RedisFixture, startRedisFixture } from "./redis-fixture.js";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const uat = { project: "shop", environment: "uat" };
const ada = { userId: "112233445566778899", userName: "ada" };
const bob = { userId: "112233445566778800", userName: "bob" };

let fixture: RedisFixture;
let store: LockStore;

beforeAll(async () => {
  fixture = await startRedisFixture();
  store = new LockStore(fixture.redis);
});
beforeEach(async () => {
  await fixture.redis.flushall();
});
afterAll(() => fixture.close());

function aLock(changes: Partial<PersonLock> = {}): PersonLock {
  const times = { since: NOW, expiresAt: NOW + HOUR, reminded: false };
  return { ...uat, owner: ada, reason: "migration", ...times, ...changes };
}

function aFreeze(changes: Partial<ManualFreeze> = {}): ManualFreeze {
  return { ...uat, by: ada, reason: "stop the line", since: NOW, ...changes };
}

describe("take", () => {
  it("gives a free scope to one of 50 at once", async () => {
    const owners = Array.from({ length: 50 }, (_, index) => ({ userId: `${index}`, userName: `${index}` }));

    const outcomes = await Promise.all(owners.map((owner) => store.take(aLock({ owner }))));

    const [winner, ...others] = outcomes.filter(({ kind }) => kind === "taken");
    expect(others).toEqual([]);
    expect(new Set(outcomes.map(({ lock }) => lock.owner.userId))).toEqual(
      new Set([winner?.lock.owner.userId]),
    );
    expect(await store.find(uat, NOW)).toEqual(winner?.lock);
  });

  it("renews the owner's own lock: reason and end change, the start stays, it may be reminded of again", async () => {
    await store.take(aLock());
    await store.markReminded(aLock());

    const renewed = await store.take(aLock({ since: NOW + 5, expiresAt: NOW + 9, reason: "longer" }));

    const lock = aLock({ expiresAt: NOW + 9, reason: "longer", renewedAt: NOW + 5 });
    expect(renewed).toEqual({ kind: "taken", lock });
    expect(await store.find(uat, NOW)).toEqual(lock);
  });

  it("leaves somebody else's lock as it is until it expires", async () => {
    await store.take(aLock());

    const early = await store.take(aLock({ owner: bob, since: NOW + HOUR - 1 }));
    const late = await store.take(aLock({ owner: bob, since: NOW + HOUR, expiresAt: NOW + 2 * HOUR }));

    expect([early.kind, early.lock]).toEqual(["held", aLock()]);
    expect([late.kind, late.lock.owner, late.lock.renewedAt]).toEqual(["taken", bob, undefined]);
  });

  it("keeps a project and its environments, and other projects, apart", async () => {
    await store.take(aLock());
    await store.take(aLock({ environment: undefined, owner: bob }));
    await store.take(aLock({ project: "site", owner: bob }));

    expect((await store.find(uat, NOW))?.owner).toEqual(ada);
    expect((await store.find({ project: "shop" }, NOW))?.owner).toEqual(bob);
    expect(await store.find({ project: "shop", environment: "prod" }, NOW)).toBeUndefined();
    expect((await store.all(NOW)).map(({ project, environment }) => [project, environment])).toEqual([
      ["shop", undefined],
      ["shop", "uat"],
      ["site", "uat"],
    ]);
  });
});

describe("find and all", () => {
  it("know a lock up to the millisecond in which it ends", async () => {
    await store.take(aLock());

    const known = async (at: number) => [await store.find(uat, at), ...(await store.all(at))];

    expect(await known(NOW + HOUR - 1)).toEqual([aLock(), aLock()]);
    expect(await known(NOW + HOUR)).toEqual([undefined]);
  });
});

describe("release", () => {
  it("answers what it removed, once", async () => {
    await store.take(aLock());

    const answers = await Promise.all(Array.from({ length: 10 }, () => store.release(uat)));

    expect(answers.filter((lock) => lock !== undefined)).toEqual([aLock()]);
    expect(await store.find(uat, NOW)).toBeUndefined();
  });

  it("leaves a later lock alone where an earlier one was meant", async () => {
    await store.take(aLock());

    expect(await store.release(uat, NOW - 1)).toBeUndefined();
    expect(await store.find(uat, NOW)).toEqual(aLock());
    expect(await store.release(uat, NOW)).toEqual(aLock());
  });
});

describe("markReminded", () => {
  it("is true for one of many", async () => {
    await store.take(aLock());

    const marks = await Promise.all(Array.from({ length: 10 }, () => store.markReminded(aLock())));

    expect(marks.filter(Boolean)).toHaveLength(1);
    expect(await store.find(uat, NOW)).toEqual(aLock({ reminded: true }));
  });

  it.each([
    ["was released", undefined],
    ["was taken again", aLock({ since: NOW + 1 })],
    ["was renewed", aLock({ expiresAt: NOW + 2 * HOUR })],
  ])("is false for a lock that %s", async (_what, present) => {
    if (present !== undefined) await store.take(present);

    expect(await store.markReminded(aLock())).toBe(false);
  });
});

describe("takeExpired", () => {
  it("answers each expired lock to one of many workers and leaves the others", async () => {
    for (const environment of ["uat", "preprod", "prod"]) await store.take(aLock({ environment }));
    await store.take(aLock({ environment: undefined, expiresAt: NOW + HOUR + 1 }));

    const taken = await Promise.all(Array.from({ length: 8 }, () => store.takeExpired(NOW + HOUR)));

    const environments = taken.flat().map(({ environment }) => environment);
    expect(environments.sort()).toEqual(["preprod", "prod", "uat"]);
    expect(await fixture.redis.hkeys("slipway:lock:people")).toEqual(["shop/*"]);
  });

  it("does not take a lock that is taken anew at the same moment away from its new owner", async () => {
    await store.take(aLock());
    const next = aLock({ owner: bob, since: NOW + HOUR, expiresAt: NOW + 2 * HOUR });

    await Promise.all([store.takeExpired(NOW + HOUR), store.take(next)]);

    expect(await store.find(uat, NOW + HOUR)).toEqual(next);
  });
});

describe("freezes", () => {
  it("hold until somebody ends them", async () => {
    await store.freeze(aFreeze());

    expect(await store.findFreeze(uat, Number.MAX_SAFE_INTEGER)).toEqual(aFreeze());
    expect(await store.unfreeze(uat)).toEqual(aFreeze());
    expect(await store.findFreeze(uat, NOW)).toBeUndefined();
    expect(await store.unfreeze(uat)).toBeUndefined();
  });

  it("are changed by whoever froze, and by nobody else before their end", async () => {
    await store.freeze(aFreeze({ expiresAt: NOW + 9 }));

    const theirs = await store.freeze(aFreeze({ by: bob, since: NOW + 8 }));
    const own = await store.freeze(aFreeze({ since: NOW + 8, expiresAt: NOW + 20, reason: "longer" }));
    const late = await store.freeze(aFreeze({ by: bob, since: NOW + 20 }));

    expect(theirs).toEqual({ kind: "held", freeze: aFreeze({ expiresAt: NOW + 9 }) });
    expect(own).toEqual({ kind: "frozen", freeze: aFreeze({ expiresAt: NOW + 20, reason: "longer" }) });
    expect(late).toEqual({ kind: "frozen", freeze: aFreeze({ by: bob, since: NOW + 20 }) });
  });

  it("of an environment and its project count to the later end", async () => {
    await store.freeze(aFreeze({ expiresAt: NOW + 9, reason: "short" }));
    await store.freeze(aFreeze({ environment: undefined, expiresAt: NOW + 20, reason: "long" }));

    const reasonAt = async (at: number, target = uat) => (await store.findFreeze(target, at))?.reason;

    expect(await reasonAt(NOW)).toBe("long");
    expect(await reasonAt(NOW, { project: "shop", environment: "prod" })).toBe("long");
    expect(await reasonAt(NOW, { project: "site", environment: "uat" })).toBeUndefined();
    await store.freeze(aFreeze({ reason: "endless" }));
    expect(await reasonAt(NOW)).toBe("endless");
  });

  it("that have expired are answered once", async () => {
    await store.freeze(aFreeze({ expiresAt: NOW + 9 }));
    await store.freeze(aFreeze({ environment: "prod" }));

    const taken = await Promise.all(Array.from({ length: 5 }, () => store.takeExpiredFreezes(NOW + 9)));

    expect(taken.flat()).toEqual([aFreeze({ expiresAt: NOW + 9 })]);
    expect((await store.freezes(NOW + 9)).map(({ environment }) => environment)).toEqual(["prod"]);
  });
});

describe("the lock of a deployment", () => {
  it("is held by one of many, who may ask again", async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `deployment-${index}`);

    const answers = await Promise.all(ids.map((id) => store.hold(uat, id)));

    const winner = ids[answers.indexOf("held")];
    expect(answers.filter((answer) => answer === "held")).toHaveLength(1);
    expect(new Set(answers.filter((answer) => answer !== "held").map(({ heldBy }) => heldBy))).toEqual(
      new Set([winner]),
    );
    expect(await store.hold(uat, winner ?? "")).toBe("held");
    expect(await store.holder(uat)).toBe(winner);
  });

  it("is let go by its holder alone", async () => {
    await store.hold(uat, "first");

    expect(await store.letGo(uat, "second")).toBe(false);
    expect(await store.holder(uat)).toBe("first");
    expect(await store.letGo(uat, "first")).toBe(true);
    expect(await store.holder(uat)).toBeUndefined();
    expect(await store.hold(uat, "second")).toBe("held");
  });

  it("is stolen once, and only from the holder that the thief knows", async () => {
    await store.hold(uat, "dead");

    const wrong = await store.steal(uat, "other", "thief");
    const thieves = await Promise.all(["a", "b", "c"].map((id) => store.steal(uat, "dead", id)));

    expect(wrong).toBe(false);
    expect(thieves.filter(Boolean)).toHaveLength(1);
  });

  it("is not stolen from nobody", async () => {
    expect(await store.steal(uat, "dead", "thief")).toBe(false);
    expect(await store.holder(uat)).toBeUndefined();
  });

  it("is one an environment", async () => {
    await store.hold(uat, "first");

    expect(await store.hold({ ...uat, environment: "prod" }, "second")).toBe("held");
    expect(await store.holders()).toEqual([
      { ...uat, deploymentId: "first" },
      { project: "shop", environment: "prod", deploymentId: "second" },
    ]);
  });
});

describe("the fence of an environment", () => {
  const FENCES = "slipway:lock:fences";

  async function redisNow(): Promise<number> {
    const [seconds, microseconds] = (await fixture.redis.time()).map(Number);
    return (seconds ?? 0) * 1000 + Math.floor((microseconds ?? 0) / 1000);
  }

  it("gives 50 claims at once 50 tokens, each larger than the one before", async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, () => store.nextFence(uat)));

    expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
    expect(tokens.every(Number.isSafeInteger)).toBe(true);
  });

  it("counts on where the clock of Redis has gone back", async () => {
    const future = Date.now() + 300 * 24 * HOUR;
    await fixture.redis.hset(FENCES, "shop/uat", future);

    expect(await store.nextFence(uat)).toBe(future + 1);
    expect(await store.nextFence({ ...uat, environment: "prod" })).toBeLessThan(future);
  });

  it("is past every earlier token even when Redis has lost everything", async () => {
    const last = await store.nextFence(uat);
    await fixture.redis.flushall();
    // A Redis that comes back empty takes longer than the millisecond that its clock tells apart.
    await expect.poll(redisNow).toBeGreaterThan(last);

    expect(await store.nextFence(uat)).toBeGreaterThan(last);
  });

  it.each([
    ["a word", "soon"],
    ["400 nines", "9".repeat(400)],
    ["an infinity", "inf"],
    ["a negative number", "-5"],
    ["a number with an exponent", "1e15"],
    ["a number of two years ahead", String(Date.now() + 2 * 366 * 24 * HOUR)],
  ])("is taken from the clock where Redis holds %s", async (_, stored) => {
    await fixture.redis.hset(FENCES, "shop/uat", stored);

    const token = await store.nextFence(uat);

    expect(Math.abs(token - (await redisNow()))).toBeLessThan(HOUR);
    expect(await store.nextFence(uat)).toBeGreaterThan(token);
  });

  it.each([Number.POSITIVE_INFINITY, Number.NaN, -1, 1.5, 1e300, Date.now() + 2 * 366 * 24 * HOUR])(
    "does not become %d because a host said so",
    async (token) => {
      const before = await store.nextFence(uat);

      expect(await store.noteFence(uat, token)).toBe(false);

      expect(await fixture.redis.hget(FENCES, "shop/uat")).toBe(String(before));
    },
  );

  it("is larger than a plausible token that a host has seen", async () => {
    const seen = Date.now() + 24 * HOUR;

    expect(await store.noteFence(uat, seen)).toBe(true);

    expect(await store.nextFence(uat)).toBe(seen + 1);
  });
});

describe("what cannot be read", () => {
  const target = targetOf(
    configWith({ uat: environmentInput({ locks: { ownerMayDeploy: true, approversMayDeploy: true } }) }),
    "shop",
    "uat",
  );
  const kinds = [
    ["no JSON", "{"],
    ["nothing at all", ""],
    ["null", "null"],
    ["without its fields", "{}"],
    ["of another shape", JSON.stringify({ ...aLock(), ...aFreeze(), since: "yesterday" })],
  ] as const;

  it.each(kinds)("counts as a lock that never ends when it is %s", async (_what, stored) => {
    await fixture.redis.hset("slipway:lock:people", "shop/uat", stored);

    const lock = await store.find(uat, NOW);
    const person = { kind: "person", id: ada.userId, name: "ada", roles: ["223344556677889900"] } as const;

    expect(lock).toMatchObject({ ...uat, unreadable: true, reason: expect.stringContaining("/unlock") });
    expect(lockGate(target, person, lock, Number.MAX_SAFE_INTEGER / 2)).toMatchObject({ code: "locked" });
    expect(await store.take(aLock())).toMatchObject({ kind: "held", lock: { unreadable: true } });
    expect(await store.takeExpired(Number.MAX_SAFE_INTEGER / 2)).toEqual([]);
    expect(await store.all(NOW)).toHaveLength(1);
  });

  it.each(kinds)("as a lock is cleared by release when it is %s", async (_what, stored) => {
    await fixture.redis.hset("slipway:lock:people", "shop/uat", stored);

    expect(await store.release(uat)).toMatchObject({ unreadable: true });
    expect(await store.find(uat, NOW)).toBeUndefined();
  });

  it.each(kinds)("counts as a freeze until it is ended when it is %s", async (_what, stored) => {
    await fixture.redis.hset("slipway:lock:freezes", "shop/uat", stored);

    expect(await store.findFreeze(uat, NOW)).toMatchObject({
      unreadable: true,
      reason: expect.stringContaining("/unfreeze"),
    });
    expect(await store.freeze(aFreeze())).toMatchObject({ kind: "held" });
    expect(await store.unfreeze(uat)).toMatchObject({ unreadable: true });
    expect(await store.findFreeze(uat, NOW)).toBeUndefined();
  });

  it("cannot move a lock to another environment", async () => {
    await fixture.redis.hset(
      "slipway:lock:people",
      "shop/uat",
      JSON.stringify(aLock({ environment: "prod" })),
    );

    expect(await store.find(uat, NOW)).toEqual(aLock());
    expect(await store.find({ project: "shop", environment: "prod" }, NOW)).toBeUndefined();
  });

  it("of a wholly different kind counts as a lock, not as a free environment", async () => {
    await fixture.redis.set("slipway:lock:people", "not a hash");

    expect(await store.find(uat, NOW)).toMatchObject({ unreadable: true });
    expect(await store.take(aLock())).toMatchObject({ kind: "held", lock: { unreadable: true } });
  });
});
