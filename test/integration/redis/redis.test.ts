import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { Redis } from "ioredis";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { startRedis } from "../../../sandbox/redis.js";
import { checkRedis, connectRedis, EvictingRedisError } from "../../../src/redis/connect.js";
import { NoRedisError, startEmbeddedRedis } from "../../../src/redis/embedded.js";
import { Secret } from "../../../src/secret.js";
import { recordingLogger } from "../execution/ssh-fixture.js";

const logger = pino({ level: "silent" });
const Owner = z.object({ slipway: z.int(), redis: z.int(), socket: z.string() });

let root: string;
let data: string;
const stops: (() => unknown)[] = [];

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), "slipway-embedded-"));
});
beforeEach(() => {
  data = mkdtempSync(path.join(root, "data-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function start(directory = data) {
  const embedded = await startEmbeddedRedis(directory, logger);
  stops.push(() => embedded.stop());
  return embedded;
}

function connect(url: Secret): Redis {
  const redis = connectRedis(url, logger);
  stops.push(() => redis.disconnect());
  return redis;
}

const ownerFile = () => path.join(data, "redis", "owner.json");
const readOwner = () => Owner.parse(JSON.parse(readFileSync(ownerFile(), "utf8")));

function isAlive(pid: number): boolean {
  try {
    // A zombie still takes signals; its state tells that it has ended.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** Ends a Redis that outlived its owner; nothing where it has ended already. */
async function shutDown(url: Secret): Promise<void> {
  const socket = url.reveal().slice("unix://".length);
  const redis = new Redis({ path: socket, retryStrategy: () => null });
  redis.on("error", () => undefined);
  await redis.shutdown().catch(() => undefined);
  redis.disconnect();
  rmSync(path.dirname(socket), { recursive: true, force: true });
}

/** A process of its own that starts an embedded Redis and then waits. */
async function startOwner(): Promise<{ readonly process: ChildProcess; readonly url: Secret }> {
  const outfile = path.join(root, "owner.cjs");
  await build({
    stdin: {
      contents: `
        import { pino } from "pino";
        import { startEmbeddedRedis } from "./src/redis/embedded.ts";
        startEmbeddedRedis(process.argv[2], pino({ level: "silent" })).then(({ url }) => process.send(url.reveal()));`,
      resolveDir: path.resolve(import.meta.dirname, "../../.."),
    },
    ...{ bundle: true, platform: "node", format: "cjs", logLevel: "silent", outfile },
  });
  const owner = spawn(process.execPath, [outfile, data], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  stops.push(() => owner.kill("SIGKILL"));
  const [message] = await once(owner, "message");
  const url = new Secret(String(message));
  stops.push(() => shutDown(url));
  return { process: owner, url };
}

describe("the embedded Redis", () => {
  it("keeps what it is given: an append-only file and no eviction", async () => {
    const { lines, logger: recorded } = recordingLogger();
    const redis = connect((await start()).url);

    await checkRedis(redis, recorded);

    expect(lines).toEqual([]);
    expect(await redis.config("GET", "appendonly")).toEqual(["appendonly", "yes"]);
  });

  it("listens on no port and lets no other user of the machine in", async () => {
    const { url } = await start();

    expect(await connect(url).config("GET", "port")).toEqual(["port", "0"]);
    expect(url.reveal()).toMatch(/^unix:\/\/\//);
  });

  it("has the data again after a stop, and leaves nothing else behind", async () => {
    const first = await startEmbeddedRedis(data, logger);
    await connect(first.url).set("key", "kept");
    const { socket, redis } = readOwner();

    await first.stop();

    expect([existsSync(path.dirname(socket)), existsSync(ownerFile()), isAlive(redis)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(await connect((await start()).url).get("key")).toBe("kept");
  });

  it("works in a directory whose path is longer than a socket's may be", async () => {
    const deep = path.join(data, "d".repeat(120));

    expect(await connect((await start(deep)).url).ping()).toBe("PONG");
  });

  it("is stopped first where a killed Slipway left one behind, and its data are kept", async () => {
    const owner = await startOwner();
    await connect(owner.url).set("key", "kept");
    const left = readOwner();
    const exited = once(owner.process, "exit");
    owner.process.kill("SIGKILL");
    await exited;
    expect(isAlive(left.redis)).toBe(true);

    const redis = connect((await start()).url);

    expect(await redis.get("key")).toBe("kept");
    await expect.poll(() => isAlive(left.redis)).toBe(false);
    expect(existsSync(path.dirname(left.socket))).toBe(false);
  });

  it("does not start beside another Slipway that lives", async () => {
    const owner = await startOwner();

    const second = startEmbeddedRedis(data, logger);

    await expect(second).rejects.toThrow(NoRedisError);
    expect(await connect(owner.url).ping()).toBe("PONG");
  });

  it("starts after a reboot that gave the dead owner's number to another process", async () => {
    mkdirSync(path.join(data, "redis"));
    writeFileSync(
      ownerFile(),
      JSON.stringify({
        slipway: process.ppid,
        redis: process.ppid,
        socket: path.join(root, "gone", "redis.sock"),
      }),
    );

    expect(await connect((await start()).url).ping()).toBe("PONG");
  });

  it.each(["", "{", "[]", '{"slipway":"x"}'])("starts over an owner file that holds %j", async (text) => {
    mkdirSync(path.join(data, "redis"));
    writeFileSync(ownerFile(), text);

    expect(await connect((await start()).url).ping()).toBe("PONG");
  });

  it("names the command that installs it where there is none", async () => {
    vi.stubEnv("PATH", root);

    const attempt = startEmbeddedRedis(data, logger);

    await expect(attempt).rejects.toThrow(/REDIS_URL.*apt-get install redis-server/);
  });

  it("tells why when it does not start, and leaves no owner behind", async () => {
    const appends = path.join(data, "redis", "appendonlydir");
    mkdirSync(appends, { recursive: true });
    writeFileSync(path.join(appends, "appendonly.aof.manifest"), "nonsense\n");

    const attempt = startEmbeddedRedis(data, logger);

    await expect(attempt).rejects.toThrow(/did not start:\n.*\S/);
    expect(existsSync(ownerFile())).toBe(false);
  });
});

describe("a Redis that was configured", () => {
  it.each(["allkeys-lru", "volatile-ttl"])("is refused when it evicts with %s", async (maxmemoryPolicy) => {
    const server = await startRedis({ maxmemoryPolicy });
    stops.push(() => server.stop());

    const check = checkRedis(connect(new Secret(server.url)), logger);

    await expect(check).rejects.toThrow(EvictingRedisError);
    await expect(check).rejects.toMatchObject({ policy: maxmemoryPolicy });
  });

  it("is warned about without an append-only file", async () => {
    const server = await startRedis({ appendOnly: false, unixSocket: true });
    stops.push(() => server.stop());
    const { lines, logger: recorded } = recordingLogger();

    await checkRedis(connect(new Secret(server.url)), recorded);

    expect(lines.join("")).toContain("appendonly yes");
  });

  it("is waited for while it is away, with a line in the log", async () => {
    const server = await startRedis();
    stops.push(() => server.stop());
    const { lines, logger: recorded } = recordingLogger();
    const redis = connectRedis(new Secret(server.url), recorded);
    stops.push(() => redis.disconnect());
    await redis.set("key", "before");
    await server.kill();
    await expect.poll(() => lines.join("")).toContain("Redis is out of reach");

    const answer = redis.set("key", "after");
    await server.restart();

    expect(await answer).toBe("OK");
  });
});
