import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { appFiles } from "../../sandbox/host/app-files.js";
import { REPOSITORY, type Sandbox } from "../../sandbox/start-sandbox.js";
import { judgeWords } from "./judge-words.js";
import { startSandbox } from "./start-sandbox.js";
import {
  answerOf,
  approve,
  commit,
  deploy,
  Gate,
  messageSaying,
  press,
  push,
  runs,
  textOf,
} from "./support.js";

const ALWAYS = { starts: "* * * * *", lasts: "1d", reason: "The shop is closed for stock-taking" };

describe("taking back, locking and freezing", () => {
  let sandbox: Sandbox;
  let directory: string;
  let gate: Gate;
  let number = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "slipway-gate-"));
    const gated = Gate.in(directory, "gated");
    gate = gated.gate;
    sandbox = await startSandbox({
      environments: {
        uat: { triggers: { push: "main" }, health: [] },
        gated: { ...gated.settings, health: [] },
        frozen: { freeze: [ALWAYS], health: [] },
        strict: { outdated: "refuse", health: [] },
        prod: { approval: {}, health: [] },
      },
    });
  });

  afterEach(() => judgeWords(sandbox));
  afterAll(async () => {
    await sandbox?.close();
    await rm(directory, { recursive: true });
  });

  const type = (name: string, options: Record<string, string | number>, person = sandbox.people.alex) =>
    sandbox.discord.runCommand(person.id, sandbox.channel.id, name, options);

  async function deployed(environment = "uat"): Promise<string> {
    const sha = await commit(sandbox);
    await deploy(sandbox, { environment });
    await messageSaying(sandbox, ++number, "succeeded ✅", { environment });
    return sha;
  }

  it("rolls back by command, keeps automation away, and asks before the bad release runs again", async () => {
    const good = await deployed();
    const bad = await deployed();

    const answer = await type("rollback", { environment: "uat" });
    await messageSaying(sandbox, ++number, "succeeded ✅");
    await runs(sandbox, good);
    expect(await answerOf(sandbox, answer)).toContain("🚀");

    const { delivery } = await push(sandbox);
    await sandbox.bot.waitForLine(({ msg, code }) => msg === "refused a push at a gate" && code === "locked");
    expect(delivery.status).toBe(202);
    expect(await answerOf(sandbox, await type("locks", {}))).toBeDefined();

    await deploy(sandbox, { ref: bad });
    const confirm = await messageSaying(sandbox, ++number, "Approval needed");
    expect(textOf(confirm)).toContain("was taken back here before");
    await approve(sandbox, sandbox.people.alex, confirm);
    await messageSaying(sandbox, number, "succeeded ✅");
    await runs(sandbox, bad);
    await type("unlock", { environment: "uat" });
  });

  it("proposes the releases that succeeded, and rolls back to the one that is chosen", async () => {
    const { discord, channel, people } = sandbox;
    const choices = await discord.autocomplete(
      people.alex.id,
      channel.id,
      "rollback",
      { environment: "uat", to: "" },
      "to",
    );

    await type("rollback", { environment: "uat", to: String(choices[0]?.value) });
    const message = await messageSaying(sandbox, ++number, "succeeded ✅");

    expect(choices[0]?.name).toMatch(/^#\d+ [0-9a-f]{7} /);
    expect(textOf(message)).toContain(choices[0]?.name.split(" ")[1]);
    await type("unlock", { environment: "uat" });
  });

  it("rolls back by the button under a deployment", async () => {
    const before = await sandbox.app("uat").checkedOutSha();
    await deployed();
    const message = await messageSaying(sandbox, number, "succeeded ✅");

    await press(sandbox, sandbox.people.dominique, message, "Roll back");
    await messageSaying(sandbox, ++number, "succeeded ✅");

    await runs(sandbox, before);
    await type("unlock", { environment: "uat" });
  });

  it("retries a failed deployment by its button", async () => {
    const broken = appFiles({ name: "Shop" });
    const { "app.mjs": _app, ...rest } = broken;
    const sha = await sandbox.github.commit(REPOSITORY, {
      branch: "retry",
      message: "Retry me",
      files: rest,
    });
    await sandbox.host.stop();
    await deploy(sandbox, { ref: "retry" });
    const failed = await messageSaying(sandbox, ++number, "failed");
    await sandbox.host.start();

    await press(sandbox, sandbox.people.alex, failed, "Retry");
    await messageSaying(sandbox, ++number, "succeeded ✅");

    expect(await sandbox.app("uat").checkedOutSha()).toBe(sha);
  });

  it("cancels what waits at once", async () => {
    await deploy(sandbox, { environment: "gated" });
    await messageSaying(sandbox, ++number, "started", { environment: "gated" });
    await commit(sandbox);
    await deploy(sandbox, { environment: "gated" });
    const second = await messageSaying(sandbox, ++number, "waiting", { environment: "gated" });

    const stranger = await press(sandbox, sandbox.people.sam, second, "Cancel");
    await press(sandbox, sandbox.people.camille, second, "Cancel");

    const cancelled = await messageSaying(sandbox, number, "cancelled", { environment: "gated" });
    expect(await answerOf(sandbox, stranger)).toContain("🚫");
    expect(textOf(cancelled)).toContain("before it started");
    await gate.open();
    await messageSaying(sandbox, number - 1, "succeeded ✅", { environment: "gated" });
  });

  it("locks an environment for everybody but its owner, and unlocks it", async () => {
    const { people } = sandbox;
    await type("lock", { environment: "uat", reason: "Database work", for: "2h" });

    const other = await deploy(sandbox, {}, people.camille);
    expect(await answerOf(sandbox, other)).toContain("Database work");
    const stranger = await type("unlock", { environment: "uat" }, people.sam);
    expect(await answerOf(sandbox, stranger)).toContain("🚫");
    await deployed();
    await type("unlock", { environment: "uat" }, people.dominique);
    await deploy(sandbox, {}, people.camille);

    await messageSaying(sandbox, ++number, "succeeded ✅");
    const told = sandbox.discord
      .messages(sandbox.channel.id)
      .findLast(({ pinged }) => pinged.includes(people.alex.id));
    expect(told?.content).toContain("Unlocked");
  });

  it("locks a whole project", async () => {
    await type("lock", { environment: "all", project: "shop", reason: "Audit week" });

    const answer = await deploy(sandbox, { environment: "gated" }, sandbox.people.camille);

    expect(await answerOf(sandbox, answer)).toContain("Audit week");
    await type("unlock", { environment: "all", project: "shop" });
  });

  it("keeps a freeze window, names its reason and the next slot, and lets rollbacks pass", async () => {
    const answer = await deploy(sandbox, { environment: "frozen" });

    expect(await answerOf(sandbox, answer)).toContain("The shop is closed for stock-taking");
    const rollback = await type("rollback", { environment: "frozen" });
    expect(await answerOf(sandbox, rollback)).toContain("no earlier release to restore");
  });

  it("stops the line by /freeze until /unfreeze", async () => {
    await type("freeze", { environment: "uat", reason: "Incident 4711" });
    const refused = await deploy(sandbox);
    expect(await answerOf(sandbox, refused)).toContain("Incident 4711");

    await type("unfreeze", { environment: "uat" });

    await deployed();
  });

  it("breaks the glass with a reason and a second person, in front of everybody", async () => {
    const { people } = sandbox;
    const sha = await commit(sandbox);
    await deploy(sandbox, { environment: "frozen", "break-glass": "Checkout is down" }, people.alex);
    const message = await messageSaying(sandbox, ++number, "Approval needed", { environment: "frozen" });

    const own = await approve(sandbox, people.alex, message);
    expect(own.modal).toBeUndefined();
    await approve(sandbox, people.dominique, message);
    await messageSaying(sandbox, number, "succeeded ✅", { environment: "frozen" });

    expect(textOf(message)).toContain("Checkout is down");
    await runs(sandbox, sha, "frozen");
  });

  it("refuses a commit that is behind, where the configuration wants it", async () => {
    const old = await commit(sandbox);
    await commit(sandbox);

    const answer = await deploy(sandbox, { environment: "strict", ref: old });

    expect(await answerOf(sandbox, answer)).toContain("1 commit behind");
  });

  it("takes a protected environment back without a second person", async () => {
    const shas: string[] = [];
    for (let release = 0; release < 2; release++) {
      shas.push(await commit(sandbox));
      await deploy(sandbox, { environment: "prod" });
      const message = await messageSaying(sandbox, ++number, "Approval needed", { environment: "prod" });
      await approve(sandbox, sandbox.people.dominique, message);
      await messageSaying(sandbox, number, "succeeded ✅", { environment: "prod" });
    }

    await type("rollback", { environment: "prod" });
    await messageSaying(sandbox, ++number, "succeeded ✅", { environment: "prod" });

    await runs(sandbox, shas[0] ?? "", "prod");
  });
});

describe("a lock's end", () => {
  it("is reminded of with a button, and then comes by itself", async () => {
    const sandbox = await startSandbox();
    const { discord, channel, people } = sandbox;

    await discord.runCommand(people.alex.id, channel.id, "lock", {
      environment: "uat",
      reason: "Short",
      for: "1m",
    });
    const reminder = await discord.waitForMessage(
      channel.id,
      ({ content }) => content.includes("ends soon"),
      {},
    );
    const expired = await discord.waitForMessage(
      channel.id,
      ({ content }) => content.includes("has ended"),
      {},
    );
    const answer = await deploy(sandbox, {}, people.camille);

    expect(reminder.components).toHaveLength(1);
    expect(reminder.pinged).toEqual([people.alex.id]);
    expect(expired.content).toContain("has ended");
    expect(await answerOf(sandbox, answer)).toContain("🚀");
    await sandbox.close();
  }, 120_000);
});
