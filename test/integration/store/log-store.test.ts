import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DeploymentLog } from "../../../src/deployments/deployment-log.js";
import { LOG_LIMIT_BYTES, LogStore } from "../../../src/deployments/log-store.js";
import { type RedisFixture, startRedisFixture } from "./redis-fixture.js";

let fixture: RedisFixture;
let store: LogStore;

beforeAll(async () => {
  fixture = await startRedisFixture();
  store = new LogStore(fixture.redis);
});
beforeEach(async () => {
  await fixture.redis.flushall();
});
afterAll(() => fixture.close());

const note = "the output is longer than 8 MiB";
const almostFull = LOG_LIMIT_BYTES - 4;

async function logOf(...pieces: readonly string[]): Promise<string> {
  for (const [seq, piece] of pieces.entries()) await store.append("id", { writer: 1, seq }, piece);
  return new TextDecoder("utf-8", { fatal: true }).decode(await store.read("id"));
}

describe("LogStore", () => {
  it("keeps pieces in order", async () => {
    expect(await logOf("one\n", "deux é\n", "three\n")).toBe("one\ndeux é\nthree\n");
  });

  it("answers nothing for a deployment without a log", async () => {
    expect((await store.read("unknown")).length).toBe(0);
  });

  it("lets the log expire", async () => {
    await store.append("id", { writer: 1, seq: 1 }, "text");

    expect(await fixture.redis.ttl("slipway:log:id")).toBeGreaterThan(0);
  });

  it("cuts at the limit and says so once", async () => {
    const log = await logOf("x".repeat(almostFull), "12345678", "more", "and more");

    expect(log.slice(almostFull, almostFull + 4)).toBe("1234");
    expect(log.split(note)).toHaveLength(2);
    expect(log).not.toContain("more\n");
  });

  it("says so too when a piece filled it to the last byte", async () => {
    const log = await logOf("x".repeat(almostFull), "1234", "more");

    expect(log.split(note)).toHaveLength(2);
  });

  it("keeps a log that fits exactly as it is", async () => {
    expect(await logOf("x".repeat(almostFull), "1234")).not.toContain(note);
  });

  it.each(["é", "€", "🚀"])("never cuts through %s", async (character) => {
    for (const offset of [0, 1, 2, 3]) {
      await fixture.redis.flushall();

      const log = await logOf("x".repeat(almostFull - offset), character.repeat(10));

      expect(log).toContain(note);
    }
  });
});

