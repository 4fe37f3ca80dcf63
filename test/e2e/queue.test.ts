import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RawEnvironment, Sandbox } from "../../sandbox/start-sandbox.js";
import { judgeWordsOf } from "./judge-words.js";
import { startSandbox } from "./start-sandbox.js";
import { commit, deploy, Gate, messageSaying, push, runs, textOf } from "./support.js";

describe("the queue of an environment", () => {
  let directory: string;
  let sandbox: Sandbox;
  let gate: Gate;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "slipway-gate-"));
  });

  afterEach(async () => {
    try {
      await judgeWordsOf(sandbox, ["uat", "preprod"]);
    } finally {
      await sandbox?.close();
      await rm(directory, { recursive: true });
    }
  });

  async function start(
    extra: RawEnvironment = {},
    others: Record<string, RawEnvironment> = {},
  ): Promise<void> {
    const made = Gate.in(directory, "uat");
    gate = made.gate;
    sandbox = await startSandbox({
      environments: { uat: { ...made.settings, triggers: { push: "main" }, ...extra }, ...others },
    });
  }

  it("runs three requests one after the other, first come first served, and shows their places", async () => {
    await start();
    const shas: string[] = [];
    for (let request = 0; request < 3; request++) {
      shas.push(await commit(sandbox));
      await deploy(sandbox);
    }
    await messageSaying(sandbox, 1, "started");
    const second = await messageSaying(sandbox, 2, "waiting");
    const third = await messageSaying(sandbox, 3, "waiting");

    expect(textOf(second)).toContain("Next in the queue");
    expect(textOf(third)).toContain("Number 2 in the queue");

    await gate.open();
    for (const number of [1, 2, 3]) await messageSaying(sandbox, number, "succeeded ✅");
    await runs(sandbox, shas[2] ?? "");
    const finished = sandbox.bot.lines
      .filter(({ msg }) => msg === "a deployment ended")
      .map((line) => line["number"]);
    expect(finished).toEqual([1, 2, 3]);
  });

  it("lets a newer push replace the one that waits, never the one that runs", async () => {
    await start();
    const first = await push(sandbox);
    await messageSaying(sandbox, 1, "started");
    const second = await push(sandbox);
    await messageSaying(sandbox, 2, "waiting");
    const third = await push(sandbox);

    const replaced = await messageSaying(sandbox, 2, "replaced");
    await gate.open();
    await messageSaying(sandbox, 1, "succeeded ✅");
    await messageSaying(sandbox, 3, "succeeded ✅");

    expect(textOf(replaced)).toContain("deployment #3");
    await runs(sandbox, third.sha);
    expect(new Set([first.sha, second.sha, third.sha]).size).toBe(3);
  });

  it("keeps both pushes where the configuration wants it", async () => {
    await start({ triggers: { push: "main", replaceWaiting: false } });
    await push(sandbox);
    await messageSaying(sandbox, 1, "started");
    // A commit that is not the head any more when its push is read would be left out.
    await push(sandbox);
    await messageSaying(sandbox, 2, "waiting");
    await push(sandbox);
    await messageSaying(sandbox, 3, "waiting");

    await gate.open();

    for (const number of [1, 2, 3]) await messageSaying(sandbox, number, "succeeded ✅");
  });

  it("runs two environments at once", async () => {
    await start({}, { preprod: {} });
    const sha = await commit(sandbox);
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "started");

    await deploy(sandbox, { environment: "preprod" });
    await messageSaying(sandbox, 2, "succeeded ✅", { environment: "preprod" });

    await runs(sandbox, sha, "preprod");
    const first = await messageSaying(sandbox, 1, "started");
    expect(textOf(first)).toContain("🔄 **Gate**");
    await gate.open();
    await messageSaying(sandbox, 1, "succeeded ✅");
  });

  it("brings the final state through 429 and 500 of Discord, in one message", async () => {
    await start();
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "started");
    const { discord, channel } = sandbox;
    discord.queueFault({ fault: { kind: "status", status: 500 }, method: "PATCH", times: 6 });
    discord.queueFault({
      fault: { kind: "status", status: 429, retryAfterSeconds: 1 },
      method: "PATCH",
      times: 3,
    });
    discord.queueFault({ fault: { kind: "drop-connection" }, method: "PATCH", times: 2 });

    await gate.open();
    await messageSaying(sandbox, 1, "succeeded ✅");

    expect(discord.messages(channel.id)).toHaveLength(1);
    expect(await sandbox.app("uat").checkedOutSha()).toMatch(/^[0-9a-f]{40}$/);
  });

  it("posts one message when Discord took it but answered 500", async () => {
    await start();
    const { discord, channel } = sandbox;
    discord.queueFault({
      fault: { kind: "status-after-accepting", status: 500 },
      method: "POST",
      path: /\/messages$/,
      times: 2,
    });

    await deploy(sandbox);
    await messageSaying(sandbox, 1, "started");
    await gate.open();
    await messageSaying(sandbox, 1, "succeeded ✅");

    expect(discord.messages(channel.id)).toHaveLength(1);
  });

  it("edits a message at most once in two seconds", async () => {
    await start();
    await deploy(sandbox);
    await gate.open();
    await messageSaying(sandbox, 1, "succeeded ✅");

    const edits = sandbox.discord.requests.filter(
      ({ method, path, status }) => method === "PATCH" && path.startsWith("/channels/") && status === 200,
    );
    const gaps = edits.slice(1).map(({ at }, index) => at - (edits[index]?.at ?? 0));
    // The request log's clock and the bot's differ by the request's own time.
    expect(Math.min(...gaps, Number.POSITIVE_INFINITY)).toBeGreaterThan(1_800);
  });
});
