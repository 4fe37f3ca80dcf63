import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { endFreeze, listLocks, releaseLock } from "../../../src/app/locks.js";
import { lookUpHistory, lookUpStatus } from "../../../src/app/look-up.js";
import { lookUpStats } from "../../../src/app/look-up-stats.js";
import { incidentHistory } from "../../../src/app/monitoring/incident-history.js";
import { reconcileDeployments } from "../../../src/app/reconcile-deployments.js";
import { requestDeployment } from "../../../src/app/request-deployment.js";
import { Sha } from "../../../src/deployments/release.js";
import { ActionStore } from "../../../src/discord/action-store.js";
import { AnnouncementStore } from "../../../src/discord/announcement-store.js";
import { HealthHistory } from "../../../src/health/history-store.js";
import { IncidentStore } from "../../../src/health/incidents/incident-store.js";
import { watchInstance } from "../../../src/redis/instance.js";
import { DataWatch } from "../../../src/repair/data-watch.js";
import { type Finding, inspect } from "../../../src/repair/inspect.js";
import { KEY_KINDS } from "../../../src/repair/key-table.js";
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

/** Each of another commit: what is on its way already would be answered without looking. */
async function request(environment: string, requestId: string = randomUUID()) {
  world.github.commit = Sha.parse(createHash("sha1").update(requestId).digest("hex"));
  return requestDeployment(world.parts, { requestId, person, environment });
}