describe("the logs of what has ended", () => {
  const long = "a line of a log that compresses well\n".repeat(10_000);

  async function ended(id: string, at: number, text = long): Promise<void> {
    await store.begin(id, { writer: 1, seq: 1 }, "part", 10);
    await store.append(id, { writer: 1, seq: 2 }, text, { closes: true });
    await store.pack(id, at);
  }

  it("take a fraction of the memory, and read the same", async () => {
    await ended("id", 1);
    await store.pack("id", 1);

    expect((await store.read("id")).toString()).toBe(long);
    expect(await store.find("id")).toMatchObject({ isCut: false, isIncomplete: false });
    expect((await store.usage()).bytes).toBeLessThan(long.length / 20);
    expect(await fixture.redis.ttl("slipway:log:id:packed")).toBeGreaterThan(0);
  });

  it("go on when the deployment goes on, and are packed again", async () => {
    await ended("id", 1);

    const start = await store.begin("id", { writer: 2, seq: 1 }, "part", 10);
    await store.append("id", { writer: 2, seq: 2 }, "more\n", { closes: true });

    expect(start).toMatchObject({ offset: 0, length: 0, packed: long.length });
    expect((await store.read("id")).toString()).toBe(`${long}more\n`);
    await store.pack("id", 2);
    expect((await store.read("id")).toString()).toBe(`${long}more\n`);
  });

  it("are not packed while somebody writes", async () => {
    await store.begin("id", { writer: 1, seq: 1 }, "part", 10);
    await store.append("id", { writer: 1, seq: 2 }, "one\n");
    const packing = store.pack("id", 1);
    await store.append("id", { writer: 1, seq: 3 }, "two\n");
    await packing;

    expect((await store.read("id")).toString()).toBe("one\ntwo\n");
  });

  it("are packed by a Redis that is full", async () => {
    await store.begin("id", { writer: 1, seq: 1 }, "part", 10);
    await store.append("id", { writer: 1, seq: 2 }, long);
    await fixture.redis.config("SET", "maxmemory", "1");

    await store.pack("id", 1).finally(() => fixture.redis.config("SET", "maxmemory", "0"));

    expect((await store.usage()).bytes).toBeLessThan(long.length / 20);
  });

  it("are dropped, the first that ended first, until all fit; never one that is written", async () => {
    await store.begin("running", { writer: 1, seq: 1 }, "part", 10);
    await store.append("running", { writer: 1, seq: 2 }, long);
    for (const [index, id] of ["third", "first", "second"].entries()) {
      await ended(id, [3, 1, 2][index] ?? 0, `${Math.random()} ${id} ${"é".repeat(index)}`);
    }
    const { bytes } = await store.usage();

    expect(await store.trim(bytes, 4)).toEqual({ bytes, logs: 4, dropped: 0 });
    expect(await store.trim(bytes - 1, 4)).toMatchObject({ logs: 3, dropped: 1 });
    expect(await store.find("first")).toBeUndefined();
    expect(await store.find("second")).toBeDefined();
    expect(await store.trim(0, 4)).toEqual({ bytes: long.length, logs: 1, dropped: 2 });
    expect((await store.read("running")).toString()).toBe(long);
    expect(await fixture.redis.keys("slipway:log:*")).toHaveLength(2);
  });

  it("leave the account when Redis has let them expire", async () => {
    await ended("id", 1_000);

    expect(await store.trim(1_000_000_000, 31 * 24 * 3600 * 1000)).toEqual({ bytes: 0, logs: 0, dropped: 0 });
  });

  it("of earlier versions, as plain text without any mark, are read and packed", async () => {
    await fixture.redis.set("slipway:log:id", "from before\n", "EX", 100);

    expect(await store.find("id")).toMatchObject({ isCut: false, isIncomplete: false });
    await store.pack("id", 1);
    expect((await store.read("id")).toString()).toBe("from before\n");
  });
});

describe("DeploymentLog", () => {
  const failing = { append: () => Promise.reject(new Error("away")) } as unknown as LogStore;

  function newLog(): DeploymentLog {
    return new DeploymentLog(store, "id", 1, (error) => expect.unreachable(String(error)));
  }

  it("holds all that was written once it is flushed", async () => {
    const log = newLog();
    for (let index = 0; index < 1000; index++) log.write(`line ${index}\n`);

    await log.flush();

    expect((await store.read("id")).toString().split("\n")).toHaveLength(1001);
  });

  it("takes 200 MB without keeping them", async () => {
    const log = newLog();
    const before = heapUsed();
    for (let index = 0; index < 3200; index++) {
      log.write(`${index} ${"x".repeat(64 * 1024)}\n`);
      if (index % 32 === 0) await log.flush();
    }

    const grown = heapUsed() - before;

    await log.flush();
    expect(grown).toBeLessThan(30 * 1024 * 1024);
    expect((await store.read("id")).length).toBeLessThan(LOG_LIMIT_BYTES + 200);
  });

  it("answers the last lines of the part that was begun", async () => {
    const log = newLog();
    log.write("before\n");
    await log.begin("part", "part");
    for (let index = 1; index <= 20; index++) log.write(`line ${index}\n`);

    const tail = log.tail();

    await log.flush();
    expect(tail.split("\n").at(0)).toBe("line 6");
    expect(tail.split("\n").at(-1)).toBe("line 20");
  });

  it("keeps the end of one long line, without half a character", async () => {
    const log = newLog();
    log.write(`${"🚀".repeat(6000)}.`);

    const tail = log.tail();

    await log.flush();
    expect(tail).toMatch(/^(?:🚀)+\.$/u);
    expect(tail.length).toBeLessThanOrEqual(1_200);
  });

  it("reports a store that takes nothing and goes on", async () => {
    const errors: unknown[] = [];
    const log = new DeploymentLog(failing, "id", 1, (error) => errors.push(error), { patienceMs: 10 });

    log.write("text");
    await log.flush();

    expect(errors).toHaveLength(1);
    expect(log.tail()).toBe("text");
    log.close();
  });
});

/** After a collection: what counts is what is kept. */
function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
  return process.memoryUsage().heapUsed;
}
