import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  endFreeze,
  type LockRequest,
  listLocks,
  releaseLock,
  startFreeze,
  takeLock,
} from "../../../src/app/locks.js";
import { tendLocks } from "../../../src/app/tend-locks.js";
import type { PersonLock } from "../../../src/deployments/locks.js";
import { DeploymentStore } from "../../../src/deployments/store.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { aRecord, configWith, environmentInput } from "../deployments/samples.js";
import { type LockWorld, lockWorldOf } from "./lock-ports.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const shop = {
  uat: environmentInput({ roles: { deploy: ["223344556677889900"] } }),
  prod: environmentInput({ roles: { deploy: ["223344556677889911"], approve: ["223344556677889922"] } }),
};
const config = configWith(shop);
const twoProjects = configWith(
  {},
  {
    projects: {
      shop: { repository: "acme/shop", environments: shop },
      site: { repository: "acme/site", environments: { uat: environmentInput(), web: environmentInput() } },
    },
  },
);
const ada = { id: "112233445566778899", name: "ada", roles: ["223344556677889900", "223344556677889911"] };
const bob = { id: "112233445566778800", name: "bob", roles: ["223344556677889900"] };
const approver = { id: "112233445566778811", name: "eve", roles: ["223344556677889922"] };
const stranger = { id: "112233445566778822", name: "mallory", roles: ["1"] };
const request: LockRequest = { person: ada, environment: "uat", reason: "migration" };
const uat = { project: "shop", environment: "uat" };

let fixture: RedisFixture;
let world: LockWorld;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  world = lockWorldOf(fixture, config);
});
afterAll(() => fixture.close());

const actions = async () => (await world.audit.entries()).map(({ action }) => action);

/** Redis refuses everything that needs memory. */
async function whileFull(work: () => Promise<unknown>): Promise<void> {
  await fixture.redis.config("SET", "maxmemory", "1");
  try {
    await work();
  } finally {
    await fixture.redis.config("SET", "maxmemory", "0");
  }
}

describe("takeLock", () => {
  it("locks for a day, writes it down and tells the channel", async () => {
    const outcome = await takeLock(world.parts, request);

    const owner = { userId: ada.id, userName: "ada" };
    const times = { since: world.at, expiresAt: world.at + DAY, reminded: false };
    const lock = { ...uat, owner, reason: "migration", ...times };
    expect(outcome).toEqual({ kind: "locked", lock });
    expect(await world.locks.find(uat, world.at)).toEqual(lock);
    expect(world.notices.told).toEqual(["locked shop/uat"]);
    expect(await world.audit.entries()).toEqual([
      {
        action: "lock",
        actor: { kind: "person", ...owner },
        source: "discord",
        target: uat,
        details: { reason: "migration", until: new Date(world.at + DAY).toISOString() },
      },
    ]);
  });

  it("locks for as long as was asked", async () => {
    const outcome = await takeLock(world.parts, { ...request, forSeconds: 1800 });

    expect(outcome).toMatchObject({ kind: "locked", lock: { expiresAt: world.at + 30 * MINUTE } });
  });

  it("locks a whole project, filed under all", async () => {
    const outcome = await takeLock(world.parts, { ...request, environment: "all" });

    expect(outcome).toMatchObject({ kind: "locked", lock: { project: "shop" } });
    expect(await world.locks.find({ project: "shop" }, world.at)).toMatchObject({ reason: "migration" });
    expect(await world.locks.find(uat, world.at)).toBeUndefined();
    expect((await world.audit.entries())[0]?.target).toEqual({ project: "shop", environment: "all" });
  });

  it("leaves somebody else's lock, and lets the owner renew it", async () => {
    await takeLock(world.parts, request);

    const theirs = await takeLock(world.parts, { ...request, person: bob });
    const own = await takeLock(world.parts, { ...request, reason: "longer" });

    expect(theirs).toMatchObject({ kind: "held", lock: { owner: { userName: "ada" } } });
    expect(own).toMatchObject({ kind: "locked", lock: { reason: "longer" } });
    expect(await actions()).toEqual(["lock", "refusal", "lock"]);
    expect((await world.audit.entries())[1]?.details).toEqual({ of: "lock", code: "held" });
    expect(world.notices.told).toEqual(["locked shop/uat", "locked shop/uat"]);
  });

  it("gives one of many at once the lock, and answers all", async () => {
    const people = Array.from({ length: 20 }, (_, index) => ({ ...bob, id: `${index}`, name: `${index}` }));

    const outcomes = await Promise.all(people.map((person) => takeLock(world.parts, { ...request, person })));

    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "locked")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "held")).toHaveLength(19);
    expect(world.notices.told).toHaveLength(1);
  });

  it("locks nothing, and writes nothing down, where Redis is full", async () => {
    await whileFull(() => expect(takeLock(world.parts, request)).rejects.toThrow("OOM"));

    expect(await world.locks.all(world.at)).toEqual([]);
    expect(world.notices.told).toEqual([]);
    expect(await actions()).toEqual([]);
  });

  it("locks also when nobody can be told", async () => {
    world.notices.broken = true;

    expect(await takeLock(world.parts, request)).toMatchObject({ kind: "locked" });
    expect(await world.locks.find(uat, world.at)).toBeDefined();
  });
});

