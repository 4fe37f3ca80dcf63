import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deploy } from "../../../commands/deploy.js";
import type { InteractionView, MessageView } from "../../../sandbox/discord/types.js";
import type { ActionOutcome } from "../../../src/app/outcomes.js";
import type { PersonLock } from "../../../src/deployments/locks.js";
import type { DeploymentState } from "../../../src/deployments/record.js";
import { FIRST_ORDER } from "../../../src/deployments/running.js";
import { lookUpTarget } from "../../../src/deployments/targets.js";
import { environmentRunning, hostRunning } from "../../../src/deployments/what-runs.js";
import type { App } from "../../../src/discord/command.js";
import { customIdOf } from "../../e2e/support.js";
import { aRecord, aRelease, otherSha } from "../../unit/deployments/samples.js";
import { ActionScene, held } from "./action-scene.js";

let scene: ActionScene;

beforeAll(async () => {
  scene = await ActionScene.start();
});
beforeEach(() => {
  scene.asked.length = 0;
  scene.logged.length = 0;
  scene.app = { mayApprove: async () => undefined };
});
afterAll(() => scene?.close());

const done = (state: DeploymentState = "queued") =>
  (async () => ({ kind: "done", record: aRecord({ state }) })) satisfies () => Promise<ActionOutcome>;

async function press(messageId: string, customId: string, person = scene.approver): Promise<InteractionView> {
  return scene.discord.pressButton(person.id, messageId, customId);
}
const contentOf = (view: InteractionView) => view.message?.content ?? "";
const changedNothing = () => scene.asked.filter(([name]) => name !== "mayApprove" && name !== "locks");

describe("Approve…", () => {
  it("opens a form that asks for the word and names the commit and the environment", async () => {
    const { id, message } = await scene.waiting();

    const { modal } = await press(message.id, await scene.idOf(id, "approve"));

    expect(modal?.title).toBe("Déployer sur prod\u202f?");
    expect(modal?.inputs).toEqual([
      expect.objectContaining({
        label: expect.stringMatching(/^Tapez DEPLOY\u202f: [0-9a-f]{7} → prod$/),
        placeholder: "DEPLOY",
        required: true,
        style: "short",
      }),
    ]);
  });

  it("takes exactly what was typed, and the person as Discord sent them with the form", async () => {
    scene.app = { ...scene.app, approve: done() };
    const { id, message } = await scene.waiting();
    const opened = await press(message.id, await scene.idOf(id, "approve"));

    const sent = await scene.discord.submitModal(scene.approver.id, opened.id, { word: " DEPLOY" });

    const person = {
      id: scene.approver.id,
      name: "camille",
      roles: expect.arrayContaining([scene.approverRole]),
    };
    expect(scene.asked.at(-1)).toEqual(["approve", id, person, " DEPLOY"]);
    expect(contentOf(sent)).toContain("✅ Approuvé.");
    expect(sent.message?.ephemeralFor).toBe(scene.approver.id);
  });

  it("tells a wrong word, and that nothing was changed", async () => {
    const refusal = { code: "wrong-word", typed: "deploy" } as const;
    scene.app = { ...scene.app, approve: async () => ({ kind: "refused", refusal }) };
    const { id, message } = await scene.waiting();
    const opened = await press(message.id, await scene.idOf(id, "approve"));

    const sent = await scene.discord.submitModal(scene.approver.id, opened.id, { word: "deploy" });

    expect(contentOf(sent)).toContain("Rien n’a été modifié\u202f: vous avez tapé `deploy`");
  });

  it("opens no form for somebody who may not approve", async () => {
    scene.app = { mayApprove: async () => ({ code: "own-request" }) };
    const { id, message } = await scene.waiting();

    const view = await press(message.id, await scene.idOf(id, "approve"));

    expect(view.modal).toBeUndefined();
    expect(contentOf(view)).toContain("quelqu’un d’autre doit l’approuver");
  });

  it("asks to press again when the form would come too late", async () => {
    const slow = held<undefined>();
    scene.app = { mayApprove: () => slow.promise };
    const { id, message } = await scene.waiting();

    const view = await press(message.id, await scene.idOf(id, "approve"));
    slow.settle(undefined);

    expect(view.state).toBe("thinking");
    expect((await scene.discord.waitForReply(view.id)).content).toContain("appuyez de nouveau");
  });

  it("defers a slow approval, then answers", async () => {
    const slow = held<ActionOutcome>();
    scene.app = { ...scene.app, approve: () => slow.promise };
    const { id, message } = await scene.waiting();
    const opened = await press(message.id, await scene.idOf(id, "approve"));

    const sent = await scene.discord.submitModal(scene.approver.id, opened.id, { word: "DEPLOY" });
    slow.settle({ kind: "done", record: aRecord() });

    expect(sent.state).toBe("thinking");
    expect((await scene.discord.waitForReply(sent.id)).content).toContain("Approuvé.");
  });

  it("answers everybody within 3 s when 50 people press at once", async () => {
    scene.app = { ...scene.app, approve: done() };
    const { id, message } = await scene.waiting();
    const customId = await scene.idOf(id, "approve");
    const people = Array.from({ length: 50 }, (_, index) =>
      scene.discord.addPerson({ name: `approver-${index}`, roles: [scene.approverRole] }),
    );

    const answers = await Promise.all(
      people.map(async (person) => {
        const opened = await press(message.id, customId, person);
        const sent = await scene.discord.submitModal(person.id, opened.id, { word: "DEPLOY" });
        return [opened.state, sent.state];
      }),
    );

    expect(answers.flat().filter((state) => state === "failed")).toEqual([]);
    expect(
      new Set(scene.asked.filter(([name]) => name === "approve").map(([, , person]) => person)),
    ).toHaveProperty("size", 50);
  });
});

