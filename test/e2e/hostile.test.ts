import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REPOSITORY, type Sandbox } from "../../sandbox/start-sandbox.js";
import { startSandbox } from "./start-sandbox.js";
import { answerOf, deploy, messageSaying, textOf } from "./support.js";

/** The shell's own word for a space, which needs none in a ref name. */
const IFS = "$" + "{IFS}";

const HOSTILE = [
  "$(touch /tmp/slipway-was-here)",
  `$(touch${IFS}x)`,
  "a;id",
  "`id`",
  `--upload-pack=touch${IFS}x`,
  "-oProxyCommand=id",
  "@everyone",
  "<@&1>",
  "\u202egnp.exe",
  "\u2066x\u2069",
  "line\nbreak",
  "```\ncode",
  "[here](https://evil.example)",
  "../../etc/passwd",
  "a".repeat(40),
  "0123456789012345678901234567890123456789",
  "x".repeat(10_000),
];

const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.array(fc.constantFrom(...HOSTILE), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(" ")),
);

describe("hostile refs and commit messages", () => {
  let sandbox: Sandbox;
  let number = 0;

  beforeAll(async () => {
    // The host records every command that reaches it, as its own oracle.
    sandbox = await startSandbox({ environments: { uat: { triggers: { push: "main" }, health: [] } } });
  });

  afterAll(async () => {
    await sandbox?.close();
  });

  it("refuses refs that do not exist, whatever they look like, without a ping", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (ref) => {
        const typed = ref.slice(0, 255);
        if (typed.trim() === "") return;
        const answer = await deploy(sandbox, { ref: typed });
        const message = answer.message ?? (await sandbox.discord.waitForReply(answer.id));
        expect(message.content).toMatch(/^🚫/);
        expect(message.pinged).toEqual([]);
        expect(message.content).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      }),
      { numRuns: 30 },
    );
    expect(sandbox.discord.messages(sandbox.channel.id)).toHaveLength(0);
  });

  it("deploys branches with hostile names by their SHA alone", async () => {
    const names = [
      `$(touch${IFS}x)`,
      "a;id",
      "--upload-pack=x",
      "@everyone",
      "`id`",
      "f".repeat(40),
      "<@&1>",
    ];
    for (const name of names) {
      const files = { "h.txt": name };
      const sha = await sandbox.github.commit(REPOSITORY, {
        branch: "main",
        message: `Hostile: ${name}`,
        files,
      });
      await sandbox.github.createBranch(REPOSITORY, name, sha);
      // 40 hexadecimal digits are a SHA, never a branch: written in full, the branch can still be meant.
      const ref = /^[0-9a-f]{40}$/.test(name) ? `heads/${name}` : name;

      const answer = await deploy(sandbox, { ref });
      expect(await answerOf(sandbox, answer)).toContain("🚀");
      const message = await messageSaying(sandbox, ++number, "succeeded ✅");

      expect(await sandbox.app("uat").checkedOutSha()).toBe(sha);
      expect(message.pinged).toEqual([]);
      expect(sandbox.bot.lines.filter(({ level }) => level === "error")).toEqual([]);
    }
  });

  it("shows hostile commit messages without harm, and only their SHA reaches the host", async () => {
    const { github, webhookUrl } = sandbox;
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const message = text.trim() === "" ? "empty" : text.replaceAll("\0", "");
        if (message.trim() === "") return;
        const files = { "h.txt": `${number}` };
        const { sha } = await github.commitAndPush(webhookUrl, REPOSITORY, {
          branch: "main",
          message,
          files,
        });
        const status = await messageSaying(sandbox, ++number, "succeeded ✅");

        expect(status.pinged).toEqual([]);
        expect(textOf(status)).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|@(?=everyone|here)/);
        expect(textOf(status)).toContain(sha.slice(0, 7));
        expect(await sandbox.app("uat").checkedOutSha()).toBe(sha);
      }),
      { numRuns: 5 },
    );
  });
});