describe("who may lock", () => {
  it.each([
    ["a deployer of the environment", bob, "uat", "locked"],
    ["an approver of the environment", approver, "prod", "locked"],
    ["a deployer of another environment", bob, "prod", "refused"],
    ["nobody without a role", stranger, "uat", "refused"],
    ["for the project, a deployer of each environment", ada, "all", "locked"],
    ["for the project, no deployer of one environment", bob, "all", "refused"],
    ["for the project, no approver of one environment", approver, "all", "refused"],
    ["for the project, nobody without a role", stranger, "all", "refused"],
  ])("is %s", async (_who, person, environment, kind) => {
    const taken = await takeLock(world.parts, { ...request, person, environment });
    const released = await releaseLock(world.parts, { person, environment });
    const frozen = await startFreeze(world.parts, { ...request, person, environment });
    const thawed = await endFreeze(world.parts, { person, environment });

    const undone = kind === "locked" ? "unlocked" : "refused";
    expect([taken, released, frozen, thawed].map((outcome) => outcome.kind)).toEqual([
      kind,
      undone,
      kind,
      undone,
    ]);
  });

  it("says which roles may, and writes the refusal down", async () => {
    const outcome = await takeLock(world.parts, { ...request, person: stranger, environment: "prod" });

    expect(outcome).toEqual({
      kind: "refused",
      refusal: {
        code: "role-missing",
        environment: "prod",
        roles: ["223344556677889911", "223344556677889922"],
      },
    });
    expect(await world.audit.entries()).toMatchObject([
      { action: "refusal", details: { of: "lock", code: "role-missing", environment: "prod" } },
    ]);
  });
});

describe("what is named", () => {
  it.each([
    ["an unknown environment", "qa", undefined, { code: "unknown-environment" }],
    ["an unknown project", "uat", "nope", { code: "unknown-project" }],
    ["all of an unknown project", "all", "nope", { code: "unknown-project", known: ["shop", "site"] }],
    ["an environment of two projects", "uat", undefined, { code: "ambiguous-project" }],
    ["all, of which project", "all", undefined, { code: "ambiguous-project", projects: ["shop", "site"] }],
    ["a name on the object's prototype", "all", "constructor", { code: "unknown-project" }],
  ])("is refused for %s", async (_what, environment, project, refusal) => {
    const parts = { ...world.parts, config: twoProjects };

    const outcome = await takeLock(parts, { ...request, environment, ...(project && { project }) });

    expect(outcome).toMatchObject({ kind: "refused", refusal });
    expect(await world.locks.all(world.at)).toEqual([]);
  });

  it("is found where the project says which one", async () => {
    const parts = { ...world.parts, config: twoProjects };

    await takeLock(parts, { ...request, project: "site" });
    await takeLock(parts, { ...request, project: "site", environment: "all" });

    const scopes = (await world.locks.all(world.at)).map(({ project, environment }) => [
      project,
      environment,
    ]);
    expect(scopes).toEqual([
      ["site", undefined],
      ["site", "uat"],
    ]);
  });
});

