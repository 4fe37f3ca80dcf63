import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InteractionScene } from "./interaction-scene.js";
import { restCall } from "./rest-call.js";
import type { Scene } from "./start-client.js";

let stage: InteractionScene;
let scene: Scene;

beforeEach(async () => {
  stage = await InteractionScene.start();
  scene = stage.scene;
});

afterEach(() => stage.close());

describe("choices", () => {
  const choices = (count: number, name = "n", value: unknown = "v") =>
    Array.from({ length: count }, () => ({ name, value }));

  it.each([
    ["26 of them", choices(26)],
    ["an empty name", choices(1, "")],
    ["a name over 100", choices(1, "x".repeat(101))],
    ["an empty value", choices(1, "n", "")],
    ["a value over 100", choices(1, "n", "x".repeat(101))],
    ["a number for a text option", choices(1, "n", 5)],
  ])("are refused: %s", async (_, list) => {
    const { person, channel, discord } = scene;
    const offered = discord.autocomplete(
      person.id,
      channel.id,
      "deploy",
      { environment: "u" },
      "environment",
    );
    const interaction = await stage.arrived(4);

    const refused = await stage.answer(interaction, { type: 8, data: { choices: list } });
    await stage.answer(interaction, { type: 8, data: { choices: choices(1) } });

    expect(refused.body["code"]).toBe(50035);
    expect(await offered).toEqual([{ name: "n", value: "v" }]);
  });

  it("are asked for with what was typed so far", async () => {
    const { person, channel, discord } = scene;
    const typed = { environment: "u", count: 2 };

    const offered = discord.autocomplete(person.id, channel.id, "deploy", typed, "environment");
    const interaction = await stage.arrived(4);
    await stage.answer(interaction, { type: 8, data: { choices: [] } });

    expect(await offered).toEqual([]);
    expect(interaction.data["data"]).toMatchObject({
      options: [
        { type: 4, name: "count", value: 2 },
        { type: 3, name: "environment", value: "u", focused: true },
      ],
    });
  });

  it("are not asked for where an option has none", async () => {
    const asked = scene.discord.autocomplete(scene.person.id, scene.channel.id, "deploy", {}, "ref");

    await expect(asked).rejects.toThrow("has no autocomplete");
  });
});

describe("a modal", () => {
  const label = (fields: object = {}) => ({
    type: 18,
    label: "Word",
    component: { type: 4, custom_id: "word", style: 1, min_length: 2, max_length: 6, ...fields },
  });
  const modal = (fields: object = {}) => ({
    type: 9,
    data: { custom_id: "confirm", title: "Confirm", components: [label()], ...fields },
  });

  it.each([
    ["without title", modal({ title: undefined })],
    ["with a title over 45", modal({ title: "x".repeat(46) })],
    ["with a custom_id over 100", modal({ custom_id: "x".repeat(101) })],
    ["without components", modal({ components: [] })],
    [
      "with six components",
      modal({ components: Array.from({ length: 6 }, (_, n) => label({ custom_id: `${n}` })) }),
    ],
    [
      "with an input without label",
      modal({ components: [{ type: 1, components: [{ type: 4, custom_id: "w", style: 1 }] }] }),
    ],
    ["with a label without text", modal({ components: [{ ...label(), label: "" }] })],
    ["with a custom_id twice", modal({ components: [label(), label()] })],
    [
      "with a button",
      modal({ components: [{ type: 1, components: [{ type: 2, style: 1, label: "x", custom_id: "x" }] }] }),
    ],
  ])("is refused %s", async (_, body) => {
    const view = stage.run();
    const interaction = await stage.arrived(2);

    const refused = await stage.answer(interaction, body);
    await stage.answer(interaction, { type: 4, data: { content: "ok" } });
    await view;

    expect(refused.body["code"]).toBe(50035);
  });

  it("is submitted by its person with values that fit", async () => {
    const { view } = await stage.answered(modal());
    const other = scene.discord.addPerson({ name: "Bob" });
    const submit = (values: Record<string, string>, person = scene.person.id) =>
      scene.discord.submitModal(person, view.id, values);

    await expect(submit({ word: "OK" }, other.id)).rejects.toThrow("another person");
    await expect(submit({})).rejects.toThrow('"Word" is required');
    await expect(submit({ word: "x" })).rejects.toThrow("2 characters or more");
    await expect(submit({ word: "1234567" })).rejects.toThrow("6 characters or fewer");
    await expect(submit({ nothing: "x" })).rejects.toThrow("no input nothing");
    const submitted = submit({ word: "DEPLOY" });
    const interaction = await stage.arrived(5);
    await stage.answer(interaction, { type: 4, data: { content: "ok" } });

    expect((await submitted).message?.content).toBe("ok");
    expect(interaction.data["data"]).toMatchObject({
      custom_id: "confirm",
      components: [{ type: 18, component: { type: 4, custom_id: "word", value: "DEPLOY" } }],
    });
    await expect(submit({ word: "DEPLOY" })).rejects.toThrow("submitted already");
  });
});

describe("a button", () => {
  const row = (fields: object = {}) => ({
    type: 1,
    components: [{ type: 2, style: 1, label: "Go", custom_id: "go", ...fields }],
  });

  async function post(fields: object = {}): Promise<string> {
    const path = `/channels/${scene.channel.id}/messages`;
    const { body } = await restCall(scene.discord, "POST", path, { content: "x", components: [row(fields)] });
    return String(body["id"]);
  }

  it("comes with its message and may update it", async () => {
    const messageId = await post();
    const pressed = scene.discord.pressButton(scene.person.id, messageId, "go");
    const interaction = await stage.arrived(3);

    await stage.answer(interaction, { type: 7, data: { content: "pressed", components: [] } });

    expect(interaction.data).toMatchObject({
      message: { id: messageId, content: "x" },
      data: { custom_id: "go", component_type: 2 },
    });
    expect((await pressed).message).toMatchObject({ id: messageId, content: "pressed", edits: 1 });
  });

  it.each([
    ["that is not there", {}, "other", "has no button other"],
    ["that is disabled", { disabled: true }, "go", "is disabled"],
  ])("%s cannot be pressed", async (_, fields, customId, message) => {
    const messageId = await post(fields);

    const pressed = scene.discord.pressButton(scene.person.id, messageId, customId);

    await expect(pressed).rejects.toThrow(message);
  });

  it("of another person's ephemeral message cannot be pressed", async () => {
    const { view } = await stage.answered({
      type: 4,
      data: { content: "x", flags: 64, components: [row()] },
    });
    const other = scene.discord.addPerson({ name: "Bob" });

    const pressed = scene.discord.pressButton(other.id, view.message?.id ?? "", "go");

    await expect(pressed).rejects.toThrow("sees no message");
  });

  it("can be forged", async () => {
    const elsewhere = scene.discord.addChannel("elsewhere");
    const messageId = await post();

    const forged = scene.discord.forgeButton(scene.person.id, elsewhere.id, messageId, "approve:1");
    const interaction = await stage.arrived(3);
    await stage.answer(interaction, { type: 4, data: { content: "no", flags: 64 } });

    expect((await forged).message?.content).toBe("no");
    expect(interaction.data).toMatchObject({ channel_id: elsewhere.id, data: { custom_id: "approve:1" } });
  });
});
