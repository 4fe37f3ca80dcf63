import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTcpLink, type TcpLink } from "../../../sandbox/host/tcp-link.js";
import { DeploymentLog } from "../../../src/deployments/deployment-log.js";
import { LOG_LIMIT_BYTES, type LogMark, LogStore } from "../../../src/deployments/log-store.js";
import { type RedisFixture, startRedisFixture } from "./redis-fixture.js";

const MARK = "slipway:log:id:mark";
const TAIL = 1_000;

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

let seq = 0;
const begin = (writer: number, part: string) => store.begin("id", { writer, seq: ++seq }, part, TAIL);
const append = (writer: number, text: string, mark?: LogMark) =>
  store.append("id", { writer, seq: ++seq }, text, { ...(mark && { mark }) });
const logged = async () => (await store.read("id")).toString();

describe("a part of a log", () => {
  it("is new for whoever comes first", async () => {
    expect(await begin(1, "step 1")).toMatchObject({ offset: 0, text: "" });
  });

  it("goes on for a newer writer where its text was certain; what came after is cut away", async () => {
    await append(1, "before\n");
    await begin(1, "step 1");
    await append(1, "one\ntwo\nthr", { offset: 8, length: 8 });
    await append(1, "ee, and nobody knows how much more");

    const start = await begin(2, "step 1");
    await append(2, "three\n");

    expect(start).toMatchObject({ offset: 8, text: "one\ntwo\n" });
    expect(await logged()).toBe("before\none\ntwo\nthree\n");
  });

  it("counts bytes, not characters", async () => {
    await begin(1, "step 1");
    await append(1, "é€🚀…", { offset: 9, length: 9 });

    expect(await begin(2, "step 1")).toMatchObject({ offset: 9, text: "é€🚀" });
  });

  it("begins again where nothing of it was certain", async () => {
    await append(1, "before\n");
    await begin(1, "step 1");
    await append(1, "== step 1\nhalf a li");

    expect(await begin(2, "step 1")).toMatchObject({ offset: 0, text: "" });
    expect(await logged()).toBe("before\n");
  });

  it("begins again at the beginning of the log, too", async () => {
    await begin(1, "step 1");
    await append(1, "half a li");

    expect(await begin(2, "step 1")).toMatchObject({ offset: 0, text: "" });
    expect(await logged()).toBe("");
  });

  it("is a new one when the same writer begins it again", async () => {
    await begin(1, "step 1");
    await append(1, "first time\n", { offset: 11, length: 11 });

    expect(await begin(1, "step 1")).toMatchObject({ offset: 0, text: "" });
    expect(await logged()).toBe("first time\n");
  });

  it("follows what an earlier writer left of another one, without a cut", async () => {
    await begin(1, "step 1");
    await append(1, "one\n-- exit code 0\n", { offset: 4, length: 4 });

    expect(await begin(2, "step 2")).toMatchObject({ offset: 0, text: "" });
    expect(await logged()).toBe("one\n-- exit code 0\n");
  });

  it("gives back its last bytes alone", async () => {
    await append(1, "before\n");
    await begin(1, "step 1");
    await append(1, `${"x".repeat(2 * TAIL)}end`, { offset: 2_003, length: 2 * TAIL + 3 });

    const start = await begin(2, "step 1");

    expect(start?.text).toBe(`${"x".repeat(TAIL - 3)}end`);
  });

  it("belongs to the newest writer: an earlier one neither begins nor writes any more", async () => {
    await begin(2, "step 1");
    await append(2, "new\n", { offset: 4, length: 4 });

    const late = await begin(1, "step 1");
    await append(1, "old\n", { offset: 400, length: 4 });

    expect(late).toBeUndefined();
    expect(await logged()).toBe("new\n");
    expect(await begin(3, "step 1")).toMatchObject({ offset: 4, text: "new\n" });
  });

  it("goes on past the limit: the offset grows, the log does not, and says so once", async () => {
    await begin(1, "step 1");
    await append(1, "x".repeat(LOG_LIMIT_BYTES - 2), {
      offset: 100,
      length: LOG_LIMIT_BYTES - 2,
    });
    await append(1, "1234", { offset: 104, length: 4 });
    await append(1, "", { offset: 9_000, length: 0 });

    const start = await begin(2, "step 1");
    await append(2, "5678", { offset: 9_004, length: 4 });

    const log = await logged();
    expect(start?.offset).toBe(9_000);
    expect(log.slice(LOG_LIMIT_BYTES - 2, LOG_LIMIT_BYTES)).toBe("12");
    expect(log.split("the output is longer than 8 MiB")).toHaveLength(2);
    expect((await begin(3, "step 1"))?.offset).toBe(9_004);
  });

  it("is forgotten with the log", async () => {
    await begin(1, "step 1");

    expect(await fixture.redis.ttl(MARK)).toBeGreaterThan(0);
  });
});