describe("all environments", () => {
  const missing = { code: "role-missing", environment: "all", missing: ["prod"] };
  const all = { project: "shop", environment: "all", reason: "hotfix" };

  it("are locked and frozen only by those who may in each of them", async () => {
    const lock = await takeLock(world.parts, { ...all, person: bob });
    const freeze = await startFreeze(world.parts, { ...all, person: bob });

    expect([lock, freeze]).toMatchObject([{ refusal: missing }, { refusal: missing }]);
    expect(await world.locks.all(world.at)).toEqual([]);
    expect(await world.locks.freezes(world.at)).toEqual([]);
    expect(await actions()).toEqual(["refusal", "refusal"]);
  });

  it("are unlocked and unfrozen only by those who may in each of them", async () => {
    await takeLock(world.parts, { ...all, person: ada });
    await startFreeze(world.parts, { ...all, person: ada });

    const lock = await releaseLock(world.parts, { ...all, person: bob });
    const freeze = await endFreeze(world.parts, { ...all, person: bob });

    expect([lock, freeze]).toMatchObject([{ refusal: missing }, { refusal: missing }]);
    expect(await world.locks.all(world.at)).toHaveLength(1);
    expect(await world.locks.freezes(world.at)).toHaveLength(1);
  });

  it("need no role of another project, and may be unlocked by who approves in one and deploys in the other", async () => {
    const both = { ...approver, roles: [...approver.roles, ...bob.roles] };
    const parts = { ...world.parts, config: twoProjects };
    await takeLock(parts, { ...all, person: both });

    expect(await releaseLock(parts, { ...all, person: both })).toMatchObject({ kind: "unlocked" });
  });
});

describe("releaseLock", () => {
  it("takes somebody else's lock off and tells of whose it was", async () => {
    await takeLock(world.parts, request);

    const outcome = await releaseLock(world.parts, { person: bob, environment: "uat" });

    expect(outcome).toMatchObject({ kind: "unlocked", lock: { owner: { userName: "ada" } } });
    expect(await world.locks.all(world.at)).toEqual([]);
    expect(world.notices.told).toEqual(["locked shop/uat", "unlocked shop/uat of ada by bob"]);
    expect((await world.audit.entries())[1]).toMatchObject({
      action: "unlock",
      actor: { userName: "bob" },
      target: uat,
      details: { owner: ada.id, ownerName: "ada", reason: "migration" },
    });
  });

  it("tells of one unlock, however many press at once", async () => {
    await takeLock(world.parts, request);

    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => releaseLock(world.parts, { person: bob, environment: "uat" })),
    );

    expect(outcomes.filter(({ kind }) => kind === "unlocked")).toHaveLength(1);
    expect(world.notices.told).toHaveLength(2);
  });

  it("says that nothing is locked, once a lock has expired too", async () => {
    await takeLock(world.parts, request);
    world.at += DAY;

    const outcome = await releaseLock(world.parts, { person: bob, environment: "uat" });

    expect(outcome).toEqual({ kind: "not-locked", scope: uat, wider: undefined });
  });

  it("points to the lock of the whole project", async () => {
    await takeLock(world.parts, { ...request, environment: "all" });

    const outcome = await releaseLock(world.parts, { person: bob, environment: "uat" });

    expect(outcome).toMatchObject({ kind: "not-locked", wider: { project: "shop", reason: "migration" } });
    expect(await world.locks.all(world.at)).toHaveLength(1);
  });

  it("leaves a later lock alone when the button of an earlier one is pressed", async () => {
    const first = world.at;
    await takeLock(world.parts, request);
    await releaseLock(world.parts, { person: ada, environment: "uat" });
    world.at += MINUTE;
    await takeLock(world.parts, { ...request, person: bob });

    const outcome = await releaseLock(world.parts, { person: ada, environment: "uat", since: first });

    expect(outcome).toMatchObject({ kind: "not-locked" });
    expect(await world.locks.all(world.at)).toHaveLength(1);
  });

  it("keeps the lock, and writes nothing down, where Redis is full", async () => {
    await takeLock(world.parts, request);
    const unlock = { person: bob, environment: "uat" };

    await whileFull(() => expect(releaseLock(world.parts, unlock)).rejects.toThrow("OOM"));

    expect(await world.locks.all(world.at)).toHaveLength(1);
    expect(await actions()).toEqual(["lock"]);
  });

  it("clears what cannot be read", async () => {
    await fixture.redis.hset("slipway:lock:people", "shop/uat", "{");
    expect(await takeLock(world.parts, request)).toMatchObject({ kind: "held", lock: { unreadable: true } });

    await releaseLock(world.parts, { person: bob, environment: "uat" });

    expect(await takeLock(world.parts, request)).toMatchObject({ kind: "locked" });
  });
});

