import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageView } from "../../../sandbox/discord/types.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { markFailed, runAgain } from "../../../src/deployments/transitions.js";
import { ActionScene } from "./action-scene.js";

let scene: ActionScene;

beforeAll(async () => {
  scene = await ActionScene.start();
});
afterAll(() => scene?.close());

const failed = (): Partial<DeploymentRecord> => ({
  state: "failed",
  failure: { code: "exited", exitCode: 1 },
  finishedAt: Date.now() + 3_600_000,
});
const interrupted = (): Partial<DeploymentRecord> => ({
  ...failed(),
  ...{ state: "indeterminate", failure: { code: "interrupted" } },
});

/** What answers the message of the deployment: it has the same footer, and more. */
function answersTo({ embeds: [embed] }: MessageView) {
  return scene.discord
    .messages(scene.channel.id)
    .filter(({ embeds }) => embeds[0]?.footer?.text.startsWith(`${embed?.footer?.text} · `));
}

async function become(id: string, changes: Partial<DeploymentRecord>): Promise<void> {
  await scene.store.update(id, (record) => ({ ...record, ...changes }));
  await scene.announce(id);
}

/** A deployment that Alex asked for, with its message. */
async function asked(changes: Partial<DeploymentRecord> = {}) {
  const alex = scene.discord.addPerson({ name: "alex" });
  const origin = { kind: "command" as const, userId: alex.id, userName: "@everyone" };
  return { alex, ...(await scene.waiting({ origin, ...changes })) };
}

describe("a deployment that fails", () => {
  it.each([
    ["failed", failed],
    ["indeterminate", interrupted],
  ])("as %s, is answered with one mention of the person who asked", async (_state, changes) => {
    const { alex, id, message } = await asked();

    await become(id, changes());
    await scene.announce(id);
    await scene.announce(id);

    const answers = answersTo(message);
    expect(answers).toHaveLength(1);
    const posted = scene.discord.requests.findLast(({ method }) => method === "POST");
    expect(posted?.body).toMatchObject({
      message_reference: { message_id: message.id },
      allowed_mentions: { parse: [], roles: [], users: [alex.id] },
      enforce_nonce: true,
    });
    expect(answers[0]?.pinged).toEqual([alex.id]);
    expect(answers[0]?.content).toContain(`<@${alex.id}> Deployment #`);
  });

  it("is answered once although the announcer dies after Discord took the answer", async () => {
    const { id, message } = await asked();
    await become(id, failed());
    const [answer] = answersTo(message);
    const keys = await scene.fixture.redis.keys("slipway:announcement:*");
    for (const key of keys) {
      if ((await scene.fixture.redis.hget(key, "messageId")) === answer?.id) {
        await scene.fixture.redis.hdel(key, "messageId");
      }
    }

    await scene.announce(id);

    expect(answersTo(message)).toHaveLength(1);
  });

  it("is not answered again when a person marks it as failed", async () => {
    const { alex, id, message } = await asked();
    await become(id, interrupted());

    await scene.store.update(id, (record) => markFailed(record, { userId: alex.id, userName: "alex" }));
    await scene.announce(id);

    expect(answersTo(message)).toHaveLength(1);
  });

  it.each(["cancelled", "superseded", "refused", "expired", "void", "succeeded"] as const)(
    "is not answered when it ends as %s",
    async (state) => {
      const { id, message } = await asked();

      await become(id, { state, finishedAt: Date.now() });

      expect(answersTo(message)).toEqual([]);
    },
  );

  it("is not answered when it failed long ago", async () => {
    const { id, message } = await asked();

    await become(id, { ...failed(), finishedAt: Date.now() - 48 * 3_600_000 });

    expect(answersTo(message)).toEqual([]);
  });

  it("of a push, mentions nobody whom the configuration does not name", async () => {
    const { id, message } = await asked({
      origin: { kind: "push", branch: "main", pusher: `<@${scene.approver.id}> @everyone` },
    });

    await become(id, failed());

    expect(answersTo(message)).toEqual([]);
  });
});

describe("a rollback by Slipway itself", () => {
  it("mentions the person whose deployment did not hold", async () => {
    const { alex, id } = await asked();
    const bad = await scene.store.find(id);
    await become(id, { state: "succeeded", finishedAt: Date.now() });

    const rollback = await scene.waiting({
      kind: "rollback",
      state: "queued",
      createdAt: Date.now(),
      origin: { kind: "bake", deployment: bad?.number ?? 0 },
    });

    const [answer] = answersTo(rollback.message);
    expect(answer?.pinged).toEqual([alex.id]);
    expect(answer?.content).toContain("failed its bake period");
  });
});

describe("a deployment that was run again", () => {
  /** It broke off, a person had it run again, and it ends so. */
  async function runAgainInto(changes: Partial<DeploymentRecord>) {
    const scenery = await asked();
    const by = { userId: scenery.alex.id, userName: "alex" };
    await become(scenery.id, interrupted());
    await scene.store.update(scenery.id, (record) => runAgain(record, by));
    await scene.announce(scenery.id);
    await become(scenery.id, { ...changes, finishedAt: Date.now() + 3_660_000 });
    return { ...scenery, by };
  }

  it.each([
    ["fails", failed],
    ["breaks off again", interrupted],
  ])("and %s, is answered once more", async (_how, changes) => {
    const { alex, id, message } = await runAgainInto(changes());

    // Each call begins with nothing in memory, as after a restart.
    await scene.announce(id);
    await scene.announce(id);

    const answers = answersTo(message);
    expect(answers.map(({ pinged }) => pinged)).toEqual([[alex.id], [alex.id]]);
  });

  it("is answered once more although the announcer dies after Discord took that answer", async () => {
    const { id, message } = await runAgainInto(failed());
    const last = answersTo(message).at(-1);
    for (const key of await scene.fixture.redis.keys("slipway:announcement:*")) {
      if ((await scene.fixture.redis.hget(key, "messageId")) !== last?.id) continue;
      await scene.fixture.redis.hdel(key, "messageId");
      await scene.fixture.redis.hset(key, "attemptedAt", Date.now());
    }

    await scene.announce(id);

    expect(answersTo(message)).toHaveLength(2);
    const keys = await scene.fixture.redis.keys("slipway:announcement:*");
    const known = await Promise.all(keys.map((key) => scene.fixture.redis.hget(key, "messageId")));
    expect(known).toContain(last?.id);
  });

  it("is not answered again when it succeeds, or when a person marks it as failed", async () => {
    const succeeded = await runAgainInto({ state: "succeeded" });
    const marked = await runAgainInto(interrupted());
    await scene.store.update(marked.id, (record) => markFailed(record, marked.by));
    await scene.announce(marked.id);

    expect(answersTo(succeeded.message)).toHaveLength(1);
    expect(answersTo(marked.message)).toHaveLength(2);
  });

  it("mentions a person who marks it as failed before the answer was given no more", async () => {
    const { alex, id, message } = await asked();
    const by = { userId: alex.id, userName: "alex" };
    await become(id, interrupted());
    await scene.store.update(id, (record) => runAgain(record, by));
    await scene.store.update(id, (record) => ({ ...record, ...interrupted(), finishedAt: Date.now() + 1 }));
    await scene.store.update(id, (record) => markFailed(record, by));
    await scene.announce(id);

    expect(answersTo(message)).toHaveLength(1);
  });
});