describe("a deployment's log that another worker goes on with", () => {
  const open = (writer: number, errors: unknown[] = []) =>
    new DeploymentLog(store, "id", writer, (error) => errors.push(error));

  /** A worker that ended in the middle of a line. */
  async function left(): Promise<DeploymentLog> {
    const log = open(1);
    await log.begin("step 1", "web-1: step 1");
    log.write("one\n", 4);
    log.write("two\n", 8);
    log.write("thr");
    await log.flush();
    return log;
  }

  it("has each line once, under one heading", async () => {
    await left();
    const log = open(2);

    const offset = await log.begin("step 1", "web-1: step 1");
    log.write("three\n", 14);
    await log.flush();

    expect(offset).toBe(8);
    expect(await logged()).toBe("\n== web-1: step 1\none\ntwo\nthree\n");
  });

  it("explains a failure with lines from before as well", async () => {
    await left();
    const log = open(2);
    await log.begin("step 1", "web-1: step 1");

    log.write("three\n");
    const tail = log.tail();
    await log.flush();

    expect(tail.split("\n").slice(-3)).toEqual(["one", "two", "three"]);
  });

  it("takes nothing any more from the worker before", async () => {
    const before = await left();
    const log = open(2);
    await log.begin("step 1", "web-1: step 1");

    before.write("late\n", 500);
    await before.flush();
    await before.begin("step 2", "web-1: step 2");
    await before.flush();

    expect(await logged()).toBe("\n== web-1: step 1\none\ntwo\n");
  });

  it.each([
    ["of another kind", () => fixture.redis.set(MARK, "no hash")],
    ["without its numbers", () => fixture.redis.hset(MARK, { writer: "1", part: "step 1" })],
    ["with words for numbers", () => fixture.redis.hset(MARK, { writer: "soon", part: "step 1" })],
  ])("begins from the start and reports it where the mark is %s", async (_what, spoil) => {
    await left();
    await fixture.redis.del(MARK);
    await spoil();
    const errors: unknown[] = [];
    const log = open(2, errors);

    expect(await log.begin("step 1", "web-1: step 1")).toBe(0);

    await log.flush();
    expect(errors).not.toEqual([]);
  });
});

describe("a deployment's log over a link that loses an answer", () => {
  let link: TcpLink;
  let redis: Redis;

  beforeEach(async () => {
    link = await startTcpLink(fixture.server.port);
    redis = new Redis(link.port, { maxRetriesPerRequest: null, retryStrategy: () => 10 });
    redis.on("error", () => undefined);
    await redis.ping();
  });
  afterEach(async () => {
    redis.disconnect();
    await link.close();
  });

  const open = (writer: number) =>
    new DeploymentLog(new LogStore(redis), "id", writer, (error) => expect.unreachable(String(error)));

  it("has each piece once", async () => {
    const log = open(1);
    await log.begin("step 1", "web-1: step 1");
    log.write("one\n", 4);

    const lost = link.loseAnswer();
    await log.flush();
    await lost;
    log.write("two\n", 8);
    await log.flush();

    expect(await logged()).toBe("\n== web-1: step 1\none\ntwo\n");
    expect(await begin(2, "step 1")).toMatchObject({ offset: 8 });
  });

  it("has one heading where the beginning of a part was not answered", async () => {
    const log = open(1);
    await log.begin("step 1", "web-1: step 1");
    log.write("one\n", 4);
    await log.flush();

    const lost = link.loseAnswer();
    const offset = await log.begin("step 2", "web-1: step 2");
    await lost;
    log.write("two\n", 4);
    await log.flush();

    expect(offset).toBe(0);
    expect(log.tail()).toBe("two");
    expect(await logged()).toBe("\n== web-1: step 1\none\n\n== web-1: step 2\ntwo\n");
  });

  it("goes on where the worker before was certain, though that was not answered", async () => {
    const before = open(1);
    await before.begin("step 1", "web-1: step 1");
    before.write("one\n", 4);
    before.write("tw");
    await before.flush();
    const log = open(2);

    const lost = link.loseAnswer();
    const offset = await log.begin("step 1", "web-1: step 1");
    await lost;
    log.write("two\n", 8);
    await log.flush();

    expect(offset).toBe(4);
    expect(log.tail()).toMatch(/one\ntwo$/);
    expect(await logged()).toBe("\n== web-1: step 1\none\ntwo\n");
  });
});
