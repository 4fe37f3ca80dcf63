import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../../sandbox/start-sandbox.js";
import { startSandbox } from "./start-sandbox.js";
import { messageSaying, push } from "./support.js";

interface WebhookExamples {
  readonly name: string;
  readonly examples: readonly unknown[];
}

const EVENTS = createRequire(import.meta.url)("@octokit/webhooks-examples") as readonly WebhookExamples[];

describe("every payload that GitHub documents", () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(async () => {
    await sandbox?.close();
  });

  it("is answered 2xx quickly, crashes nothing and deploys nothing", async () => {
    const { github, webhookUrl } = sandbox;
    const payloads = EVENTS.flatMap(({ name, examples }) => examples.map((payload) => ({ name, payload })));
    const results: { name: string; status: number; milliseconds: number }[] = [];

    for (const { name, payload } of payloads) {
      const { status, milliseconds } = await github.deliver(webhookUrl, name, payload);
      results.push({ name, status, milliseconds });
    }
    // A real push afterwards proves that the bot still works and that all before it were read.
    await push(sandbox);
    await messageSaying(sandbox, 1, "succeeded ✅");

    expect(results.length).toBeGreaterThan(250);
    expect(results.filter(({ status }) => status < 200 || status > 299)).toEqual([]);
    expect(sandbox.discord.messages(sandbox.channel.id)).toHaveLength(1);
    const median = results.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)[results.length >> 1];
    expect(median).toBeLessThan(100);
  });
});
