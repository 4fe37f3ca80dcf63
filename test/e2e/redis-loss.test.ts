import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import type { Sandbox, SandboxOptions } from "../../sandbox/start-sandbox.js";
import { startSandbox } from "./start-sandbox.js";
import { commit, deploy, Gate, messageSaying, runs } from "./support.js";

describe("a Redis that lets Slipway down", () => {
  const cleanups: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) await next();
  });

  async function start(options: SandboxOptions = {}): Promise<Sandbox> {
    const sandbox = await startSandbox({ discord: { limits: { identifyIntervalMs: 50 } }, ...options });
    cleanups.push(() => sandbox.close());
    return sandbox;
  }

  async function gateIn(name: string) {
    const directory = await mkdtemp(join(tmpdir(), "slipway-redis-loss-"));
    cleanups.push(() => rm(directory, { recursive: true }));
    return Gate.in(directory, name);
  }

  async function empty(sandbox: Sandbox): Promise<void> {
    const redis = new Redis(sandbox.redis.url);
    await redis.flushall();
    redis.disconnect();
  }

  const lost = (sandbox: Sandbox) =>
    sandbox.discord
      .messages(sandbox.channel.id)
      .filter(({ content }) => content.includes("has lost its memory"));

  it("pauses a running deployment by an outage longer than a job's lock, and fails none", async () => {
    const { gate, settings } = await gateIn("outage");
    const sandbox = await start({
      environments: { uat: settings },
      configure: (config) => ({ ...config, worker: { lock: "2s", stalledCheck: "1s" } }),
    });
    const sha = await commit(sandbox);
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "started");

    await sandbox.redis.kill();
    await gate.open();
    await sandbox.bot.waitForLine(({ msg }) => msg.startsWith("Redis is out of reach"));
    // The outage itself: twice as long as the lock.
    await pause(4_000);
    await sandbox.redis.restart();

    await messageSaying(sandbox, 1, "succeeded ✅");
    expect(sandbox.discord.messages(sandbox.channel.id)).toHaveLength(1);
    await runs(sandbox, sha);
  });

  it("is reported once when it was emptied, and works on; nothing is deployed by itself", async () => {
    const { gate, settings } = await gateIn("wiped");
    const sandbox = await start({ environments: { uat: settings } });
    const before = await sandbox.app("uat").runningSha();
    await commit(sandbox);
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "started");

    await empty(sandbox);
    await sandbox.discord.waitForMessage(sandbox.channel.id, ({ content }) =>
      content.includes("has lost its memory"),
    );
    await gate.open();
    await sandbox.bot.waitForLine(({ msg }) => msg.startsWith("another worker took this deployment over"));

    expect(lost(sandbox)).toHaveLength(1);
    expect(await sandbox.app("uat").runningSha()).toBe(before);
    const sha = await commit(sandbox);
    await deploy(sandbox);
    await sandbox.discord.waitForMessage(sandbox.channel.id, ({ content }) =>
      content.includes("succeeded ✅"),
    );
    await runs(sandbox, sha);
  });

  it("is reported at the start when it was emptied while Slipway was away", async () => {
    const sandbox = await start();
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "succeeded ✅");
    await sandbox.bot.stop();
    await empty(sandbox);

    await sandbox.startBot();

    await sandbox.discord.waitForMessage(sandbox.channel.id, ({ content }) =>
      content.includes("has lost its memory"),
    );
    expect(lost(sandbox)).toHaveLength(1);
  });

  it("is reported once although Discord was away and Slipway was killed before anybody was told", async () => {
    const sandbox = await start({
      configure: (config) => ({ ...config, worker: { lock: "2s", stalledCheck: "1s" } }),
    });
    const { discord } = sandbox;
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "succeeded ✅");
    await sandbox.bot.stop();
    await empty(sandbox);
    const away = { fault: { kind: "status", status: 503 }, method: "POST", path: /messages$/ } as const;
    discord.queueFault({ ...away, times: 1_000 });
    await sandbox.startBot();
    const refused = () => discord.requests.filter(({ status }) => status === 503).length;
    await expect.poll(refused).toBeGreaterThan(0);

    sandbox.bot.signal("SIGKILL");
    await sandbox.bot.exited;
    discord.clearFaults();
    await sandbox.startBot();

    await discord.waitForMessage(sandbox.channel.id, ({ content }) =>
      content.includes("has lost its memory"),
    );
    expect(lost(sandbox)).toHaveLength(1);
  });

  it("is no reason for a report when it is new", async () => {
    const sandbox = await start();
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "succeeded ✅");

    expect(lost(sandbox)).toEqual([]);
  });
});