describe("startFreeze and endFreeze", () => {
  it("freeze until somebody ends it, are written down and told", async () => {
    const started = await startFreeze(world.parts, { ...request, reason: "stop the line" });
    world.at += 1000 * DAY;
    const standing = await world.locks.findFreeze(uat, world.at);
    const ended = await endFreeze(world.parts, { person: bob, environment: "uat" });

    expect(started).toEqual({ kind: "locked", lock: standing });
    expect(ended).toEqual({ kind: "unlocked", lock: standing });
    expect(await world.locks.findFreeze(uat, world.at)).toBeUndefined();
    expect(await actions()).toEqual(["freeze", "unfreeze"]);
    expect(world.notices.told).toEqual(["frozen shop/uat", "unfrozen shop/uat by bob"]);
  });

  it("leave somebody else's freeze as it is", async () => {
    await startFreeze(world.parts, request);

    const outcome = await startFreeze(world.parts, { ...request, person: bob, forSeconds: 60 });

    expect(outcome).toMatchObject({ kind: "held", lock: { by: { userName: "ada" } } });
    expect((await world.locks.findFreeze(uat, world.at))?.expiresAt).toBeUndefined();
  });

  it("point to the freeze of the whole project", async () => {
    await startFreeze(world.parts, { ...request, environment: "all" });

    const outcome = await endFreeze(world.parts, { person: bob, environment: "uat" });

    expect(outcome).toMatchObject({ kind: "not-locked", scope: uat, wider: { project: "shop" } });
  });

  it("change nothing, and write nothing down, where Redis is full", async () => {
    await startFreeze(world.parts, request);
    const other = { ...request, environment: "prod" };

    await whileFull(async () => {
      await expect(endFreeze(world.parts, { person: bob, environment: "uat" })).rejects.toThrow("OOM");
      await expect(startFreeze(world.parts, other)).rejects.toThrow("OOM");
    });

    expect((await world.locks.freezes(world.at)).map(({ environment }) => environment)).toEqual(["uat"]);
    expect(await actions()).toEqual(["freeze"]);
  });
});

describe("listLocks", () => {
  it("knows locks, freezes and the deployments that hold their environment", async () => {
    const store = new DeploymentStore(fixture.redis);
    const { number: _number, version: _version, ...deployment } = aRecord();
    const { record } = await store.create(deployment);
    await world.locks.hold(uat, record.id);
    await world.locks.hold({ ...uat, environment: "prod" }, "0".repeat(24));
    await takeLock(world.parts, request);
    await startFreeze(world.parts, { ...request, environment: "all" });

    const list = await listLocks({ ...world.parts, store });

    expect(list).toMatchObject({
      locks: [{ environment: "uat" }],
      freezes: [{ project: "shop" }],
      holders: [{ id: record.id, number: 1 }],
    });
  });

  it("leaves out a holder whose record cannot be read", async () => {
    const id = "0".repeat(24);
    await fixture.redis.hset(`slipway:deployment:${id}`, "record", "{");
    await world.locks.hold(uat, id);

    const list = await listLocks({ ...world.parts, store: new DeploymentStore(fixture.redis) });

    expect(list.holders).toEqual([]);
  });
});

