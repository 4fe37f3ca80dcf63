import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageView } from "../../sandbox/discord/types.js";
import { REPOSITORY, type Sandbox } from "../../sandbox/start-sandbox.js";
import { startSandbox } from "./start-sandbox.js";
import { deploy, messageSaying, runs, textOf } from "./support.js";

const RENAMED = "acme/boutique";

describe("a repository that is renamed on GitHub", () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(async () => {
    await sandbox?.close();
  });

  const push = (repository: string, name: string) =>
    sandbox.github.commitAndPush(sandbox.webhookUrl, repository, {
      ...{ branch: "main", message: name, files: { "change.txt": name } },
    });
  const notices = (words: string) =>
    sandbox.discord.messages(sandbox.channel.id).filter(({ content }) => content.includes(words));
  const noticed = (words: string): Promise<MessageView> =>
    sandbox.discord.waitForMessage(sandbox.channel.id, ({ content }) => content.includes(words));
  const logged = (words: string) => sandbox.bot.lines.filter(({ msg }) => msg?.startsWith(words));

  it("is deployed under its new name, and people are told once", async () => {
    await push(REPOSITORY, "Before");
    await messageSaying(sandbox, 1, "succeeded ✅");

    await sandbox.github.renameRepository(REPOSITORY, RENAMED);
    await push(RENAMED, "After");
    await messageSaying(sandbox, 2, "succeeded ✅");
    const { sha } = await push(RENAMED, "Once more");
    await messageSaying(sandbox, 3, "succeeded ✅");
    await runs(sandbox, sha);

    expect((await noticed("is now called")).content).toContain(`\`projects.shop.repository\``);
    expect(notices("is now called")).toHaveLength(1);
    expect(logged("a configured repository was renamed")).toMatchObject([
      { change: "projects.shop.repository", to: RENAMED, repository: REPOSITORY },
    ]);
  });

  it("is found by commands under its old name", async () => {
    const head = await sandbox.github.headOf(RENAMED, "main");
    await deploy(sandbox, { ref: "heads/main" });

    expect(textOf(await messageSaying(sandbox, 4, "succeeded ✅"))).toContain(head.slice(0, 7));
  });

  it("is not mistaken for another one that takes its old name", async () => {
    const running = await sandbox.github.headOf(RENAMED, "main");
    const change = { branch: "main", message: "Ours", files: { "change.txt": "Ours" } };
    const head = await sandbox.github.commit(RENAMED, change);
    await sandbox.github.createRepository(REPOSITORY, { "README.md": "# Another\n" });
    await push(REPOSITORY, "Theirs");
    await noticed("now belongs to another repository");
    await push(REPOSITORY, "Theirs again");
    await expect.poll(() => logged("ignored a push of another repository").length).toBe(2);

    // The host's own remote leads to the other one by now: its commit is not there, and nothing is deployed.
    await deploy(sandbox);
    const failed = await messageSaying(sandbox, 5, "failed");
    expect(textOf(failed)).toContain(head.slice(0, 7));
    expect(await sandbox.app("uat").checkedOutSha()).toBe(running);
    expect(notices("now belongs to another repository")).toHaveLength(1);
    expect(logged("another repository has the name")).toHaveLength(1);
  });
});
