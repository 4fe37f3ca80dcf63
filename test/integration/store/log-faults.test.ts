import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DeploymentLog } from "../../../src/deployments/deployment-log.js";
import { LOG_LIMIT_BYTES, LogStore } from "../../../src/deployments/log-store.js";
import { type RedisFixture, startRedisFixture } from "./redis-fixture.js";

const KEYS = ["slipway:log:id", "slipway:log:id:mark"] as const;

let fixture: RedisFixture;
let store: LogStore;

beforeAll(async () => {
  fixture = await startRedisFixture();
  store = new LogStore(fixture.redis);
});
beforeEach(async () => {
  await fixture.redis.config("SET", "maxmemory", "0");
  await fixture.redis.flushall();
});
afterAll(() => fixture.close());

function open(writer = 1, options: { readonly patienceMs?: number } = {}) {
  const errors: unknown[] = [];
  return { log: new DeploymentLog(store, "id", writer, (error) => errors.push(error), options), errors };
}

const logged = async () => (await store.read("id")).toString();
const stored = () => store.find("id");
const lines = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => `line ${from + index}\n`).join("");

/** What Redis holds of the log now; gives it back what it held, as one that forgot what came after does. */
async function remember(): Promise<() => Promise<void>> {
  const { redis } = fixture;
  const kept = await Promise.all(KEYS.map((key) => redis.dumpBuffer(key)));
  return async () => {
    for (const [index, key] of KEYS.entries()) {
      const value = kept[index];
      if (value) await redis.restore(key, 0, value, "REPLACE");
      else await redis.del(key);
    }
  };
}

describe("a log while Redis refuses to write", () => {
  it("has every line once Redis takes them again, and is told once", async () => {
    const { log, errors } = open();
    await log.begin("step 1", "web-1: step 1");
    await fixture.redis.config("SET", "maxmemory", "1");
    for (let index = 1; index <= 300; index++) log.write(`line ${index}\n`, index);
    const ended = log.end();
    await expect.poll(() => errors.length).toBe(1);

    await fixture.redis.config("SET", "maxmemory", "0");
    await ended;

    expect(await logged()).toBe(`\n== web-1: step 1\n${lines(300)}`);
    expect(await stored()).toMatchObject({ isCut: false, isIncomplete: false });
    expect(errors).toHaveLength(1);
  });

  it("begins a part once Redis takes it again", async () => {
    const { log } = open();
    await fixture.redis.config("SET", "maxmemory", "1");
    const begun = log.begin("step 1", "web-1: step 1");
    await fixture.redis.config("SET", "maxmemory", "0");

    expect(await begun).toBe(0);
    await log.end();

    expect(await logged()).toBe("\n== web-1: step 1\n");
  });

  it("does not hold up its deployment for ever, and says that its end is missing", async () => {
    const { log } = open(1, { patienceMs: 50 });
    await log.begin("step 1", "web-1: step 1");
    log.write("one\n", 4);
    await log.flush();
    await fixture.redis.config("SET", "maxmemory", "1");
    log.write("two\n", 8);

    await log.end();
    log.close();

    await fixture.redis.config("SET", "maxmemory", "0");
    expect(await stored()).toMatchObject({ isIncomplete: true, isOpen: true });
    const later = open(2).log;
    await later.begin("step 2", "web-1: step 2");
    await later.end();
    expect(await logged()).toMatch(
      /one\n\n\[Slipway: the end of the output above is missing.*\]\n\n== web-1: step 2/,
    );
    expect(await stored()).toMatchObject({ isIncomplete: true, isOpen: false });
  });

  it("says what is missing where the key is of another kind for a while", async () => {
    const { log, errors } = open();
    await log.begin("step 1", "web-1: step 1");
    await log.flush();
    await fixture.redis.del(KEYS[0]);
    await fixture.redis.lpush(KEYS[0], "another kind");
    log.write("lost\n", 5);
    await log.flush();
    await fixture.redis.del(KEYS[0]);
    log.write("there\n", 11);
    await log.end();

    expect(errors).not.toEqual([]);
    expect(await logged()).toContain(
      "[Slipway: 5 bytes of output are missing here: Redis did not take them.]\nthere\n",
    );
    expect(await stored()).toMatchObject({ isIncomplete: true });
  });
});

