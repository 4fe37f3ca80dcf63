import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listLocks, releaseLock } from "../../../src/app/locks.js";
import { lookUpHistory, lookUpStatus } from "../../../src/app/look-up.js";
import { lookUpStats } from "../../../src/app/look-up-stats.js";
import { incidentHistory } from "../../../src/app/monitoring/incident-history.js";
import { reconcileDeployments } from "../../../src/app/reconcile-deployments.js";
import { requestDeployment } from "../../../src/app/request-deployment.js";
import { ActionStore } from "../../../src/discord/action-store.js";
import { AnnouncementStore } from "../../../src/discord/announcement-store.js";
import { HealthHistory } from "../../../src/health/history-store.js";
import { IncidentStore } from "../../../src/health/incidents/incident-store.js";
import { watchInstance } from "../../../src/redis/instance.js";
import { DataWatch } from "../../../src/repair/data-watch.js";
import { type Finding, inspect } from "../../../src/repair/inspect.js";
import { repair } from "../../../src/repair/repair-command.js";
import { Secret } from "../../../src/secret.js";
import { lockWorldOf } from "../../unit/app/lock-ports.js";
import { type World, worldOf } from "../../unit/app/ports.js";
import { configWith, environmentInput } from "../../unit/deployments/samples.js";
import { silent } from "../execution/ssh-fixture.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";

let fixture: RedisFixture;
let redis: Redis;
let world: World;
const config = configWith({ uat: environmentInput(), preprod: environmentInput() });
const person = { id: "1", name: "ada", roles: ["223344556677889900"] };
const uat = { project: "shop", environment: "uat" };

/** The deployment of uat that every case finds. */
let first: string;

beforeAll(async () => {
  fixture = await startRedisFixture();
  redis = fixture.redis;
});
beforeEach(async () => {
  await redis.flushall();
  world = worldOf(fixture, config);
  first = await accepted("uat", "first");
  await accepted("preprod", "second");
});
afterAll(() => fixture.close());

async function request(environment: string, requestId = "another") {
  return requestDeployment(world.parts, { requestId, person, environment });
}