describe("tendLocks", () => {
  async function locked(forSeconds: number): Promise<PersonLock> {
    const outcome = await takeLock(world.parts, { ...request, forSeconds });
    if (outcome.kind !== "locked" || !("owner" in outcome.lock)) throw new Error("nothing was locked");
    world.notices.told.length = 0;
    return outcome.lock;
  }
  const toldAt = async (at: number) => {
    world.at = at;
    await tendLocks(world.parts);
    return world.notices.told.splice(0);
  };

  it("reminds once, an hour before the end, and announces the end once", async () => {
    const { expiresAt } = await locked(DAY / 1000);

    expect(await toldAt(expiresAt - HOUR - 1)).toEqual([]);
    expect(await toldAt(expiresAt - HOUR)).toEqual(["reminder shop/uat"]);
    expect(await toldAt(expiresAt - 1)).toEqual([]);
    expect(await toldAt(expiresAt)).toEqual(["expired shop/uat"]);
    expect(await toldAt(expiresAt + 1)).toEqual([]);
    expect((await world.audit.entries()).at(-1)).toMatchObject({
      action: "lock-expired",
      actor: { kind: "slipway" },
      source: "worker",
      target: uat,
    });
  });

  it("reminds of a short lock after half its time", async () => {
    const { since, expiresAt } = await locked(600);

    expect(await toldAt(since + 5 * MINUTE - 1)).toEqual([]);
    expect(await toldAt(expiresAt - 5 * MINUTE)).toEqual(["reminder shop/uat"]);
  });

  it("reminds as early as it is told to", async () => {
    const { expiresAt } = await locked(DAY / 1000);
    world.at = expiresAt - 2 * HOUR;

    await tendLocks({ ...world.parts, remindBeforeMs: 2 * HOUR });

    expect(world.notices.told).toEqual(["reminder shop/uat"]);
  });

  it("reminds again of a lock that was renewed, counted from then on", async () => {
    const { expiresAt } = await locked(DAY / 1000);
    expect(await toldAt(expiresAt - HOUR)).toEqual(["reminder shop/uat"]);
    const renewed = await locked(600);

    expect(await toldAt(renewed.expiresAt - 5 * MINUTE - 1)).toEqual([]);
    expect(await toldAt(renewed.expiresAt - 5 * MINUTE)).toEqual(["reminder shop/uat"]);
  });

  it("tells each event once, however many workers look", async () => {
    const { expiresAt } = await locked(DAY / 1000);

    for (const at of [expiresAt - 1, expiresAt]) {
      world.at = at;
      await Promise.all(Array.from({ length: 8 }, () => tendLocks(world.parts)));
    }

    expect(world.notices.told).toEqual(["reminder shop/uat", "expired shop/uat"]);
    expect(await actions()).toEqual(["lock", "lock-expired"]);
  });

  it("announces the end of a freeze", async () => {
    await startFreeze(world.parts, { ...request, forSeconds: 60 });
    world.notices.told.length = 0;

    expect(await toldAt(world.at + MINUTE - 1)).toEqual([]);
    expect(await toldAt(world.at + 1)).toEqual(["unfrozen shop/uat by time"]);
    expect(await actions()).toEqual(["freeze", "unfreeze"]);
  });

  it("goes on with the others when nobody can be told", async () => {
    await takeLock(world.parts, request);
    await takeLock(world.parts, { ...request, environment: "prod" });
    world.at += DAY;
    world.notices.broken = true;

    await tendLocks(world.parts);

    expect(await fixture.redis.hlen("slipway:lock:people")).toBe(0);
    expect((await actions()).slice(2)).toEqual(["lock-expired", "lock-expired"]);
  });

  it("says nothing of what cannot be read", async () => {
    await fixture.redis.hset("slipway:lock:people", "shop/uat", "{");

    expect(await toldAt(world.at + 1000 * DAY)).toEqual([]);
  });
});
