import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageView } from "../../sandbox/discord/types.js";
import { REPOSITORY, type Sandbox } from "../../sandbox/start-sandbox.js";
import { startSandbox } from "./start-sandbox.js";
import { answerOf, messageSaying, press, push, runs, textOf } from "./support.js";

describe("pushes that are not deployed", () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(async () => {
    await sandbox?.close();
  });

  const type = (name: string, options: Record<string, string> = {}) =>
    sandbox.discord.runCommand(sandbox.people.alex.id, sandbox.channel.id, name, {
      environment: "uat",
      ...options,
    });

  const isAboutDropped = ({ embeds }: MessageView) => embeds[0]?.footer?.text === "shop · uat · ⏸️";

  const dropped = (words: string) =>
    sandbox.discord.waitForMessage(
      sandbox.channel.id,
      (message) => isAboutDropped(message) && textOf(message).includes(words),
    );

  it("are one message with their count, whose button deploys the head once the lock is gone", async () => {
    const { people, discord, channel } = sandbox;
    await type("lock", { reason: "Tests", for: "2h" });
    await push(sandbox, "First change");
    await dropped("1 push to `main` was not deployed");
    const { sha } = await push(sandbox, "Second change");
    const two = await dropped("2 pushes to `main` were not deployed");
    expect(textOf(two)).toContain(`[\`${sha.slice(0, 7)}\`](https://github.com/${REPOSITORY}/commit/${sha})`);
    expect(textOf(two)).toContain("**uat** is locked by");

    // Camille reads French, and does not own the lock.
    expect(await answerOf(sandbox, await press(sandbox, people.camille, two, "Deploy newest"))).toContain(
      "est verrouillé par",
    );
    await type("unlock");
    const free = await dropped("no longer locked or frozen");
    await press(sandbox, people.camille, free, "Deploy newest");
    await messageSaying(sandbox, 1, "succeeded ✅");
    await runs(sandbox, sha);

    const settled = await dropped("deployed the head of `main`: deployment #1");
    expect(settled.components).toEqual([]);
    expect(discord.messages(channel.id).filter(isAboutDropped)).toHaveLength(1);
  });

  it("end with the head of the branch when GitHub delivers two in the wrong order", async () => {
    const { github, webhookUrl } = sandbox;
    const before = await github.headOf(REPOSITORY, "main");
    const change = (name: string) =>
      github.commit(REPOSITORY, { branch: "main", message: name, files: { "change.txt": name } });
    const older = await change("Older");
    const late = await github.pushPayload(REPOSITORY, { branch: "main", before, after: older });
    const head = await change("Newer");
    const newer = await github.pushPayload(REPOSITORY, { branch: "main", before: older, after: head });

    await github.deliver(webhookUrl, "push", newer);
    await messageSaying(sandbox, 2, "succeeded ✅");
    await github.deliver(webhookUrl, "push", late);
    await expect
      .poll(() => sandbox.bot.lines.some(({ msg, sha }) => msg !== "took a push" && sha === older), {
        timeout: 20_000,
      })
      .toBe(true);

    await runs(sandbox, head);
    expect(await sandbox.app("uat").checkedOutSha()).toBe(head);
  });
});