const target = () => {
  const found = lookUpTarget(scene.config, { project: "shop", environment: "prod" });
  if (found === undefined) throw new Error("shop/prod is not configured");
  return found;
};

describe("a button", () => {
  const started = async (): Promise<ActionOutcome> => ({
    kind: "started",
    record: aRecord(),
    target: target(),
  });

  it.each([
    ["refuse", "awaiting-approval", "refuse", done("refused"), "Refusé."],
    ["cancel", "queued", "cancel", done("cancelled"), "Annulé."],
    ["rollback", "succeeded", "rollBackDeployment", started, "est en route"],
    ["retry", "failed", "retry", started, "est en route"],
  ] as const)("%s reaches its use case", async (action, state, useCase, answer, words) => {
    scene.app = { [useCase]: answer } as Partial<App>;
    // Without an earlier release there is nothing to roll back to.
    await scene.unannounced({ state: "succeeded", release: aRelease({ sha: otherSha }), finishedAt: 1 });
    const starts = action === "rollback" || action === "retry";
    // What ended long ago would get no message.
    const { id, message } = await scene.waiting({ state, ...(starts && { finishedAt: Date.now() }) });

    const view = await press(message.id, await scene.idOf(id, action));

    const [name, ...args] = scene.asked.at(-1) ?? [];
    expect([name, args[0], args[2]]).toEqual([useCase, id, starts ? view.id : undefined]);
    expect(contentOf(view)).toContain(words);
  });

  it("is answered when its use case breaks, and the fault is logged", async () => {
    scene.app = { refuse: () => Promise.reject(new Error("Redis went away")) };
    const { id, message } = await scene.waiting();

    const view = await press(message.id, await scene.idOf(id, "refuse"));

    expect(contentOf(view)).toContain("Erreur interne de Slipway");
    expect(scene.logged.join()).toContain("Redis went away");
  });

  it("is answered while Redis cannot be reached", async () => {
    scene.app = { available: () => false };
    const { id, message } = await scene.waiting();

    const view = await press(message.id, await scene.idOf(id, "refuse"));

    expect(contentOf(view)).toContain("Redis");
    expect(changedNothing()).toEqual([]);
  });
});

describe("a forged press", () => {
  const forge = (channelId: string, messageId: string, customId: string) =>
    scene.discord.forgeButton(scene.approver.id, channelId, messageId, customId);

  it.each([
    ["of an id that was never given out", async () => "0".repeat(32), "own", "own"],
    ["of an id in another form", async () => "refuse:1", "own", "own"],
    ["copied to the message of another deployment", (id: string) => scene.idOf(id, "refuse"), "other", "own"],
    ["sent from another channel", (id: string) => scene.idOf(id, "refuse"), "own", "elsewhere"],
    ["on a message that does not exist", (id: string) => scene.idOf(id, "refuse"), "none", "own"],
    ["of a form's id, as if a button had it", (id: string) => scene.idOf(id, "confirm"), "own", "own"],
    ["of a deployment without a message", () => scene.idOf("f".repeat(24), "refuse"), "own", "own"],
  ] as const)("%s changes nothing, says so and is logged", async (_what, customIdOf, where, channel) => {
    const { id, message } = await scene.waiting();
    const other = await scene.waiting();
    const messageId = { own: message.id, other: other.message.id, none: "112233445566778899" }[where];
    const channelId = channel === "own" ? scene.channel.id : scene.elsewhere.id;

    const view = await forge(channelId, messageId, await customIdOf(id));

    expect(contentOf(view)).toContain("n’appartient pas à ce message");
    expect(scene.asked).toEqual([]);
    expect(scene.logged.join()).toContain(scene.approver.id);
  });
});

