import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commands } from "../../../commands/index.js";
import { CommandMentions } from "../../../src/discord/command-mentions.js";
import { command } from "../../../src/discord/locales/command-names.js";
import { registerCommands } from "../../../src/discord/register-commands.js";
import { ActionScene } from "./action-scene.js";

let scene: ActionScene;

beforeAll(async () => {
  scene = await ActionScene.start();
});
beforeEach(() => scene.fixture.redis.flushall());
afterAll(() => scene?.close());

const UNLOCK = { content: `Use ${command("unlock", "en")}.` };

/** What the gateway does when it has connected. */
async function register(): Promise<string> {
  const { applicationId, guildId } = scene.discord;
  const definitions = commands.map(({ definition }) => definition);
  const { ids } = await registerCommands(scene.rest, { applicationId, guildId }, definitions);
  await process().save(ids);
  return ids.get("unlock") ?? "unknown";
}

/** Of a process that has read nothing yet. */
const process = (now = Date.now) => new CommandMentions(scene.fixture.redis, now);

describe("a command that a message names", () => {
  it("can be clicked in every process, once the gateway has registered it", async () => {
    const id = await register();

    expect(await process().render(UNLOCK)).toEqual({ content: `Use </unlock:${id}>.` });
  });

  it("is named in code before that, and can be clicked from then on", async () => {
    const worker = process();
    const before = await worker.render(UNLOCK);
    const id = await register();

    expect(before).toEqual({ content: "Use `/unlock`." });
    expect(await worker.render(UNLOCK)).toEqual({ content: `Use </unlock:${id}>.` });
  });

  it.each([
    ["a key of another type", () => scene.fixture.redis.set("slipway:commands", "x")],
    ["an id that is none", () => scene.fixture.redis.hset("slipway:commands", { unlock: "1> @everyone <" })],
  ])("is named in code where Redis holds %s", async (_what, spoil) => {
    await spoil();

    expect(await process().render(UNLOCK)).toEqual({ content: "Use `/unlock`." });
  });

  it("is what was last known while Redis does not answer", async () => {
    const id = await register();
    const redis = scene.fixture.redis.duplicate();
    let at = 0;
    const worker = new CommandMentions(redis, () => at);
    await worker.render(UNLOCK);
    redis.disconnect();
    at += 24 * 3600 * 1000;

    expect(await worker.render(UNLOCK)).toEqual({ content: `Use </unlock:${id}>.` });
    expect(await new CommandMentions(redis, () => at).render(UNLOCK)).toEqual({ content: "Use `/unlock`." });
  });

  it("is named in code where Discord shows no mentions", async () => {
    const id = await register();
    const named = command("unlock", "en");

    const embed = { title: named, description: named, fields: [{ name: named, value: named }] };
    const shown = `</unlock:${id}>`;
    expect(await process().render({ embeds: [embed] })).toEqual({
      embeds: [{ title: "`/unlock`", description: shown, fields: [{ name: "`/unlock`", value: shown }] }],
    });
  });

  it("can be clicked in the message of a deployment, which is edited no more often for it", async () => {
    await register();
    const { id: deployment, message } = await scene.waiting({
      state: "failed",
      failure: { code: "exited", exitCode: 1 },
      finishedAt: Date.now(),
    });
    await scene.announce(deployment);

    expect(JSON.stringify(scene.message(message.id).embeds)).toContain("</deploy:");
    expect(scene.message(message.id).edits).toBe(0);
  });

  it("can be clicked in an answer to a person", async () => {
    const { id, message } = await scene.waiting();
    const button = await scene.idOf(id, "approve");
    await scene.fixture.redis.flushall();
    await register();
    const answer = await scene.discord.pressButton(scene.approver.id, message.id, button);

    expect(answer.message?.content).toContain("</status:");
  });
});
