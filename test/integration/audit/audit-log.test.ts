import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AuditLog } from "../../../src/audit/audit-log.js";
import type { AuditEntry } from "../../../src/audit/audit-trail.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";
import { anEntry, linesOf } from "./entries.js";

const ENTRIES = "slipway:audit:entries";
const HEAD = "slipway:audit:head";

let fixture: RedisFixture;
let redis: Redis;
let log: AuditLog;
const others: Redis[] = [];

beforeAll(async () => {
  fixture = await startRedisFixture();
  redis = fixture.redis;
});
afterAll(() => fixture.close());
beforeEach(async () => {
  await redis.flushall();
  log = new AuditLog(redis, () => 1_700_000_000_000);
});
afterEach(() => {
  for (const other of others.splice(0)) other.disconnect();
});

function anotherProcess(): AuditLog {
  const connection = new Redis(fixture.server.url, { maxRetriesPerRequest: null });
  others.push(connection);
  return new AuditLog(connection);
}

async function append(count: number, changes: Partial<AuditEntry> = {}): Promise<void> {
  for (let index = 1; index <= count; index++) await log.append(anEntry({ deployment: index, ...changes }));
  await log.seal();
}

describe("appending", () => {
  it("keeps everything that it was given, with a time, and in order", async () => {
    await log.append(anEntry({ deployment: 1 }));
    await log.append({ action: "freeze", actor: { kind: "slipway" }, source: "cli" });

    const { entries, total, unreadable } = await log.page({ count: 10 });

    expect({ total, unreadable }).toEqual({ total: 2, unreadable: 0 });
    expect(entries).toMatchObject([
      { sequence: 2, at: 1_700_000_000_000, action: "freeze", actor: { kind: "slipway" }, source: "cli" },
      { sequence: 1, at: 1_700_000_000_000, ...anEntry({ deployment: 1 }) },
    ]);
  });

  it("keeps the order of one process without waiting", async () => {
    await Promise.all(Array.from({ length: 50 }, (_, index) => log.append(anEntry({ deployment: index }))));

    const { entries } = await log.page({ count: 50 });

    expect(entries.map(({ deployment }) => deployment)).toEqual(Array.from({ length: 50 }, (_, i) => 49 - i));
  });

  it("loses and doubles nothing with 100 writers at the same moment", async () => {
    const writers = Array.from({ length: 20 }, anotherProcess);

    await Promise.all(
      Array.from({ length: 100 }, (_, index) => writers[index % 20]?.append(anEntry({ deployment: index }))),
    );

    const { entries, total } = await log.page({ count: 200 });
    expect(await log.verify()).toMatchObject({ kind: "intact", entries: 100 });
    expect(total).toBe(100);
    expect(new Set(entries.map(({ deployment }) => deployment)).size).toBe(100);
  });

  it("keeps an entry once whose answer was lost, though others went on meanwhile", async () => {
    const other = anotherProcess();
    const unlucky = new AuditLog(resending(redis, () => other.append(anEntry({ deployment: 9 }))));

    await unlucky.append(anEntry({ deployment: 1 }));
    await unlucky.append(anEntry({ deployment: 2 }));

    const { entries } = await log.page({ count: 20 });
    expect(entries.map(({ deployment }) => deployment).filter((number) => number !== 9)).toEqual([2, 1]);
    expect(await log.verify()).toMatchObject({ kind: "intact" });
  });

  it("follows what Redis holds, where Redis lost entries that others wrote anew", async () => {
    await append(2);
    await redis.flushall();
    const other = anotherProcess();
    await other.append(anEntry());
    await other.append(anEntry());

    await log.append(anEntry());

    expect(await log.verify()).toMatchObject({ kind: "intact", entries: 3 });
  });

  it("cuts an endless detail", async () => {
    await log.append(anEntry({ details: { reason: "x".repeat(100_000), short: "y" } }));

    const { entries } = await log.page({ count: 1 });

    expect(String(entries[0]?.details?.["reason"])).toHaveLength(500);
    expect(entries[0]?.details?.["short"]).toBe("y");
  });

  it("takes of a bigger object only what names the target", async () => {
    const target = { project: "shop", environment: "prod", config: { channel: "1" } };

    await log.append(anEntry({ target }));

    expect((await log.page({ count: 1 })).entries[0]?.target).toEqual({
      project: "shop",
      environment: "prod",
    });
  });

  it("refuses what JSON cannot say, and goes on", async () => {
    await expect(log.append(anEntry({ details: { count: Number.NaN } }))).rejects.toThrow();
    await log.append(anEntry());

    expect(await log.verify()).toMatchObject({ kind: "intact", entries: 1 });
  });

  it("starts no second chain where the head was lost: what comes then waits", async () => {
    await append(2);
    await log.seal();
    await redis.del(HEAD);

    await log.append(anEntry());
    await anotherProcess().append(anEntry());

    await expect(log.seal()).rejects.toThrow();
    await expect(anotherProcess().seal()).rejects.toThrow();
    expect(await redis.xlen(ENTRIES)).toBe(2);
    expect(await log.page({ count: 10 })).toMatchObject({ waiting: 2 });
  });
});