async function accepted(environment: string, requestId?: string): Promise<string> {
  const outcome = await request(environment, requestId);
  if (outcome.kind !== "accepted") throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`);
  return outcome.record.id;
}

/** Everything that must answer whatever one key holds. */
async function everythingAnswers(): Promise<void> {
  const { parts } = world;
  const at = parts.now();
  const incidents = new IncidentStore(redis);
  const history = new HealthHistory(redis);
  const stats = { ...parts, incidents: incidentHistory(incidents, parts.now) };
  const watch = await watchInstance(redis, silent, () => undefined);
  watch.stop();
  await reconcileDeployments(parts, "newest");
  expect(await lookUpStatus({ ...parts, incidents }, {})).toMatchObject({ kind: "found" });
  expect(await lookUpHistory(parts, { environment: "uat", count: 10 })).toMatchObject({ kind: "found" });
  expect(await lookUpStats(stats, { months: 3 })).toMatchObject({ kind: "found" });
  await listLocks({ ...parts, config });
  await parts.locks.holders();
  await Promise.all([
    incidents.board(),
    incidents.pending(),
    incidents.closed(0, at),
    history.allSeries(uat, at),
  ]);
  await new AnnouncementStore(redis).find(first);
  await new ActionStore(redis).find(ACTION);
}

async function findings(): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for await (const finding of inspect(redis)) found.push(finding);
  return found;
}

async function runRepair(apply: boolean): Promise<{ code: number; output: string }> {
  const output = new PassThrough();
  const redisUrl = new Secret(fixture.server.url);
  const code = await repair({ redisUrl, dataDirectory: "unused", apply, output, errors: output });
  output.end();
  return { code, output: await text(output) };
}

const ACTION = "0123456789abcdef0123456789abcdef";
const OTHER_ID = "fedcba9876543210fedcba98";

type Spoil = (redis: Redis) => Promise<unknown>;

/** Puts a list where another type belongs. */
const asList =
  (key: () => string): Spoil =>
  async (each) => {
    await each.del(key());
    await each.rpush(key(), "garbage");
  };
const record = () => `slipway:deployment:${first}`;
const own = (which: string) => () => `slipway:environment:shop/uat:${which}`;
const inRecord =
  (change: (stored: Record<string, unknown>) => unknown): Spoil =>
  async (each) => {
    const stored = JSON.parse((await each.hget(record(), "record")) ?? "");
    await each.hset(record(), "record", JSON.stringify(change(stored)));
  };

const OWN: readonly (readonly [string, () => string, Spoil])[] = [
  ["a record of another type", record, asList(record)],
  ["a record that is no JSON", record, (each) => each.hset(record(), "record", "{")],
  ["a record that is empty", record, (each) => each.hset(record(), "record", "")],
  ["a record that is null", record, (each) => each.hset(record(), "record", "null")],
  ["a record of schema 99", record, inRecord((stored) => ({ ...stored, schema: 99 }))],
  ["a record of an unknown state", record, inRecord((stored) => ({ ...stored, state: "melting" }))],
  ["a record with an endless number", record, (each) => each.hset(record(), "number", "9".repeat(400))],
  ["a record whose number is NaN", record, (each) => each.hset(record(), "number", "NaN")],
  ["a record whose version is empty text", record, (each) => each.hset(record(), "version", "x")],
  ["a record with an infinite fence", record, inRecord((stored) => ({ ...stored, fence: null }))],
  ["a line of another type", own("all"), asList(own("all"))],
  ["an open line of another type", own("open"), asList(own("open"))],
  ["a current release of another type", own("current"), asList(own("current"))],
  ["a garbage member in the line", own("all"), (each) => each.zadd(own("all")(), 9, "garbage")],
  ["a garbage member in the open line", own("open"), (each) => each.zadd(own("open")(), 9, "")],
  ["an open member without a record", own("open"), (each) => each.zadd(own("open")(), 9, OTHER_ID)],
  ["a current release that is no id", own("current"), (each) => each.set(own("current")(), "garbage")],
  ["bad releases of another type", () => "slipway:bad:shop/uat", asList(() => "slipway:bad:shop/uat")],
  [
    "a lock that is no JSON",
    () => "slipway:lock:people",
    (each) => each.hset("slipway:lock:people", "shop/uat", "{"),
  ],
  [
    "a holder that is no id",
    () => "slipway:lock:deployments",
    (each) => each.hset("slipway:lock:deployments", "shop/uat", "garbage"),
  ],
];

describe("what cannot be read of one environment", () => {
  it.each(OWN)("closes it alone, is reported, and /unlock sets it aside: %s", async (_name, key, spoil) => {
    await spoil(redis);

    await everythingAnswers();
    const watch = new DataWatch(redis, silent, [uat]);
    await watch.look();
    expect(watch.report?.map((each) => each.key)).toContain(key());
    expect(watch.report?.map(({ where }) => where)).toContain("shop/uat");
    expect(await request("uat")).toMatchObject({ kind: "refused", refusal: { code: "locked" } });
    expect((await listLocks({ ...world.parts, config })).locks).toMatchObject([{ ...uat, unreadable: true }]);
    await accepted("preprod");

    const unlock = { person, environment: "uat" };
    const unlocked = await releaseLock(lockWorldOf(fixture, config).parts, unlock);

    expect(unlocked.kind).toBe("unlocked");
    await accepted("uat");
    await watch.look();
    expect(watch.report).toBeUndefined();
  });

  it.each(OWN)("is listed by repair, and moved by repair --apply: %s", async (_name, key, spoil) => {
    await spoil(redis);

    const listed = await runRepair(false);
    const keys = await redis.keys("slipway:quarantine:*");
    const applied = await runRepair(true);

    expect(listed).toMatchObject({ code: 1, output: expect.stringContaining(key()) });
    expect(keys).toEqual([]);
    expect(applied.code).toBe(0);
    await accepted("uat");
  });
});

const keyOf = (key: string) => () => key;
const SHARED: readonly (readonly [string, string, Spoil])[] = [
  ["of another type", "slipway:environments", asList(keyOf("slipway:environments"))],
  ["with a garbage member", "slipway:environments", (each) => each.sadd("slipway:environments", "{")],
  ["of another type", "slipway:deployment-number", asList(keyOf("slipway:deployment-number"))],
  ["that is NaN", "slipway:deployment-number", (each) => each.set("slipway:deployment-number", "NaN")],
  [
    "that is endless",
    "slipway:deployment-number",
    (each) => each.set("slipway:deployment-number", "9".repeat(400)),
  ],
  ...["people", "freezes", "deployments", "fences"].map(
    (name) => ["of another type", `slipway:lock:${name}`, asList(keyOf(`slipway:lock:${name}`))] as const,
  ),
  [
    "with a garbage field",
    "slipway:lock:deployments",
    (each) => each.hset("slipway:lock:deployments", "x", "y"),
  ],
  ["that is text", "slipway:lock:fences", (each) => each.hset("slipway:lock:fences", "shop/uat", "inf")],
  ["of another type", "slipway:incident:board", asList(keyOf("slipway:incident:board"))],
  [
    "with a garbage version",
    "slipway:incident:board",
    (each) => each.hset("slipway:incident:board", "version", "x"),
  ],
  [
    "with garbage",
    "slipway:incident:board",
    (each) => each.hset("slipway:incident:board", "incident:1", "{"),
  ],
  ["of another type", "slipway:incident:outbox", asList(keyOf("slipway:incident:outbox"))],
  ["of another type", "slipway:incident:closed", asList(keyOf("slipway:incident:closed"))],
  [
    "of another type",
    `slipway:incident:closed:${OTHER_ID}`,
    asList(keyOf(`slipway:incident:closed:${OTHER_ID}`)),
  ],
  ["that is no JSON", `slipway:action:${ACTION}`, (each) => each.set(`slipway:action:${ACTION}`, "{")],
  ["of another type", `slipway:action:${ACTION}`, asList(keyOf(`slipway:action:${ACTION}`))],
  ["of another type", "slipway:health:shop/uat:", asList(keyOf("slipway:health:shop/uat:"))],
  ["of another type", "slipway:instance", asList(keyOf("slipway:instance"))],
  ["of another type", "slipway:audit:head", asList(keyOf("slipway:audit:head"))],
];

describe("what cannot be read and belongs to no single environment", () => {
  it.each(SHARED)(
    "keeps nothing from answering, and repair --apply moves it: %s %s",
    async (_name, key, spoil) => {
      await spoil(redis);

      await everythingAnswers();
      expect((await findings()).map((each) => each.key)).toContain(key);
      const { code, output } = await runRepair(true);

      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining(key) });
      expect((await findings()).map((each) => each.key)).not.toContain(key);
      await accepted("uat");
      await accepted("preprod", "one more");
      const numbers = (await world.store.newest(uat, 10)).map(({ number }) => number);
      expect(new Set(numbers).size).toBe(numbers.length);
    },
  );

  it("is nothing where all can be read", async () => {
    expect(await runRepair(false)).toEqual({ code: 0, output: "Everything can be read.\n" });
  });
});

describe("quarantine", () => {
  it("keeps what was set aside as it was, without an end", async () => {
    await redis.hset(record(), "record", "{");
    const before = await redis.hgetall(record());

    await runRepair(true);

    const [key] = await redis.keys(`slipway:quarantine:*:${record()}`);
    expect(await redis.hgetall(key ?? "")).toEqual(before);
    expect(await redis.ttl(key ?? "")).toBe(-1);
  });
});