describe("Deploy again", () => {
  const deployedBy = aRecord({ environment: "prod", state: "succeeded", finishedAt: 1_700_000_000_000 });
  let question: MessageView;

  beforeEach(async () => {
    const { applicationId, guildId } = scene.discord;
    const { release, finishedAt: since = 0 } = deployedBy;
    const application = { kind: "release", release, since, deployment: deployedBy, source: "step" } as const;
    const entry = { schema: 1, order: FIRST_ORDER, application } as const;
    scene.commands = [deploy];
    scene.app = {
      requestDeployment: async ({ requestId, person }) => ({
        ...{ kind: "runs-already", target: target(), through: deployedBy },
        running: environmentRunning([hostRunning("web-1", { kind: "known", entry })]),
        again: { project: "shop", environment: "prod", sha: release.sha, requestId, userId: person.id },
      }),
      againButton: (again) => scene.actions.idFor({ again }, "deploy-again"),
      deployAgain: async () => ({ kind: "started", record: aRecord(), target: target() }),
    };
    await scene.rest.put(`/applications/${applicationId}/guilds/${guildId}/commands`, {
      body: [deploy.definition],
    });
    const options = { environment: "prod" };
    const view = await scene.discord.runCommand(scene.approver.id, scene.channel.id, "deploy", options);
    question = view.message ?? (await scene.discord.waitForReply(view.id));
    scene.asked.length = 0;
  });

  it("is asked only of the person who requested what runs already, with since when and through what", () => {
    expect(question.content).toContain("Ce commit est déjà en place sur **shop / prod**");
    expect(question.content).toMatch(/1234567.* · depuis <t:1700000000:R> · déploiement n°\s7/);
    expect(question.content).toContain("Rien n’a été lancé.");
    expect(question.ephemeralFor).toBe(scene.approver.id);
  });

  it("goes on with that request", async () => {
    const view = await press(question.id, customIdOf(question, "Redéployer"));

    const again = expect.objectContaining({ sha: deployedBy.release.sha, userId: scene.approver.id });
    expect(scene.asked.at(-1)).toEqual([
      "deployAgain",
      again,
      expect.objectContaining({ id: scene.approver.id }),
    ]);
    expect(contentOf(view)).toContain("est en route");
  });

  it("is refused to somebody else, who may not deploy", async () => {
    const { id: stranger } = scene.discord.addPerson({ name: "mallory", roles: [], locale: "fr" });

    const customId = customIdOf(question, "Redéployer");
    const view = await scene.discord.forgeButton(stranger, scene.channel.id, question.id, customId);

    expect(contentOf(view)).toContain("n’appartient pas à ce message");
    expect(scene.asked).toEqual([]);
    expect(scene.logged.join()).toContain(stranger);
  });
});

describe("Unlock", () => {
  const lock: PersonLock = {
    ...{ project: "shop", environment: "prod", owner: { userId: "1", userName: "alex" }, reason: "The fair" },
    ...{ since: 1_700_000_000_000, expiresAt: 1_800_000_000_000, reminded: true },
  };
  const reminder = async (of: PersonLock, channel = scene.channel) => {
    const customId = await scene.actions.buttonId(of);
    const components = [
      { type: 1, components: [{ type: 2, style: 2, label: "Unlock", custom_id: customId }] },
    ];
    const body = { content: "⏰", components };
    await scene.rest.post(`/channels/${channel.id}/messages`, { body });
    const message = scene.discord.messages(channel.id).at(-1);
    return { messageId: message?.id ?? "", customId };
  };

  beforeEach(() => {
    scene.app = {
      locks: async () => ({ locks: [lock], freezes: [] }),
      unlock: async () => ({ kind: "unlocked", lock }),
    };
  });

  it.each([
    ["an environment", lock, "prod"],
    ["a whole project", { ...lock, environment: undefined }, "all"],
  ])("takes the lock of %s off", async (_what, taken, environment) => {
    scene.app = { ...scene.app, locks: async () => ({ locks: [taken], freezes: [] }) };
    const { messageId, customId } = await reminder(taken);

    const view = await press(messageId, customId);

    expect(scene.asked.at(-1)).toMatchObject(["unlock", { project: "shop", environment }]);
    expect(contentOf(view)).toContain("Verrou levé sur");
  });

  it("names the very lock that its message is about, so that a later one stays", async () => {
    const earlier = { ...lock, since: lock.since - 1 };
    scene.app = {
      ...scene.app,
      unlock: async () => ({ kind: "not-locked", scope: { project: "shop", environment: "prod" } }),
    };
    const { messageId, customId } = await reminder(earlier);

    const view = await press(messageId, customId);

    expect(scene.asked.at(-1)).toMatchObject(["unlock", { since: earlier.since }]);
    expect(contentOf(view)).toContain("il n’y a pas de verrou");
  });

  it("does nothing in another channel", async () => {
    const { messageId, customId } = await reminder(lock, scene.elsewhere);

    const view = await press(messageId, customId);

    expect(contentOf(view)).toContain("n’appartient pas à ce message");
    expect(changedNothing()).toEqual([]);
  });
});

