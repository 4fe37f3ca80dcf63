import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LogStore } from "../../../src/deployments/log-store.js";
import { approve, markFailed, refuse, runAgain } from "../../../src/deployments/transitions.js";
import { aStep } from "../../unit/deployments/samples.js";
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

it("the message of what ended long ago is not made anew once it is forgotten", async () => {
  const { id } = await scene.waiting();
  await scene.store.update(id, (record) => refuse(record, camille, Date.now() - 100 * 24 * 3_600_000));
  await scene.fixture.redis.del(`slipway:announcement:${id}`);
  const posts = () => scene.discord.requests.filter(({ method }) => method === "POST").length;
  const before = posts();

  await scene.announce(id);

  expect(posts()).toBe(before);
});

describe("the message of a deployment whose announcer was killed", () => {
  let forgetful: ActionScene;

  beforeAll(async () => {
    // Discord has forgotten the nonce by the time that Slipway is back.
    forgetful = await ActionScene.start({ nonceMs: 0 });
  });
  afterAll(() => forgetful?.close());

  /** As it is when the process dies between Discord's answer and its own note. */
  async function killedAfterCreation() {
    const { id, message } = await forgetful.waiting();
    const known = await forgetful.announcements.find(id);
    const attemptedAt = Date.now() - 1_000;
    await forgetful.announcements.save(id, {
      channelId: known?.channelId ?? "",
      generation: 0,
      hash: "",
      editedAt: 0,
      attemptedAt,
    });
    return { id, message };
  }

  it("is found in the channel, and brought up to date there", async () => {
    const { id, message } = await killedAfterCreation();
    await forgetful.store.update(id, (record) => approve(record, camille, Date.now()));

    await forgetful.announce(id);
    await forgetful.announce(id);

    const footer = message.embeds[0]?.footer?.text;
    const same = forgetful.discord
      .messages(forgetful.channel.id)
      .filter(({ embeds }) => embeds[0]?.footer?.text === footer);
    expect(same.map((each) => each.id)).toEqual([message.id]);
    expect(JSON.stringify(same)).toContain("1 of 2");
    expect((await forgetful.announcements.find(id))?.messageId).toBe(message.id);
  });

  it("is made anew where nobody finds it", async () => {
    const { id, message } = await killedAfterCreation();
    await forgetful.rest.delete(`/channels/${forgetful.channel.id}/messages/${message.id}`);

    await forgetful.announce(id);

    const again = (await forgetful.announcements.find(id))?.messageId;
    expect(again).not.toBe(message.id);
    expect(forgetful.message(again).content).toContain("Approval");
  });
});

describe("the log that is attached to the message of a deployment", () => {
  let pieces = 0;

  /** Broke off once more, with a longer log. */
  async function breakOff(id: string, output: string) {
    await new LogStore(scene.fixture.redis).append(id, { writer: 1, seq: ++pieces }, output);
    await scene.store.update(id, (record) => ({
      ...record,
      state: "indeterminate",
      failure: { code: "interrupted" },
    }));
    await scene.announce(id);
  }
  const logs = (id: string) => scene.message(id).attachments.map(({ size }) => size);

  it("is there once, as it is now, however often the message is edited", async () => {
    const { id, message } = await scene.waiting();

    await breakOff(id, "one\n");
    await scene.store.update(id, (record) => runAgain(record, camille));
    await breakOff(id, "two\n");
    await scene.store.update(id, (record) => markFailed(record, camille));
    await scene.announce(id);

    expect(logs(message.id)).toEqual([8]);
  });

  it.each([
    ["may not be attached in the channel", 403, 50013],
    ["is too large for the server", 413, 40005],
  ])("hides nothing where it %s: the message is there, and says so", async (_what, status, code) => {
    const { id, message } = await scene.waiting();
    scene.discord.queueFault({ fault: { kind: "refuse", status, code }, method: "PATCH", path: /messages/ });

    await breakOff(id, "one\n");

    const text = JSON.stringify(scene.message(message.id));
    expect(text).toContain("Discord did not take the file");
    expect(text).not.toContain("log is attached");
    expect(logs(message.id)).toEqual([]);
  });

  it("shows what a terminal shows, also of a log that was stored with escape codes", async () => {
    const { id, message } = await scene.waiting();

    await breakOff(id, "\u001b[31mred\u001b[0m\n10 %\r100 %\r\nend\n");

    expect(logs(message.id)).toEqual(["red\n100 %\nend\n".length]);
  });

  it("is called complete, shortened or incomplete as it is", async () => {
    const { id, message } = await scene.waiting();
    const stored = new LogStore(scene.fixture.redis);
    const text = () => scene.message(message.id).embeds[0]?.description ?? "";
    await scene.store.update(id, (record) => ({
      ...record,
      steps: [aStep({ state: "failed" })],
      failedStep: "fetch:web-1",
    }));

    await breakOff(id, "one\n");
    expect(text()).toContain("The complete log is attached.");
    await stored.append(id, { writer: 1, seq: ++pieces }, "two\n", { cut: true });
    await breakOff(id, "three\n");
    expect(text()).toContain("Long outputs are shortened");
    await stored.append(id, { writer: 1, seq: ++pieces }, "four\n", { missing: true });
    await breakOff(id, "five\n");
    expect(text()).toContain("part of the output is missing");
    expect(text()).not.toContain("complete");
    await stored.pack(id, 1);
    await stored.trim(0, 2);
    await scene.store.update(id, (record) => markFailed(record, camille));
    await scene.announce(id);
    expect(text()).toContain("no longer keeps this log");
    expect(logs(message.id)).toHaveLength(1);
  });

  it("is taken away when the deployment goes on", async () => {
    const { id, message } = await scene.waiting();
    await breakOff(id, "one\n");
    expect(logs(message.id)).toEqual([4]);

    await scene.store.update(id, (record) => runAgain(record, camille));
    await scene.announce(id);

    expect(logs(message.id)).toEqual([]);
  });
});
