import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../../sandbox/start-sandbox.js";
import { startSandbox } from "./start-sandbox.js";
import { commit, deploy, messageSaying, textOf } from "./support.js";

/** The first bytes of every PNG. */
const PNG_SIGNATURE = "89504e470d0a1a0a";

describe("/stats", () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ environments: { uat: {}, prod: {} } });
  });
  afterAll(() => sandbox?.close());

  it("answers with a table and a picture of what was deployed", async () => {
    await commit(sandbox);
    await deploy(sandbox);
    await messageSaying(sandbox, 1, "succeeded ✅");

    const { alex } = sandbox.people;
    const asked = await sandbox.discord.runCommand(alex.id, sandbox.channel.id, "stats", { months: 2 });
    const answer = asked.message ?? (await sandbox.discord.waitForReply(asked.id));

    expect(textOf(answer)).toContain("shop / uat");
    expect(textOf(answer)).toMatch(/^\d{4}-\d{2} +1 +\d+(?:\.\d)? (?:s|min) +0% +–$/m);
    const [picture] = answer.attachments;
    expect(picture?.filename).toBe("stats.png");
    expect(answer.embeds[0]?.image?.url).toContain("stats.png");
    const bytes = Buffer.from(await (await fetch(picture?.url ?? "")).arrayBuffer());
    expect(bytes.subarray(0, 8).toString("hex")).toBe(PNG_SIGNATURE);
  });
});
