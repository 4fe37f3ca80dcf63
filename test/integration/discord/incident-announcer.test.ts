import { MessageFlags } from "discord-api-types/v10";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { IncidentMessages } from "../../../src/app/monitoring/monitor-parts.js";
import { BadReleases } from "../../../src/deployments/bad-releases.js";
import { RunningStore } from "../../../src/deployments/running-store.js";
import { createIncidentMessages } from "../../../src/discord/incident-announcer.js";
import type { Incident } from "../../../src/health/incidents/incident.js";
import { ActionScene } from "./action-scene.js";

let scene: ActionScene;
let incidents = 0;

beforeAll(async () => {
  scene = await ActionScene.start();
});
afterAll(() => scene?.close());

function anIncident(changes: Partial<Incident> = {}): Incident {
  const at = 1_700_000_000_000;
  const place = { project: "shop", environment: "prod" };
  return {
    ...{ schema: 1, id: (++incidents).toString(16).padStart(24, "0"), channelId: scene.channel.id },
    ...{ startedAt: at, openedAt: at, mentioned: [], escalatedTo: [] },
    members: [{ ...place, state: "down", downSince: at, confirmedAt: at, failing: [] }],
    ...changes,
  };
}

function ended(incident: Incident): Incident {
  const at = incident.startedAt + 60_000;
  const members = incident.members.map((member) => ({
    ...member,
    state: "recovered" as const,
    answersSince: at,
  }));
  return { ...incident, members, closedAt: at + 1, recoveredAt: at };
}

/** A process that may be told of another state of the incident when it looks again. */
function process(newest?: Incident, where = scene, now = Date.now): IncidentMessages {
  const { config, store, actions, announcements, mentions, rest } = where;
  return createIncidentMessages({
    ...{ config, store, actions, announcements, mentions, rest, now },
    ...{ running: new RunningStore(where.fixture.redis), badReleases: new BadReleases(where.fixture.redis) },
    incidents: { find: async () => newest },
  });
}

function messagesSince(count: number) {
  return scene.discord.messages(scene.channel.id).slice(count);
}

describe("the messages of an incident", () => {
  it("are one, however often it is shown, and notify its roles once", async () => {
    const count = messagesSince(0).length;
    const incident = anIncident({ mentioned: [scene.approverRole] });
    await process().show(incident, incident.mentioned);
    await process().show(incident, incident.mentioned);

    expect(messagesSince(count).map(({ pinged }) => pinged)).toEqual([[scene.approverRole]]);
  });

  it("are one, also when two workers make it at the same moment", async () => {
    const count = messagesSince(0).length;
    const incident = anIncident();
    await Promise.all([process().show(incident, []), process().show(incident, [])]);

    expect(messagesSince(count)).toHaveLength(1);
  });

  it("come again when the incident changed while it was shown", async () => {
    const incident = anIncident();

    expect(await process(ended(incident)).show(incident, [])).toMatchObject({ kind: "later" });
  });

  it("have a button for logs only where there are some", async () => {
    const count = messagesSince(0).length;
    await process().show(anIncident(), []);

    const [message] = messagesSince(count);
    expect(JSON.stringify(message?.components)).toContain("Acknowledge");
    expect(JSON.stringify(message?.components)).not.toContain("Show logs");
  });

  it("have no buttons once it has ended", async () => {
    const count = messagesSince(0).length;
    await process().show(ended(anIncident()), []);

    expect(messagesSince(count).map(({ components }) => components)).toEqual([[]]);
  });

  it("say of the recovery once, in a message of its own", async () => {
    const count = messagesSince(0).length;
    const incident = ended(anIncident());
    for (let time = 0; time < 2; time++) await process().recover(incident, false);

    expect(messagesSince(count).map(({ content }) => content)).toEqual([
      expect.stringContaining("Up again after 1 min"),
    ]);
  });

  it("make no sound for the recovery of what was snoozed", async () => {
    const count = messagesSince(0).length;
    await process().recover(ended(anIncident()), true);

    expect(messagesSince(count)[0]?.flags).toBe(MessageFlags.SuppressNotifications);
  });

  it("call roles in one reply, which notifies them", async () => {
    const incident = anIncident();
    await process().show(incident, []);
    const count = messagesSince(0).length;
    const call = { why: "unacknowledged", roles: [scene.approverRole] } as const;
    for (let time = 0; time < 2; time++) await process().call(incident, { ...call, roles: [...call.roles] });

    const alert = await scene.announcements.find(incident.id);
    const posted = scene.discord.requests.findLast(({ method }) => method === "POST");
    expect(messagesSince(count).map(({ pinged }) => pinged)).toEqual([[scene.approverRole]]);
    expect(posted?.body).toMatchObject({ message_reference: { message_id: alert?.messageId } });
  });

  it("still call when people deleted the alert", async () => {
    const incident = anIncident();
    await process().show(incident, []);
    const alert = await scene.announcements.find(incident.id);
    await scene.rest.delete(`/channels/${scene.channel.id}/messages/${alert?.messageId}`);
    const count = messagesSince(0).length;
    await process().call(incident, { why: "joined", roles: [scene.approverRole] });

    expect(messagesSince(count)).toHaveLength(1);
  });

  it("sum up once", async () => {
    const count = messagesSince(0).length;
    const fared = { project: "shop", environment: "prod", incidents: 1, downtimeMs: 60_000, isDown: false };
    const summary = { channelId: scene.channel.id, period: "daily", from: 0, to: 86_400_000 } as const;
    for (let time = 0; time < 2; time++) {
      await process().summarize({ ...summary, environments: [{ ...fared, uptime: 0.999 }] });
    }

    expect(messagesSince(count)).toHaveLength(1);
  });
});

describe("an alert whose maker was killed before it knew of it", () => {
  let forgetful: ActionScene;

  beforeAll(async () => {
    // Discord has forgotten the nonce by the time that Slipway is back.
    forgetful = await ActionScene.start({ nonceMs: 0 });
  });
  afterAll(() => forgetful?.close());

  it("is found by the next one, also when an environment has joined meanwhile", async () => {
    const { announcements, channel, discord } = forgetful;
    const before = discord.messages(channel.id).length;
    const alert = anIncident({ channelId: channel.id });
    const attemptedAt = Date.now() - 1_000;
    await process(undefined, forgetful).show(alert, []);
    const unknown = { channelId: channel.id, generation: 0, hash: "", editedAt: 0, attemptedAt };
    await announcements.save(alert.id, unknown);

    const startedAt = alert.startedAt - 60_000;
    const joined = alert.members.map((each) => ({ ...each, environment: "uat", downSince: startedAt }));
    const both = { ...alert, startedAt, members: [...alert.members, ...joined] };
    const later = () => Date.now() + 10 * 60_000;
    for (let time = 0; time < 2; time++) await process(undefined, forgetful, later).show(both, []);

    const [message, ...others] = discord.messages(channel.id).slice(before);
    expect(others).toEqual([]);
    expect((await announcements.find(alert.id))?.messageId).toBe(message?.id);
    expect(JSON.stringify(message)).toContain("shop / uat");
  });
});