/** Each script reaches Redis twice, another writer's entry between the two, and the first answer never arrives. */
function resending(connection: Redis, between: () => Promise<void>): Redis {
  return new Proxy(connection, {
    get(target, name) {
      if (name !== "eval") return Reflect.get(target, name);
      return async (...args: Parameters<Redis["eval"]>) => {
        await target.eval(...args);
        await between();
        return target.eval(...args);
      };
    },
  });
}

describe("a page", () => {
  beforeEach(async () => {
    await append(3, { target: { project: "shop", environment: "prod" } });
    await append(2, { target: { project: "shop", environment: "uat" } });
    await append(1, { target: { project: "site", environment: "prod" } });
    await log.append({ action: "freeze", actor: { kind: "slipway" }, source: "cli" });
  });

  it.each([
    [{}, 7, [7, 6, 5]],
    [{ project: "shop" }, 5, [5, 4, 3]],
    [{ environment: "prod" }, 4, [6, 3, 2]],
    [{ project: "shop", environment: "uat" }, 2, [5, 4]],
    [{ project: "none" }, 0, []],
  ])("of %j holds the newest three", async (query, total, sequences) => {
    const page = await log.page({ ...query, count: 3 });

    expect(page.total).toBe(total);
    expect(page.entries.map(({ sequence }) => sequence)).toEqual(sequences);
  });

  it.each([
    ["everything", {}],
    ["one environment", { project: "shop", environment: "prod" }],
  ])("of %s leads to every older entry, and to none twice", async (_what, query) => {
    const target = { project: "shop", environment: "prod" };
    await append(230, { target });
    const all = await log.page({ ...query, count: 1_000 });
    const seen: number[] = [];
    let before: number | undefined;
    do {
      const page = await log.page({ ...query, count: 25, ...(before !== undefined && { before }) });
      seen.push(...page.entries.map(({ sequence }) => sequence));
      // What is written between two pages moves nothing.
      await log.append(anEntry({ target }));
      before = page.olderThan;
    } while (before !== undefined);

    expect(seen).toEqual(all.entries.map(({ sequence }) => sequence));
  });

  it("leaves the ends of steps out unless they are asked for", async () => {
    await redis.flushall();
    const entry = (action: AuditEntry["action"]) => anEntry({ action });
    const actions = ["started", "step", "step", "step", "ended", "step"] as const;
    for (const action of actions) await log.append(entry(action));
    const found = async (query: { count: number; steps?: boolean; project?: string }) =>
      (await log.page(query)).entries.map(({ action }) => action);

    expect(await found({ count: 2 })).toEqual(["ended", "started"]);
    expect(await found({ count: 2, project: "shop" })).toEqual(["ended", "started"]);
    expect(await found({ count: 2, steps: true })).toEqual(["step", "ended"]);
    expect(await log.page({ count: 2 })).not.toHaveProperty("olderThan");
    expect(await log.page({ count: 1 })).toMatchObject({ olderThan: 2 });
  });

  it("and the export hold what waits; a Redis that takes no writes is read all the same", async () => {
    await redis.config("SET", "maxmemory", "0");
    await log.append(anEntry({ action: "approval" }));
    await log.seal();
    await redis.rpush(
      "slipway:audit:outbox",
      '7{"action":"cancel","actor":{"kind":"slipway"},"source":"worker","id":"ab","at":1}',
    );
    await redis.config("SET", "maxmemory", "1");

    const full = await log.page({ count: 1 });
    await redis.config("SET", "maxmemory", "0");
    const lines = await linesOf(log.export());

    expect(full).toMatchObject({ waiting: 1, entries: [{ action: "approval" }] });
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ action: "cancel", deployment: 7 });
    expect(await log.verify()).toMatchObject({ kind: "intact" });
  });

  it("counts what it cannot read", async () => {
    const [[, fields] = ["", []]] = await redis.xrange(ENTRIES, 6, 6);
    await rewrite(6, fields[1]?.replace('"action":"request"', '"action":"unheard-of"'));

    expect(await log.page({ count: 10 })).toMatchObject({ unreadable: 1, total: 7 });
    expect(await log.page({ project: "site", count: 10 })).toMatchObject({ unreadable: 1, entries: [] });
  });
});