describe("a deployment whose channel takes no message", () => {
  it.each([
    ["Slipway may not post there", 403, 50013, "n’a pas le droit d’écrire"],
    ["Slipway may not see it", 403, 50001, "n’a pas le droit d’écrire"],
    ["there is none such", 404, 10003, "n’existe pas"],
  ])("because %s is told to the person who asked, who gets the buttons", async (_why, status, code, said) => {
    scene.discord.queueFault({ fault: { kind: "refuse", status, code }, method: "POST", path: /messages$/ });
    const { id } = await scene.unannounced();
    const announced = scene.announce(id).catch((error: unknown) => error);
    const definition = { name: "request", description: "Requests" };
    scene.commands = [{ definition, execute: async () => ({ content: "asked", deployment: id }) }];
    const { applicationId, guildId } = scene.discord;
    await scene.rest.put(`/applications/${applicationId}/guilds/${guildId}/commands`, { body: [definition] });
    scene.app = { ...scene.app, refuse: done() };

    const asked = await scene.discord.runCommand(scene.approver.id, scene.channel.id, "request");

    expect(await announced).toMatchObject({ code });
    const answer = () => scene.discord.interaction(asked.id).message;
    await expect.poll(() => answer()?.content).toContain(said);
    const customId = await scene.idOf(id, "refuse");
    await expect.poll(() => JSON.stringify(answer()?.components)).toContain(customId);
    scene.asked.length = 0;
    await expect
      .poll(async () => {
        await scene.discord.pressButton(scene.approver.id, answer()?.id ?? "", customId);
        return scene.asked.map(([name]) => name);
      })
      .toContain("refuse");
  });
});

describe("a command's answer", () => {
  it("comes without its files where Discord does not take them, and says so", async () => {
    const definition = { name: "export", description: "Exports" };
    scene.commands = [
      {
        definition,
        execute: async () => ({ content: "here", files: [{ name: "a.txt", data: Buffer.from("a") }] }),
      },
    ];
    const { applicationId, guildId } = scene.discord;
    await scene.rest.put(`/applications/${applicationId}/guilds/${guildId}/commands`, { body: [definition] });
    scene.discord.queueFault({
      fault: { kind: "refuse", status: 413, code: 40005 },
      method: "POST",
      path: /callback/,
    });

    const view = await scene.discord.runCommand(scene.approver.id, scene.channel.id, "export");

    expect(view.message?.content).toMatch(/^here\n-# Discord n’a pas accepté le fichier/);
    expect(view.message?.attachments).toEqual([]);
  });

  it("carries its files", async () => {
    const definition = { name: "export", description: "Exports" };
    scene.commands = [
      {
        definition,
        execute: async () => ({
          content: "here",
          files: [{ name: "audit.jsonl", data: Buffer.from("{}\n") }],
        }),
      },
    ];
    const { applicationId, guildId } = scene.discord;
    await scene.rest.put(`/applications/${applicationId}/guilds/${guildId}/commands`, { body: [definition] });

    const view = await scene.discord.runCommand(scene.approver.id, scene.channel.id, "export");

    const [file] = view.message?.attachments ?? [];
    expect(file?.filename).toBe("audit.jsonl");
    expect(scene.discord.attachment(file?.id ?? "").toString()).toBe("{}\n");
  });
});

it("a request that was processed is said to be so where Discord did not take its answer", async () => {
  scene.app = { ...scene.app, cancel: done() };
  const { id, message } = await scene.waiting();
  scene.discord.queueFault({
    fault: { kind: "status", status: 404 },
    method: "POST",
    path: /callback/,
    times: 1,
  });

  await press(message.id, await scene.idOf(id, "cancel")).catch(() => undefined);

  await expect
    .poll(() => scene.discord.messages(scene.channel.id).map(({ content }) => content))
    .toContainEqual(expect.stringContaining("Slipway has processed the request"));
});
