import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { startBotProcess } from "../../sandbox/bot-process.js";
import type { MessageView } from "../../sandbox/discord/types.js";
import { type RawEnvironment, REPOSITORY, type Sandbox } from "../../sandbox/start-sandbox.js";
import { labelsOf } from "./durable-support.js";
import { judgeWordsOf } from "./judge-words.js";
import { startSandbox } from "./start-sandbox.js";
import {
  answerOf,
  approve,
  commit,
  customIdOf,
  deploy,
  Gate,
  messageSaying,
  openForm,
  press,
  runs,
  textOf,
  validatedOn,
} from "./support.js";

const APPROVAL: RawEnvironment = { health: [], approval: { checklist: ["The backup was verified"] } };

describe("production behind a typed DEPLOY", () => {
  let sandbox: Sandbox;
  let gate: Gate;
  let number = 0;

  beforeAll(async () => {
    sandbox = await startSandbox({
      discord: { limits: { identifyIntervalMs: 50 } },
      environments: {
        preprod: { health: [] },
        prod: {},
        guarded: { ...APPROVAL, ref: "main" },
        pair: { ...APPROVAL, approval: { quorum: 2 } },
        brief: { ...APPROVAL, approval: { expiresAfter: "2s" } },
        busy: { ...APPROVAL },
      },
      configure: (config, { directory }) => {
        const environments = environmentsOf(config);
        const artifact = join(directory, "backup.sql");
        const gated = Gate.in(directory, "busy");
        gate = gated.gate;
        environments["prod"] = {
          ...environments["prod"],
          from: "preprod",
          approval: { checklist: ["The backup was verified", "No error in the logs of preprod"] },
          backup: { run: ["sh", "-c", 'echo "the data" > "$1"', "backup", artifact], artifact },
        };
        const busy = environments["busy"] as { strategy: object };
        busy.strategy = { ...busy.strategy, ...gated.settings.strategy };
        return config;
      },
    });
  });

  afterEach(() => judgeWordsOf(sandbox, ["preprod", "prod"]));
  afterAll(async () => {
    await sandbox?.close();
  });

  async function waiting(environment: string, options: Record<string, string> = {}): Promise<MessageView> {
    const answer = await deploy(sandbox, { environment, ...options }, sandbox.people.camille);
    expect(await answerOf(sandbox, answer)).toMatch(/approbation/);
    return messageSaying(sandbox, ++number, "Approval needed", { environment });
  }

  async function final(words: string, environment: string): Promise<MessageView> {
    return messageSaying(sandbox, number, words, { environment });
  }

  it("takes a release from preprod to production: wrong word, DEPLOY, backup, steps, success", async () => {
    const { people, directory, discord, channel } = sandbox;
    const sha = await validatedOn(sandbox, "preprod", ++number);
    const message = await waiting("prod");
    const before = await sandbox.app("prod").checkedOutSha();

    const wrong = await approve(sandbox, people.dominique, message, "deploy");
    expect(await answerOf(sandbox, wrong)).toContain("DEPLOY");
    expect(await sandbox.app("prod").checkedOutSha()).toBe(before);
    const right = await approve(sandbox, people.dominique, message);
    const done = await final("succeeded ✅", "prod");

    expect(textOf(message)).toContain("☐ The backup was verified");
    expect(textOf(message)).toContain(sha.slice(0, 7));
    expect(message.pinged).toEqual([sandbox.roles.approver.id]);
    expect(await answerOf(sandbox, right)).toContain("Approuvé");
    expect((await stat(join(directory, "backup.sql"))).size).toBeGreaterThan(0);
    expect(textOf(done)).toContain("✅ Make the backup");
    await runs(sandbox, sha, "prod");
    const about = discord.messages(channel.id).filter(({ id }) => id === message.id);
    expect(about).toHaveLength(1);
  });

  it("admits to production only what runs, validated, on preprod", async () => {
    const { people, github } = sandbox;
    const sha = await commit(sandbox);
    const elsewhere = await deploy(sandbox, { environment: "prod" }, people.alex);
    expect(await answerOf(sandbox, elsewhere)).toContain(
      "Only what runs on **preprod** may be deployed here",
    );

    await deploy(sandbox, { environment: "preprod" });
    await messageSaying(sandbox, ++number, "succeeded ✅", { environment: "preprod" });
    const unchecked = await deploy(sandbox, { environment: "prod" }, people.alex);
    expect(await answerOf(sandbox, unchecked)).toContain("no checks on GitHub");
    github.setChecks(REPOSITORY, sha, { runs: [{ name: "tests", conclusion: "failure" }] });
    const red = await deploy(sandbox, { environment: "prod" }, people.alex);
    expect(await answerOf(sandbox, red)).toContain("checks on GitHub have failed");
    github.setChecks(REPOSITORY, sha, { runs: [{ name: "tests", conclusion: "success" }] });
  });

  it("promotes exactly the commit that runs on preprod, also when the branch has moved on", async () => {
    const { people, discord, channel } = sandbox;
    const onPreprod = await sandbox.app("preprod").checkedOutSha();
    await commit(sandbox);

    const answer = await discord.runCommand(people.camille.id, channel.id, "promote", {
      from: "preprod",
      to: "prod",
    });
    expect(await answerOf(sandbox, answer)).toMatch(/approbation/);
    const message = await messageSaying(sandbox, ++number, "Approval needed", { environment: "prod" });
    await approve(sandbox, people.alex, message);
    await final("succeeded ✅", "prod");

    await runs(sandbox, onPreprod, "prod");
  });

  it("does not let the person who asked approve, nor somebody without the role", async () => {
    const { people, discord, roles } = sandbox;
    discord.setRoles(people.camille.id, [roles.developer.id, roles.approver.id]);
    const message = await waiting("guarded");

    const own = await approve(sandbox, people.camille, message);
    const stranger = await approve(sandbox, people.sam, message);

    expect(own.modal).toBeUndefined();
    expect(await answerOf(sandbox, own)).toMatch(/vous-même|votre propre|demandé/i);
    expect(await answerOf(sandbox, stranger)).toContain(`<@&${roles.approver.id}>`);
    await press(sandbox, people.alex, message, "Refuse");
    const refused = await final("refused", "guarded");
    expect(textOf(refused)).toContain(`<@${people.alex.id}>`);
    discord.setRoles(people.camille.id, [roles.developer.id]);
  });

  it("is void when the branch moved, and says so", async () => {
    const message = await waiting("guarded");
    await commit(sandbox);

    await approve(sandbox, sandbox.people.alex, message);

    const ended = await final("void", "guarded");
    expect(textOf(ended)).toContain("has moved to");
  });

  it("is void when the environment was locked meanwhile", async () => {
    const { discord, channel, people } = sandbox;
    const message = await waiting("guarded");
    await discord.runCommand(people.alex.id, channel.id, "lock", {
      environment: "guarded",
      reason: "Database work",
    });

    await approve(sandbox, people.dominique, message);

    expect(textOf(await final("void", "guarded"))).toContain("was locked");
    await discord.runCommand(people.alex.id, channel.id, "unlock", { environment: "guarded" });
  });

  it("needs two different people where the quorum is two", async () => {
    const { people } = sandbox;
    const message = await waiting("pair");

    const first = await approve(sandbox, people.dominique, message);
    const again = await approve(sandbox, people.dominique, message);
    expect(await answerOf(sandbox, first)).toMatch(/1|une? autre/);
    expect(await answerOf(sandbox, again)).toMatch(/déjà/);
    const counted = await messageSaying(sandbox, number, "Approval needed", { environment: "pair" });
    await sandbox.discord.waitForMessage(
      sandbox.channel.id,
      (each) => each.id === counted.id && textOf(each).includes("1 of 2"),
    );
    await approve(sandbox, people.alex, message);

    await final("succeeded ✅", "pair");
  });

  it("expires, and then takes no approval any more", async () => {
    const message = await waiting("brief");

    const ended = await final("expired", "brief");
    const late = await sandbox.discord.forgeButton(
      sandbox.people.alex.id,
      sandbox.channel.id,
      message.id,
      customIdOf(message, "Approve…"),
    );

    expect(textOf(ended)).toContain("Nobody approved it in time");
    expect(await answerOf(sandbox, late)).toContain("nobody approved it in time");
    expect(labelsOf(ended)).toEqual(["Retry"]);
  });

  it("refuses forged buttons and buttons from another channel", async () => {
    const { discord, people, channel } = sandbox;
    const other = discord.addChannel("elsewhere");
    const message = await waiting("guarded");
    const customId = customIdOf(message, "Approve…");

    const invented = await discord.forgeButton(people.alex.id, channel.id, message.id, "f".repeat(32));
    const moved = await discord.forgeButton(people.alex.id, other.id, message.id, customId);

    expect(customId).toMatch(/^[0-9a-f]{32}$/);
    for (const view of [invented, moved]) {
      expect(view.modal).toBeUndefined();
      expect(await answerOf(sandbox, view)).toContain("does not belong to this message");
    }
    await press(sandbox, people.camille, message, "Cancel");
    await final("cancelled", "guarded");
  });

  it("makes one deployment of 50 people who approve at once, and answers everybody", async () => {
    const { discord, roles, bot } = sandbox;
    const crowd = Array.from({ length: 50 }, (_, index) =>
      discord.addPerson({ name: `Approver ${index}`, roles: [roles.approver.id], locale: "en-US" }),
    );
    const message = await waiting("guarded");
    const forms = await Promise.all(crowd.map((person) => openForm(sandbox, person, message)));

    const answers = await Promise.all(
      forms.map((form, index) =>
        form.modal === undefined
          ? form
          : discord.submitModal(crowd[index]?.id ?? "", form.id, { word: "DEPLOY" }),
      ),
    );
    await final("succeeded ✅", "guarded");
    const texts = await Promise.all(answers.map((view) => answerOf(sandbox, view)));

    expect([...forms, ...answers].filter(({ state }) => state === "failed")).toEqual([]);
    expect(texts.filter((text) => text.includes("Approved."))).toHaveLength(1);
    const ended = bot.lines.filter((line) => line.msg === "a deployment ended" && line["number"] === number);
    expect(ended).toHaveLength(1);
  });

  it("is void when an approver's role was taken away before it ran; a running one stops after its step", async () => {
    const { people, discord, roles } = sandbox;
    const first = await waiting("busy");
    await approve(sandbox, people.alex, first);
    await messageSaying(sandbox, number, "started", { environment: "busy" });
    await commit(sandbox);
    const second = await waiting("busy");
    await approve(sandbox, people.dominique, second);
    await messageSaying(sandbox, number, "waiting", { environment: "busy" });
    discord.setRoles(people.dominique.id, []);

    const running = await messageSaying(sandbox, number - 1, "started", { environment: "busy" });
    await press(sandbox, people.alex, running, "Cancel");
    await gate.open();

    const cancelled = await messageSaying(sandbox, number - 1, "cancelled", { environment: "busy" });
    const ended = await final("void", "busy");
    expect(textOf(cancelled)).toContain("It stopped between two steps");
    expect(textOf(cancelled)).toContain("**web-1**");
    expect(textOf(ended)).toContain(`<@${people.dominique.id}>`);
    discord.setRoles(people.dominique.id, [roles.approver.id]);
  });

  it("is void when the configuration changed under it", async () => {
    const message = await waiting("guarded");
    await sandbox.bot.stop();
    const file = sandbox.env["SLIPWAY_CONFIG"] ?? "";
    const config = parse(await readFile(file, "utf8")) as Record<string, unknown>;
    const guarded = environmentsOf(config)["guarded"] as { strategy: object };
    guarded.strategy = { ...guarded.strategy, after: [{ run: ["true"] }] };
    await writeFile(file, stringify(config));
    await sandbox.startBot();

    await approve(sandbox, sandbox.people.alex, message);

    expect(textOf(await final("void", "guarded"))).toContain("The configuration has changed");
  });

  it("keeps all of it in a log that verifies", async () => {
    const { discord, channel, people } = sandbox;

    const answer = await discord.runCommand(people.alex.id, channel.id, "audit", { count: 10, export: true });
    const message = answer.message ?? (await discord.waitForReply(answer.id));
    const file = message.attachments[0];
    const lines = discord
      .attachment(file?.id ?? "")
      .toString("utf8")
      .trim()
      .split("\n");

    expect(lines.length).toBeGreaterThan(50);
    expect(lines.some((line) => line.includes('"approval"') && line.includes(people.dominique.id))).toBe(
      true,
    );
    const verifier = startBotProcess({ env: sandbox.env, args: ["audit", "verify"] });
    expect(await verifier.exited).toBe(0);
  });
});

function environmentsOf(config: Record<string, unknown>): Record<string, RawEnvironment> {
  const { projects } = config as { projects: { shop: { environments: Record<string, RawEnvironment> } } };
  return projects.shop.environments;
}
