import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approve, refuse } from "../../../src/deployments/transitions.js";
import { ActionScene } from "./action-scene.js";

let scene: ActionScene;

beforeAll(async () => {
  scene = await ActionScene.start();
});
afterAll(() => scene?.close());

const camille = { userId: "112233445566778877", userName: "camille" };
const labels = (message: { readonly components: readonly object[] }) =>
  JSON.stringify(message.components).match(/"label":"[^"]+"/g) ?? [];

describe("the message of a deployment that waits for its approval", () => {
  it("notifies those who may approve, once, and nobody else", async () => {
    const { id, message } = await scene.waiting();
    await scene.store.update(id, (record) => approve(record, camille, Date.now()));
    await scene.announce(id);

    expect(message.pinged).toEqual([scene.approverRole]);
    expect(scene.message(message.id).edits).toBe(1);
    const edit = scene.discord.requests.findLast(
      ({ method, path }) => method === "PATCH" && path.includes(message.id),
    );
    expect(edit?.body).toMatchObject({ allowed_mentions: { parse: [] } });
  });

  it("does not notify again when people deleted it and it is made anew", async () => {
    const { id, message } = await scene.waiting();
    await scene.rest.delete(`/channels/${scene.channel.id}/messages/${message.id}`);
    await scene.store.update(id, (record) => approve(record, camille, Date.now()));

    await scene.announce(id);

    const again = scene.message((await scene.announcements.find(id))?.messageId);
    expect(again.id).not.toBe(message.id);
    expect(again.pinged).toEqual([]);
  });

  it("carries opaque ids that stay the same through its life, and none at the end", async () => {
    const { id, message } = await scene.waiting();
    const before = JSON.stringify(message.components);
    await scene.store.update(id, (record) => approve(record, camille, Date.now()));
    await scene.announce(id);
    const edited = scene.message(message.id);
    await scene.store.update(id, (record) => refuse(record, camille, Date.now()));
    await scene.announce(id);

    expect(before.match(/"custom_id":"[0-9a-f]{32}"/g)).toHaveLength(3);
    expect(JSON.stringify(edited.components)).toBe(before);
    expect(labels(scene.message(message.id))).toEqual([]);
  });
});
