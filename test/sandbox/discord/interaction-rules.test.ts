import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InteractionScene } from "./interaction-scene.js";
import { restCall } from "./rest-call.js";
import type { Scene } from "./start-client.js";

const minute = 60_000;

let stage: InteractionScene;
let scene: Scene;

beforeEach(async () => {
  stage = await InteractionScene.start();
  scene = stage.scene;
});

afterEach(() => stage.close());

describe("the payload of a command", () => {
  it("has what Discord's has", async () => {
    const role = scene.discord.addRole("deployer");
    scene.discord.setRoles(scene.person.id, [role.id]);
    const view = stage.run({ environment: "uat", count: 2, force: true, role: role.id });

    const interaction = await stage.arrived(2);
    await stage.answer(interaction, { type: 4, data: { content: "ok" } });
    await view;

    expect(interaction.data).toMatchObject({
      version: 1,
      application_id: scene.discord.applicationId,
      guild_id: scene.discord.guildId,
      channel_id: scene.channel.id,
      context: 0,
      locale: "en-US",
      guild_locale: "en-US",
      entitlements: [],
      authorizing_integration_owners: { "0": scene.discord.guildId },
      member: { user: { id: scene.person.id, global_name: "Ada" }, roles: [role.id] },
      data: {
        name: "deploy",
        type: 1,
        options: [
          { type: 3, name: "environment", value: "uat" },
          { type: 4, name: "count", value: 2 },
          { type: 5, name: "force", value: true },
          { type: 8, name: "role", value: role.id },
        ],
        resolved: { roles: { [role.id]: { name: "deployer" } } },
      },
    });
  });

  it("nests a subcommand", async () => {
    const view = scene.discord.runCommand(scene.person.id, scene.channel.id, "lock take");

    const interaction = await stage.arrived(2);
    await stage.answer(interaction, { type: 4, data: { content: "ok" } });
    await view;

    expect(interaction.data["data"]).toMatchObject({ options: [{ type: 1, name: "take", options: [] }] });
  });
});

describe("a command that Discord's client does not send", () => {
  it.each([
    ["an unknown option", { environment: "uat", nothing: 1 }, "no option nothing"],
    ["a missing option", {}, "environment is required"],
    ["an empty text", { environment: "" }, "must be a text"],
    ["a number for a text", { environment: 5 }, "must be a text"],
    ["a value outside of the choices", { environment: "uat", strategy: "magic" }, "must be one of git"],
    ["a text over its length", { environment: "uat", ref: "123456" }, "5 characters or fewer"],
    ["a fraction", { environment: "uat", count: 1.5 }, "whole number"],
    ["a number over its limit", { environment: "uat", count: 4 }, "3 or less"],
    ["a number under its limit", { environment: "uat", count: 0 }, "1 or more"],
    ["a text for a yes", { environment: "uat", force: "yes" }, "true or false"],
    ["a role that does not exist", { environment: "uat", role: "1" }, "role's id"],
  ])("%s", async (_, options, message) => {
    await expect(stage.run(options as Record<string, string>)).rejects.toThrow(message);
  });

  it("an unregistered one", async () => {
    const typed = scene.discord.runCommand(scene.person.id, scene.channel.id, "rollback");

    await expect(typed).rejects.toThrow("/rollback is not registered");
  });

  it("one without its subcommand", async () => {
    const typed = scene.discord.runCommand(scene.person.id, scene.channel.id, "lock");

    await expect(typed).rejects.toThrow("needs a subcommand");
  });
});

