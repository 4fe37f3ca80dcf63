import { type Job, Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import { startTcpLink } from "../../../sandbox/host/tcp-link.js";
import { startRedis } from "../../../sandbox/redis.js";
import { connectRedis } from "../../../src/redis/connect.js";
import { WriteProbe } from "../../../src/redis/write-probe.js";
import { Secret } from "../../../src/secret.js";
import { type JobDefinition, type JobParts, startWorkers } from "../../../src/worker.js";
import { configWith, environmentInput } from "../../unit/deployments/samples.js";
import { recordingLogger } from "../execution/ssh-fixture.js";

const stops: (() => unknown)[] = [];

afterEach(async () => {
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
});

async function start(...options: Parameters<typeof startRedis>) {
  const server = await startRedis(...options);
  stops.push(() => server.stop());
  return server;
}

async function startLink(port: number) {
  const link = await startTcpLink(port);
  stops.push(() => link.close());
  return link;
}

/** A connection past the fault, to look and to break things. */
function operator(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on("error", () => undefined);
  stops.push(() => redis.disconnect());
  return redis;
}

function connect(port: number) {
  const { lines, logger } = recordingLogger();
  const redis = connectRedis(new Secret(`redis://127.0.0.1:${port}`), logger);
  stops.push(() => redis.disconnect());
  return { redis, lines, logger };
}

/** A worker of one queue, which notes the jobs that it has seen. */
async function work(redis: Redis, logger: ReturnType<typeof recordingLogger>["logger"]) {
  const seen: string[] = [];
  const definition: JobDefinition = {
    queues: () => ["trial"],
    concurrency: 2,
    process: async ({ name }: Job) => void seen.push(name),
  };
  const queue = new Queue("trial", { connection: redis });
  queue.on("error", () => undefined);
  const config = configWith({ uat: environmentInput() });
  const workers = await startWorkers([definition], { config, logger } as unknown as JobParts, redis);
  stops.push(() => workers.close(1_000));
  return { seen, queue };
}

describe("a failover", () => {
  it("is left when the old master becomes a replica: commands wait, then are done, and jobs run", async () => {
    const [old, next] = await Promise.all([start(), start()]);
    const { redis, lines, logger } = connect(old.port);
    const { seen, queue } = await work(redis, logger);
    const writes = new WriteProbe(redis, logger);
    stops.push(() => writes.stop());
    await queue.add("before", {});
    await expect.poll(() => seen).toEqual(["before"]);

    await operator(old.url).replicaof("127.0.0.1", next.port);
    await expect.poll(async () => (await writes.prove()).writable).toBe(false);
    await expect.poll(() => writes.detail).toContain("leads to a replica");
    const waiting = redis.eval("return redis.call('SET', KEYS[1], 'done')", 1, "key");
    await operator(old.url).replicaof("NO", "ONE");

    expect(await waiting).toBe("OK");
    await expect.poll(async () => (await writes.prove()).writable).toBe(true);
    await queue.add("after", {});
    await expect.poll(() => seen).toEqual(["before", "after"]);
    expect(lines.join("")).toContain("leads to a replica");
  });

  it("sends no part of a transaction alone", async () => {
    const [old, next] = await Promise.all([start(), start()]);
    const { redis } = connect(old.port);
    await redis.set("kept", "1");
    await operator(next.url).set("kept", "1");
    const admin = operator(old.url);
    await admin.replicaof("127.0.0.1", next.port);

    const refused = await redis
      .multi()
      .del("kept")
      .hset("kept", "field", "1")
      .exec()
      .then(
        () => "done",
        () => "refused",
      );
    await admin.replicaof("NO", "ONE");

    expect(refused).toBe("refused");
    expect(await redis.get("kept")).toBe("1");
  });
});

describe("a silent link", () => {
  it("is noticed, logged and left; what waited is done once, and blocked workers take jobs again", async () => {
    const server = await start();
    const link = await startLink(server.port);
    const { redis, lines, logger } = connect(link.port);
    const { seen, queue } = await work(redis, logger);
    await queue.add("before", {});
    await expect.poll(() => seen).toEqual(["before"]);

    link.blackHole();
    const waiting = redis.incr("counter");
    await expect.poll(() => lines.join("")).toContain("Socket timeout");
    link.heal();

    expect(await waiting).toBe(1);
    await queue.add("delayed", {}, { delay: 100 });
    await expect.poll(() => seen).toEqual(["before", "delayed"]);
  });
});

describe("a Redis that refuses writes", () => {
  it("is asked patiently and logged in a few lines, and all works again once it takes them", async () => {
    const server = await start();
    const { redis, lines, logger } = connect(server.port);
    const { seen, queue } = await work(redis, logger);
    const writes = new WriteProbe(redis, logger, { everyMs: 200 });
    stops.push(() => writes.stop());
    await queue.add("before", {});
    await expect.poll(() => seen).toEqual(["before"]);
    const admin = operator(server.url);
    await redis.config("RESETSTAT");

    await admin.config("SET", "maxmemory", "1");
    await expect.poll(() => writes.detail).toContain("OOM");
    await expect.poll(() => lines.join("")).toContain("a worker reported an error");
    const refused = async () => Number(/errorstat_OOM:count=(\d+)/.exec(await admin.info("errorstats"))?.[1]);
    await expect.poll(refused).toBeGreaterThan(20);
    await admin.config("SET", "maxmemory", "0");

    await expect.poll(() => lines.join("")).toContain("Redis takes writes again");
    await queue.add("after", {});
    await expect.poll(() => seen).toEqual(["before", "after"]);
    expect(lines.filter((line) => line.includes('"level":40')).length).toBeLessThan(8);
  });
});
