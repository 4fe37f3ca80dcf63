import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBotProcess } from "../../sandbox/bot-process.js";
import type { CommandOptions, InteractionView, Person } from "../../sandbox/discord/types.js";
import { type Sandbox, startSandbox } from "../../sandbox/start-sandbox.js";

describe("/logs", () => {
  let sandbox: Sandbox;
  let directory: string;
  const inDirectory = (name: string) => join(directory, name);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "slipway-logs-"));
    const wait = 'until [ -e "$1" ]; do sleep 0.05; done; echo awake';
    const logs = [
      { name: "web", file: inDirectory("web.log") },
      { name: "slow", run: ["sh", "-c", wait, "wait", inDirectory("gate")] },
      { name: "gone", file: inDirectory("gone.log") },
    ];
    sandbox = await startSandbox({
      environments: { uat: { logs } },
      discord: { limits: { identifyIntervalMs: 50 } },
    });
    await writeFile(
      inDirectory("web.log"),
      `old\nin with ${sandbox.discord.botToken}\n\u001b[31mout\u001b[0m\n`,
    );
  });

  afterAll(async () => {
    await sandbox?.close();
    await rm(directory, { recursive: true });
  });

  async function ask(person: Person, options: CommandOptions = {}): Promise<InteractionView> {
    const { discord, channel } = sandbox;
    return discord.runCommand(person.id, channel.id, "logs", { environment: "uat", ...options });
  }

  /** What the person reads: the message and the file beside it. */
  async function answer({ id }: InteractionView) {
    const { content, attachments, ephemeralFor } = await sandbox.discord.waitForReply(id);
    const [file] = attachments;
    const text = file === undefined ? undefined : sandbox.discord.attachment(file.id).toString();
    return { content, ephemeralFor, name: file?.filename, text };
  }

  it("gives a developer the last lines of a log as a file that nobody else sees, without secrets", async () => {
    const { alex } = sandbox.people;

    const { content, ephemeralFor, name, text } = await answer(await ask(alex, { lines: 2 }));

    expect(content).toBe("📜 **shop / uat** · `web`: the last 2 lines are attached.");
    expect(ephemeralFor).toBe(alex.id);
    expect(name).toBe("shop-uat-web.log");
    expect(text).toBe("===== web-1 · shop / uat · web =====\nin with [redacted]\nout\n");
  });

  it("answers in the person's French", async () => {
    const { content } = await answer(await ask(sandbox.people.camille, { lines: 2 }));

    expect(content).toBe("📜 **shop / uat** · `web`\u202f: les 2 dernières lignes sont jointes.");
  });

  it("refuses somebody without a role, and says who may", async () => {
    const { content, text } = await answer(await ask(sandbox.people.sam));

    expect(content).toContain("You may not read the logs of **uat**");
    expect(content).toContain(`<@&${sandbox.roles.developer.id}>`);
    expect(text).toBeUndefined();
  });

  it("proposes the logs of the environment", async () => {
    const { discord, people, channel } = sandbox;

    const choices = await discord.autocomplete(
      people.alex.id,
      channel.id,
      "logs",
      { environment: "uat", service: "" },
      "service",
    );

    expect(choices.map(({ value }) => value)).toEqual(["web", "slow", "gone"]);
  });

  it("says in the reply and in the file what a host could not give", async () => {
    const { content, text } = await answer(await ask(sandbox.people.alex, { service: "gone" }));

    expect(content).toContain("⚠️ **web-1**: The command ended with exit code 1.");
    expect(text).toContain("===== web-1: The command ended with exit code 1.");
  });

  it("answers in time however slow the host is, and brings the file later", async () => {
    const asked = await ask(sandbox.people.alex, { service: "slow" });

    await writeFile(inDirectory("gate"), "");

    expect(asked.state).toBe("thinking");
    expect((await answer(asked)).text).toContain("awake\n");
  });

  it("writes down who read what", async () => {
    const { discord, people, channel } = sandbox;
    await answer(await ask(people.alex, { lines: 7 }));

    const audit = await discord.runCommand(people.alex.id, channel.id, "audit", { count: 1 });

    const { embeds } = await discord.waitForReply(audit.id);
    expect(embeds[0]?.description).toMatch(
      new RegExp(`^📜 <@${people.alex.id}> read a log · shop / uat · .*lines \`7\` · log \`web\`$`),
    );
  });

  it("is answered by the process that speaks to Discord, which needs no other to reach the hosts", async () => {
    await sandbox.bot.stop();
    const gateway = startBotProcess({ env: sandbox.env, args: ["start", "--role", "gateway"] });
    try {
      await gateway.waitForLine(({ msg }) => msg === "the slash commands are registered");

      expect((await answer(await ask(sandbox.people.alex))).text).toContain("[redacted]");
    } finally {
      await gateway.stop();
    }
  });
});