async function accepted(environment: string, requestId?: string): Promise<string> {
  const outcome = await request(environment, requestId);
  if (outcome.kind !== "accepted") throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
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
const asString =
  (key: string): Spoil =>
  async (each) => {
    await each.del(key);
    await each.set(key, "garbage");
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
  ["of another type", "slipway:health:shop/uat:check", asList(keyOf("slipway:health:shop/uat:check"))],
  ["of another type", "slipway:instance", asList(keyOf("slipway:instance"))],
  ["of another type", "slipway:audit:head", asList(keyOf("slipway:audit:head"))],
  ["of another type", "slipway:audit:entries", asList(keyOf("slipway:audit:entries"))],
  ["of another type", "slipway:audit:outbox", asString("slipway:audit:outbox")],
  ["of another type", "slipway:audit:outbox:unreadable", asString("slipway:audit:outbox:unreadable")],
  ["of another type", "slipway:audit:of:shop/uat", asString("slipway:audit:of:shop/uat")],
  ...[
    `slipway:same:${OTHER_ID}`,
    `slipway:moves:${OTHER_ID}`,
    `slipway:moves:${OTHER_ID}:seen`,
    "slipway:followed",
    "slipway:repositories",
    "slipway:dropped",
    "slipway:commands",
    "slipway:running:shop/uat",
    "slipway:probing:shop/uat",
    `slipway:change:${OTHER_ID}`,
    `slipway:announcement:${OTHER_ID}`,
    `slipway:announcement-reply:${OTHER_ID}`,
    `slipway:action-id:${OTHER_ID}`,
    `slipway:log:${OTHER_ID}`,
    `slipway:log:${OTHER_ID}:packed`,
    `slipway:log:${OTHER_ID}:mark`,
    "slipway:logs",
    "slipway:logs:sizes",
  ].map((key) => ["of another type", key, asList(keyOf(key))] as const),
  ["with garbage", "slipway:dropped", (each) => each.hset("slipway:dropped", "shop/uat", "{")],
  ["with garbage", "slipway:commands", (each) => each.hset("slipway:commands", "deploy", "garbage")],
  [
    "with a garbage count",
    `slipway:moves:${OTHER_ID}`,
    (each) => each.hset(`slipway:moves:${OTHER_ID}`, "f".repeat(40), "9".repeat(400)),
  ],
  ["with garbage", "slipway:repositories", (each) => each.hset("slipway:repositories", "acme/shop", "{")],
  ["with garbage", "slipway:followed", (each) => each.hset("slipway:followed", "shop/uat", "{")],
  ["with garbage", "slipway:running:shop/uat", (each) => each.hset("slipway:running:shop/uat", "web-1", "{")],
  [
    "with garbage",
    `slipway:announcement:${OTHER_ID}`,
    (each) => each.hset(`slipway:announcement:${OTHER_ID}`, "editedAt", "{"),
  ],
];

/** Nobody but a person can tell which locks these held: each environment counts as locked until one has looked. */
const CLOSING = /^slipway:lock:(people|freezes|deployments)$/;

describe("what cannot be read and belongs to no single environment", () => {
  it.each(SHARED)(
    "closes all environments only where it held their locks: %s %s",
    async (name, key, spoil) => {
      await spoil(redis);
      const closes = CLOSING.test(key) && name === "of another type";

      for (const environment of ["uat", "preprod"]) {
        const outcome = await request(environment);
        expect(outcome).toMatchObject(
          closes
            ? { kind: "refused", refusal: { code: expect.stringMatching(/^(locked|frozen)$/) } }
            : { kind: "accepted" },
        );
        if (outcome.kind === "accepted")
          expect(await world.store.find(outcome.record.id)).toEqual(outcome.record);
      }

      const numbers = [uat, { ...uat, environment: "preprod" }].map((target) =>
        world.store.newest(target, 10),
      );
      const given = (await Promise.all(numbers)).flat().map(({ number }) => number);
      expect(new Set(given).size).toBe(given.length);
      expect(await world.store.targets()).toEqual(
        expect.arrayContaining([uat, { ...uat, environment: "preprod" }]),
      );
    },
  );

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

  it.each(["people", "freezes", "deployments"])(
    "is set aside in Discord, too, where it closes all: slipway:lock:%s",
    async (name) => {
      await asList(keyOf(`slipway:lock:${name}`))(redis);
      expect(await request("uat")).toMatchObject({ kind: "refused" });

      const { parts } = lockWorldOf(fixture, config);
      const opened =
        name === "freezes"
          ? await endFreeze(parts, { person, environment: "uat" })
          : await releaseLock(parts, { person, environment: "uat" });

      expect(opened.kind).toBe("unlocked");
      await accepted("uat");
      // A person has looked at this environment alone. Who holds one, the records tell.
      expect((await request("preprod")).kind).toBe(name === "deployments" ? "accepted" : "refused");
      const [aside = ""] = await redis.keys(`slipway:quarantine:*:slipway:lock:${name}`);
      expect(await redis.lrange(aside, 0, -1)).toEqual(["garbage"]);
    },
  );

  it("is nothing where all can be read", async () => {
    expect(await runRepair(false)).toEqual({ code: 0, output: "Everything can be read.\n" });
  });
});

/** Kept for a moment or for a person, and never read for what they hold. */
const NEVER_READ = /^slipway:(check|process|readiness|quarantine)\b/;

describe("the table of garbage", () => {
  const keys = [...OWN.map(([, key]) => key), ...SHARED.map(([, key]) => keyOf(key))];

  it("has a row for each key that the code names", async () => {
    const named = await namedKeys();

    expect(named.length).toBeGreaterThan(40);
    const matches = named.map((name) => [name, patternOf(name)] as const);
    const missing = matches.filter(([, pattern]) => !keys.some((key) => pattern.test(key())));
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it("has a row for each kind of key that repair reads", () => {
    const missing = KEY_KINDS.filter(({ pattern }) => !keys.some((key) => pattern.test(key())));

    expect(missing.map(({ pattern }) => String(pattern))).toEqual([]);
  });

  it("has keys alone that repair reads", () => {
    const unknown = keys
      .map((key) => key())
      .filter((key) => !KEY_KINDS.some(({ pattern }) => pattern.test(key)));

    expect(unknown).toEqual([]);
  });
});

/** Every text in the code that is the name of a key, or the beginning of one: also those in comments. */
async function namedKeys(): Promise<readonly string[]> {
  const folder = path.resolve(import.meta.dirname, "../../../src");
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts"));
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), "utf8")));
  const named = texts.flatMap((text) =>
    [...text.matchAll(/["'`](slipway:[a-z][\w:/-]*)/g)].map(([, name]) => name ?? ""),
  );
  return [...new Set(named)].filter((name) => !NEVER_READ.test(name));
}

/** `slipway:log:ID:mark`: what is in capitals stands for anything; what follows a name is not always said. */
function patternOf(name: string): RegExp {
  const parts = name.replace(/:$/, "").split(":");
  return new RegExp(`^${parts.map((part) => (/^[A-Z/]+$/.test(part) ? "[^:]+" : part)).join(":")}(:|$)`);
}

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