/** Puts other texts into the stream, as somebody with access to Redis can. */
async function replaceAll(texts: readonly (readonly [id: string, text: string])[]): Promise<void> {
  await redis.del(ENTRIES);
  for (const [id, text] of texts) await redis.xadd(ENTRIES, id, "entry", text);
}

async function stored(): Promise<[id: string, text: string][]> {
  return (await redis.xrange(ENTRIES, "-", "+")).map(([id, fields]) => [id, fields[1] ?? ""]);
}

async function rewrite(sequence: number, text: string | undefined): Promise<void> {
  await replaceAll((await stored()).map(([id, old]) => [id, id === `${sequence}-0` ? (text ?? "") : old]));
}

describe("the verification", () => {
  beforeEach(() => append(6));

  it("finds an untouched log intact and names its head", async () => {
    const [hash] = await redis.hmget(HEAD, "hash");

    expect(await log.verify()).toEqual({ kind: "intact", entries: 6, head: { sequence: 6, hash } });
  });

  it("finds an empty log intact", async () => {
    await redis.flushall();

    expect(await log.verify()).toMatchObject({ kind: "intact", entries: 0 });
  });

  it("walks along more than one batch", async () => {
    await Promise.all(Array.from({ length: 1_200 }, () => log.append(anEntry())));
    await log.seal();

    expect(await log.verify()).toMatchObject({ kind: "intact", entries: 1_206 });
  });

  it.each<[what: string, tamper: () => Promise<unknown>, sequence: number, reason: string]>([
    ["a changed entry", async () => rewrite(3, (await stored())[2]?.[1].replace("ada", "eve")), 3, "changed"],
    ["a deleted entry", () => redis.xdel(ENTRIES, "3-0"), 3, "missing"],
    ["a deleted last entry", () => redis.xdel(ENTRIES, "6-0"), 6, "truncated"],
    ["a trimmed beginning", () => redis.xtrim(ENTRIES, "MINID", "3"), 1, "missing"],
    ["a deleted log", () => redis.del(ENTRIES), 1, "truncated"],
    ["a deleted head", () => redis.del(HEAD), 1, "uncounted"],
    ["a head set back", () => redis.hset(HEAD, "sequence", 5), 5, "other-head"],
    ["an entry added by hand", () => redis.xadd(ENTRIES, "7-0", "entry", "{}"), 7, "uncounted"],
  ])("finds %s", async (_what, tamper, sequence, reason) => {
    await tamper();

    expect(await log.verify()).toEqual({ kind: "broken", sequence, reason });
  });

  it("finds two entries that changed places", async () => {
    const [one, two, three, ...more] = await stored();
    if (!one || !two || !three) throw new Error("three entries are needed");
    await replaceAll([one, [two[0], three[1]], [three[0], two[1]], ...more]);

    expect(await log.verify()).toEqual({ kind: "broken", sequence: 2, reason: "missing" });
  });

  it("finds an entry put between two", async () => {
    const [one, two, ...more] = await stored();
    if (!one || !two) throw new Error("two entries are needed");
    await replaceAll([one, ["1-1", two[1]], two, ...more]);

    expect(await log.verify()).toEqual({ kind: "broken", sequence: 3, reason: "out-of-order" });
  });

  it("goes on while others append", async () => {
    const writing = Promise.all(Array.from({ length: 300 }, () => log.append(anEntry())));

    const verdicts = [await anotherProcess().verify(), await anotherProcess().verify()];
    await writing;

    expect(verdicts.map(({ kind }) => kind)).toEqual(["intact", "intact"]);
  });
});

describe("the export", () => {
  it("holds each entry exactly as it is kept", async () => {
    await append(3);

    const lines = await linesOf(log.export());

    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ format: "slipway-audit", head: { sequence: 3 } });
    expect(lines.slice(1)).toEqual((await stored()).map(([, text]) => text));
  });

  it("leaves out the oldest entries where there is no room", async () => {
    await Promise.all(Array.from({ length: 1_100 }, () => log.append(anEntry())));

    const lines = await linesOf(log.export({ maxBytes: 250_000 }));

    const bytes = Buffer.byteLength(lines.join("\n")) + 1;
    const longest = Math.max(...lines.map((line) => Buffer.byteLength(line)));
    expect(bytes).toBeLessThanOrEqual(250_000);
    expect(bytes).toBeGreaterThan(250_000 - 2 * longest);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ follows: { sequence: 1_101 - lines.length } });
  });
});