describe("a log of which Redis forgot the last second", () => {
  async function forgotten() {
    const { log } = open();
    await log.begin("step 1", "web-1: step 1");
    log.write("one\n", 4);
    await log.flush();
    const forget = await remember();
    log.write("two\n", 8);
    await log.flush();
    await forget();
    log.write("three\n", 14);
    await log.end();
    return log;
  }

  it("says how much is missing, and where", async () => {
    await forgotten();

    expect(await logged()).toBe(
      "\n== web-1: step 1\none\n\n[Slipway: 4 bytes of output are missing here: Redis has lost them.]\nthree\n",
    );
    expect(await stored()).toMatchObject({ isIncomplete: true });
  });

  it("is complete after what is missing was read from the host again", async () => {
    const log = await forgotten();

    const offset = await log.reopen();
    log.write("two\nthree\n", 14);
    await log.end();

    expect(offset).toBe(4);
    expect(await logged()).toBe("\n== web-1: step 1\none\ntwo\nthree\n");
    expect(await stored()).toMatchObject({ isIncomplete: false });
  });

  it("is read from the host from the start where Redis forgot all of it", async () => {
    const { log } = open();
    await log.begin("step 1", "web-1: step 1");
    log.write("one\n", 4);
    await log.flush();
    await fixture.redis.flushall();
    log.write("two\n", 8);
    await log.end();

    expect(await log.reopen()).toBe(0);
    log.write("one\ntwo\n", 8);
    await log.end();

    expect(await logged()).toMatch(/^\n\[Slipway: \d+ bytes of output are missing here.*\]\none\ntwo\n$/);
  });

  it("goes on at the hole for a later worker", async () => {
    await forgotten();

    expect(await open(2).log.begin("step 1", "web-1: step 1")).toBe(4);
  });

  it("says so where nobody can read it again", async () => {
    const log = await forgotten();
    await log.reopen();

    log.missing();
    await log.end();

    expect(await logged()).toMatch(/one\n\n\[Slipway: the rest of this output is missing.*\]\n$/);
    expect(await stored()).toMatchObject({ isIncomplete: true });
  });
});

describe("a log with an output that is too long", () => {
  it("keeps its start and its end, says how much was left out, and has all that follows", async () => {
    const { log } = open();
    await log.begin("noisy", "web-1: noisy", 3);
    log.write("the first line\n");
    for (let index = 0; index < 150; index++) log.write(`${"x".repeat(63)}\n`.repeat(1024));
    log.write("the last line\n-- exit code 0\n");
    await log.begin("failing", "web-1: failing", 2);
    log.write("it fails\n-- exit code 1\n");
    await log.begin("diagnostics", "diagnostics", 1);
    log.section("web-1: diagnostics-1", 1);
    for (let index = 0; index < 150; index++) log.write(`${"y".repeat(63)}\n`.repeat(1024));
    log.section("web-1: diagnostics-2", 1);
    log.write("the reason\n");
    await log.end();

    const text = await logged();
    const { isCut, isIncomplete } = (await stored()) ?? {};
    expect(text).toMatch(
      /^\n== web-1: noisy\nthe first line\n(?:x+\n)+\n\[Slipway: ([0-9,]+) bytes [^\n]+\]\n(?:x+\n)+the last line\n-- exit code 0\n\n== web-1: failing\nit fails\n-- exit code 1\n/,
    );
    expect(text).toMatch(/\n== web-1: diagnostics-1\ny[\s\S]*\n== web-1: diagnostics-2\nthe reason\n$/);
    const leftOut = Number(/Slipway: ([0-9,]+) bytes/.exec(text)?.[1]?.replaceAll(",", ""));
    const kept = text.slice(0, text.indexOf("the last line")).split("x").length - 1;
    expect(leftOut).toBe(Math.ceil(((150 * 1024 * 63 - kept) / 63) * 64));
    expect({ isCut, isIncomplete }).toEqual({ isCut: true, isIncomplete: false });
  });

  it("has room for each of many, however much they print", async () => {
    const { log } = open();
    for (let index = 0; index < 40; index++) {
      await log.begin(`step ${index}`, `step ${index}`, 40 - index);
      log.write(`start ${index}\n`);
      for (let piece = 0; piece < 20; piece++) log.write(`${"x".repeat(63)}\n`.repeat(1024));
      log.write(`end ${index}\n`);
    }
    await log.end();

    const text = await logged();
    for (let index = 0; index < 40; index++)
      expect(text).toMatch(new RegExp(`start ${index}\n[\\s\\S]*end ${index}\n`));
    expect(text.length).toBeLessThan(LOG_LIMIT_BYTES);
  });

  it("is read again from where its start ends by a later worker, and comes out the same", async () => {
    const output = `${lines(100_000)}the end\n`;
    const first = open(1).log;
    await first.begin("noisy", "noisy");
    const cut = output.indexOf("\n", output.length / 2) + 1;
    for (let at = 0; at < cut; at += 8_000) {
      const piece = output.slice(at, Math.min(cut, at + 8_000));
      first.write(piece, at + piece.length);
    }
    await first.flush();
    first.close();
    const second = open(2).log;

    const offset = await second.begin("noisy", "noisy");
    second.write(output.slice(offset), output.length);
    await second.end();

    const text = await logged();
    expect(offset).toBeGreaterThan(0);
    expect(offset).toBeLessThan(cut);
    expect(text.split("Slipway:")).toHaveLength(2);
    expect(text).toMatch(/^\n== noisy\nline 1\nline 2\n[\s\S]*line 100000\nthe end\n$/);
  });
});
