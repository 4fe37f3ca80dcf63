import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Redis } from "ioredis";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { isAlive } from "../../../sandbox/host/processes.js";
import { type RedisOptions, type RedisServer, startRedis } from "../../../sandbox/redis.js";

const started: { server: RedisServer; clients: Redis[] }[] = [];

async function start(options?: RedisOptions) {
  const server = await startRedis(options);
  const clients: Redis[] = [];
  started.push({ server, clients });
  const connect = () => {
    const client = new Redis(server.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    // A client that loses its server reports that here; these tests take it away on purpose.
    client.on("error", () => undefined);
    clients.push(client);
    return client;
  };
  return { server, connect };
}

afterEach(async () => {
  for (const { server, clients } of started.splice(0)) {
    for (const client of clients) client.disconnect();
    await server.stop();
  }
});

describe("the sandbox's Redis", () => {
  it("keeps its data over a restart", async () => {
    const { server, connect } = await start();
    const client = connect();
    await client.set("release", "kept");

    await server.restart();

    expect(await client.get("release")).toBe("kept");
  });

  it("keeps what was acknowledged over a kill", async () => {
    const { server, connect } = await start();
    const client = connect();
    await client.set("release", "kept");

    await server.kill();
    await server.restart();

    expect(await client.get("release")).toBe("kept");
  });

  it("writes an append-only file every second and never evicts, unless told otherwise", async () => {
    const { connect } = await start();

    const values = await connect().config("GET", "appendonly", "appendfsync", "maxmemory-policy");

    expect(values).toEqual(
      expect.arrayContaining([
        "appendonly",
        "yes",
        "appendfsync",
        "everysec",
        "maxmemory-policy",
        "noeviction",
      ]),
    );
  });

  it("takes the settings that a test asks for", async () => {
    const { connect } = await start({ appendOnly: false, maxmemoryPolicy: "allkeys-lru" });

    const values = await connect().config("GET", "appendonly", "maxmemory-policy");

    expect(values).toEqual(expect.arrayContaining(["appendonly", "no", "maxmemory-policy", "allkeys-lru"]));
  });

  it("listens on a socket file", async () => {
    const { server, connect } = await start({ unixSocket: true });

    const answer = await connect().ping();

    expect([answer, server.port]).toEqual(["PONG", 0]);
  });

  it("leaves no process when it is stopped, even a frozen one", async () => {
    const server = await startRedis();
    process.kill(server.pid, "SIGSTOP");

    await server.stop();

    expect(isAlive(server.pid)).toBe(false);
  });

  it("leaves the data in a folder that it was given", async () => {
    const directory = await mkdtemp(path.join(tmpdir(), "slipway-test-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    const server = await startRedis({ directory });

    await server.stop();

    expect(existsSync(path.join(directory, "appendonlydir"))).toBe(true);
  });

  it("says why it does not start", async () => {
    const starting = startRedis({ maxmemoryPolicy: "no-such-policy" });

    await expect(starting).rejects.toMatchObject({
      name: "HostError",
      output: expect.stringMatching(/maxmemory-policy/),
    });
  });
});