describe("the first answer", () => {
  it("is refused the second time", async () => {
    const { interaction } = await stage.answered({ type: 4, data: { content: "one" } });

    const second = await stage.answer(interaction, { type: 4, data: { content: "two" } });

    expect([second.status, second.body["code"]]).toEqual([400, 40060]);
  });

  it("is refused after 3 s, and the person sees a failure", async () => {
    const view = stage.run();
    const interaction = await stage.arrived(2);
    stage.elapsed = 3_001;

    const late = await stage.answer(interaction, { type: 4, data: { content: "late" } });

    expect([late.status, late.body["code"]]).toEqual([404, 10062]);
    expect((await view).state).toBe("failed");
  });

  it.each([
    ["without a message", { type: 4 }, 50006],
    ["with an empty one", { type: 4, data: { content: "" } }, 50006],
    ["with content over 2,000", { type: 4, data: { content: "x".repeat(2_001) } }, 50035],
    ["without a type", { data: { content: "x" } }, 50035],
    ["as an update, which only a button takes", { type: 7, data: { content: "x" } }, 50035],
    ["as choices, which only an autocomplete takes", { type: 8, data: { choices: [] } }, 50035],
  ])("is refused %s", async (_, body, code) => {
    const view = stage.run();
    const interaction = await stage.arrived(2);

    const refused = await stage.answer(interaction, body);
    await stage.answer(interaction, { type: 4, data: { content: "ok" } });

    expect(refused.body["code"]).toBe(code);
    expect((await view).state).toBe("answered");
  });

  it("gives the message back when asked to", async () => {
    const view = stage.run();
    const interaction = await stage.arrived(2);

    const { status, body } = await stage.answer(
      interaction,
      { type: 4, data: { content: "ok" } },
      "?with_response=true",
    );

    expect(status).toBe(200);
    expect(body).toMatchObject({
      interaction: { id: interaction.id, type: 2, response_message_ephemeral: false },
      resource: { type: 4, message: { content: "ok", interaction_metadata: { id: interaction.id } } },
    });
    expect((await view).message?.content).toBe("ok");
  });
});

describe("the webhook of an interaction", () => {
  it("edits, reads and deletes the answer", async () => {
    const { interaction } = await stage.answered({ type: 4, data: { content: "one" } });
    const original = "/messages/@original";

    const edited = await stage.webhook(interaction, "PATCH", original, { content: "two" });
    const read = await stage.webhook(interaction, "GET", original);
    const deleted = await stage.webhook(interaction, "DELETE", original);

    expect([edited.body["content"], read.body["content"], deleted.status]).toEqual(["two", "two", 204]);
    expect(scene.discord.messages(scene.channel.id)).toEqual([]);
  });

  it("takes the first follow-up of a deferred answer as its content", async () => {
    const { interaction } = await stage.answered({ type: 5 });

    await stage.webhook(interaction, "POST", "", { content: "done" });

    expect(scene.discord.messages(scene.channel.id).map(({ content }) => content)).toEqual(["done"]);
  });

  it("is dead after 15 minutes", async () => {
    const { interaction } = await stage.answered({ type: 4, data: { content: "one" } });
    stage.elapsed = 15 * minute + 1_000;

    const late = await stage.webhook(interaction, "POST", "", { content: "two" });

    expect([late.status, late.body["code"]]).toEqual([401, 50027]);
  });

  it("is unknown before the first answer", async () => {
    const view = stage.run();
    const interaction = await stage.arrived(2);

    const early = await stage.webhook(interaction, "POST", "", { content: "x" });
    await stage.answer(interaction, { type: 4, data: { content: "ok" } });
    await view;

    expect([early.status, early.body["code"]]).toEqual([404, 10015]);
  });

  it("does not reach other messages", async () => {
    const path = `/channels/${scene.channel.id}/messages`;
    const { body } = await restCall(scene.discord, "POST", path, { content: "other" });
    const { interaction } = await stage.answered({ type: 4, data: { content: "one" } });

    const refused = await stage.webhook(interaction, "PATCH", `/messages/${body["id"]}`, { content: "x" });

    expect(refused.body["code"]).toBe(10008);
  });
});

describe("an ephemeral answer", () => {
  it("is seen by its person only and not reached through the channel", async () => {
    const other = scene.discord.addPerson({ name: "Bob" });
    const { view } = await stage.answered({ type: 4, data: { content: "psst", flags: 64 } });
    const path = `/channels/${scene.channel.id}/messages`;

    const read = await restCall(scene.discord, "GET", `${path}/${view.message?.id}`);
    const list = await restCall(scene.discord, "GET", path);

    expect(view.message?.ephemeralFor).toBe(scene.person.id);
    expect(scene.discord.messages(scene.channel.id, scene.person.id)).toHaveLength(1);
    expect(scene.discord.messages(scene.channel.id, other.id)).toEqual([]);
    expect(scene.discord.messages(scene.channel.id)).toEqual([]);
    expect(read.body["code"]).toBe(10008);
    expect(list.body).toEqual([]);
  });
});

describe("without a bot", () => {
  it("an interaction fails at the limit", async () => {
    await stage.close();
    stage = await InteractionScene.start({ limits: { firstAnswerMs: 50 } });
    await stage.gateway.close();

    const view = await stage.run();

    expect(view.state).toBe("failed");
  });
});
