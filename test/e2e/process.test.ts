import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { startBotProcess } from "../../sandbox/bot-process.js";
import { startRedis } from "../../sandbox/redis.js";
import type { Sandbox, SandboxOptions } from "../../sandbox/start-sandbox.js";
import { startSandbox } from "./start-sandbox.js";
import { commit, deploy, Gate, messageSaying, push, runs, textOf } from "./support.js";

describe("the process", () => {
  const cleanups: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) await next();
  });

  async function start(options: SandboxOptions = {}): Promise<Sandbox> {
    // Discord takes one IDENTIFY in 5 s; each restart here would wait for it.
    const sandbox = await startSandbox({ discord: { limits: { identifyIntervalMs: 50 } }, ...options });
    cleanups.push(() => sandbox.close());
    return sandbox;
  }

  async function temporaryDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), "slipway-process-"));
    cleanups.push(() => rm(directory, { recursive: true }));
    return directory;
  }

  it("starts its own Redis, keeps what it knew over a restart, and ends with code 0", async () => {
    const sandbox = await start({ sharedRedis: false });
    await commit(sandbox);
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "succeeded ✅");

    const code = await sandbox.bot.stop();
    await sandbox.startBot();
    await deploy(sandbox);

    expect(code).toBe(0);
    await messageSaying(sandbox, 2, "succeeded ✅");
  });

  it("deploys at its start the head of a branch that moved while it was down, and nothing twice", async () => {
    const sandbox = await start({ environments: { uat: { health: [], triggers: { push: "main" } } } });
    await push(sandbox);
    await messageSaying(sandbox, 1, "succeeded ✅");

    await sandbox.bot.stop();
    // GitHub cannot deliver this push, and does not try again.
    const missed = await commit(sandbox);
    await sandbox.startBot();
    await messageSaying(sandbox, 2, "succeeded ✅");

    await runs(sandbox, missed);
    await sandbox.bot.stop();
    await sandbox.startBot();
    await sandbox.bot.waitForLine(({ msg }) => msg === "read the followed branches");
    expect(sandbox.discord.messages(sandbox.channel.id)).toHaveLength(2);
  });

  it("leaves a running step alone on SIGTERM, and the next process goes on with it in the same message", async () => {
    const { gate, settings } = Gate.in(await temporaryDirectory(), "term");
    const sandbox = await start({ environments: { uat: settings } });
    const sha = await commit(sandbox);
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "started");

    const code = await sandbox.bot.stop();
    await sandbox.startBot();
    await sandbox.bot.waitForLine(({ msg }) => msg === "took a running deployment over");
    await gate.open();
    await messageSaying(sandbox, 1, "succeeded ✅");

    expect(code).toBe(0);
    expect(sandbox.discord.messages(sandbox.channel.id)).toHaveLength(1);
    await runs(sandbox, sha);
  });

  it("goes on after a SIGKILL with what ran and with what still waited", async () => {
    const { gate, settings } = Gate.in(await temporaryDirectory(), "kill");
    const sandbox = await start({ environments: { uat: settings } });
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "started");
    const sha = await commit(sandbox);
    await deploy(sandbox);
    await messageSaying(sandbox, 2, "waiting");

    sandbox.bot.signal("SIGKILL");
    await sandbox.bot.exited;
    await gate.open();
    await sandbox.startBot();

    await messageSaying(sandbox, 1, "succeeded ✅");
    await messageSaying(sandbox, 2, "succeeded ✅");
    await runs(sandbox, sha);
  });

  it("ends what waited for an environment that left the configuration, and says so", async () => {
    const { gate, settings } = Gate.in(await temporaryDirectory(), "gone");
    const sandbox = await start({ environments: { uat: settings, preprod: {} } });
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "started");
    await commit(sandbox);
    await deploy(sandbox);
    await messageSaying(sandbox, 2, "waiting");
    sandbox.bot.signal("SIGKILL");
    await sandbox.bot.exited;
    const file = sandbox.env["SLIPWAY_CONFIG"] ?? "";
    const config = parse(await readFile(file, "utf8")) as {
      projects: { shop: { environments: Record<string, unknown> } };
    };
    delete config.projects.shop.environments["uat"];
    await writeFile(file, stringify(config));

    await sandbox.startBot();

    const message = await messageSaying(sandbox, 2, "failed");
    expect(textOf(message)).toContain("does not have this environment any more");
    await gate.open();
  });

  it("waits for Redis and Discord without a crash, and goes on when they come", async () => {
    const sandbox = await start();
    await sandbox.bot.stop();
    await sandbox.redis.kill();
    sandbox.discord.queueFault({ fault: { kind: "status", status: 503 }, path: /gateway/, times: 6 });

    const bot = startBotProcess({ env: sandbox.env });
    cleanups.push(() => bot.stop());
    const { address } = await bot.waitForLine(({ msg }) => msg === "listening for HTTP");
    await bot.waitForLine(({ msg }) => msg.startsWith("Redis is out of reach"));
    const [alive, ready] = [await fetch(`${address}/healthz`), await fetch(`${address}/readyz`)];
    await sandbox.redis.restart();
    await bot.waitForLine(({ msg }) => msg === "could not connect to Discord", 30_000);
    await bot.waitForLine(({ msg }) => msg === "the slash commands are registered", 45_000);
    const later = await fetch(`${address}/readyz`);

    expect([alive.status, ready.status, later.status]).toEqual([200, 503, 200]);
    expect(await later.json()).toMatchObject({
      status: "ready",
      parts: { redis: true, worker: true, discord: true },
    });
  });

  it("says at once that its memory is away instead of letting a command hang", async () => {
    const sandbox = await start();
    await sandbox.redis.kill();
    await sandbox.bot.waitForLine(({ msg }) => msg.startsWith("Redis is out of reach"));

    const answer = await deploy(sandbox);

    expect(answer.message?.content).toContain("cannot reach Redis");
    await sandbox.redis.restart();
  });

  it("ends within seconds on SIGTERM while Redis is gone", async () => {
    const sandbox = await start();
    await sandbox.redis.kill();
    await sandbox.bot.waitForLine(({ msg }) => msg.startsWith("Redis is out of reach"));

    sandbox.bot.signal("SIGTERM");
    // systemd and Docker kill after 10 s.
    const code = await Promise.race([sandbox.bot.exited, pause(10_000, "still there")]);

    expect(code).toBe(0);
    await sandbox.redis.restart();
  });

  it("refuses a Redis that evicts, and says why", async () => {
    const sandbox = await start();
    const evicting = await startRedis({ maxmemoryPolicy: "allkeys-lru" });
    cleanups.push(() => evicting.stop());

    const bot = startBotProcess({ env: { ...sandbox.env, REDIS_URL: evicting.url } });

    expect(await bot.exited).toBe(1);
    expect(bot.output()).toContain("maxmemory-policy allkeys-lru");
  });

  it("runs as gateway, web and worker apart", async () => {
    const sandbox = await start();
    await sandbox.bot.stop();
    for (const role of ["web", "worker"]) {
      const bot = startBotProcess({ env: sandbox.env, args: ["start", "--role", role] });
      cleanups.push(() => bot.stop());
      await bot.waitForLine(({ msg }) => msg === "Slipway has started");
    }
    const gateway = startBotProcess({ env: sandbox.env, args: ["start", "--role", "gateway"] });
    cleanups.push(() => gateway.stop());
    // The earlier bot registered the same commands: nothing is written again.
    const registered = await gateway.waitForLine(({ msg }) => msg === "the slash commands are registered");

    const sha = await commit(sandbox);
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "succeeded ✅");

    await runs(sandbox, sha);
    expect(registered["changed"]).toBe(false);
  });

  it("starts nothing with a faulty configuration: every fault with its place, exit code 2", async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, "slipway.yaml");
    await writeFile(file, "langage: fr\nhosts: {}\nprojects:\n  shop:\n    repository: shop\n");

    const bot = startBotProcess({ env: { SLIPWAY_CONFIG: file, SLIPWAY_DATA: directory } });

    expect(await bot.exited).toBe(2);
    for (const part of [`${file}:1:1`, "language", `${file}:5:`, "owner/name", "DISCORD_TOKEN"]) {
      expect(bot.output()).toContain(part);
    }
  });
});
