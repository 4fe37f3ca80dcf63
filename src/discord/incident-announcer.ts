import { createHash } from "node:crypto";
import { Routes } from "discord-api-types/v10";
import { deploymentThrough, lookUpRunning } from "../app/look-up-running.js";
import type { IncidentMessages, Summary, Told } from "../app/monitoring/monitor-parts.js";
import { lastChange, rollbackPoint } from "../app/roll-back.js";
import type { Config } from "../config/schema.js";
import type { BadReleases } from "../deployments/bad-releases.js";
import type { RunningStore } from "../deployments/running-store.js";
import type { DeploymentStore } from "../deployments/store.js";
import { type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import type { Blindness } from "../health/incidents/board.js";
import { type Incident, isActive } from "../health/incidents/incident.js";
import type { IncidentStore } from "../health/incidents/incident-store.js";
import type { ActionStore } from "./action-store.js";
import { keepMessage, type MessageParts } from "./kept-message.js";
import type { MessageBody } from "./messages/deployment-message.js";
import { incidentActions, incidentMessage } from "./messages/incident-message.js";
import {
  blindnessCall,
  blindnessMessage,
  callMessage,
  recoveryMessage,
  summaryMessage,
} from "./messages/incident-notices.js";
import type { IncidentButtonIds, RunsThere } from "./messages/incident-view.js";

export interface IncidentAnnouncerParts extends MessageParts {
  readonly config: Config;
  readonly store: DeploymentStore;
  readonly running: RunningStore;
  readonly badReleases: BadReleases;
  readonly actions: Pick<ActionStore, "idFor">;
  readonly incidents: Pick<IncidentStore, "find">;
}

/**
 * Tells the channels of Discord about incidents. Each function throws DiscordAPIError or HTTPError when Discord does
 * not take the message; the caller tries again.
 */
export function createIncidentMessages(parts: IncidentAnnouncerParts): IncidentMessages {
  return {
    show: (incident, notified) => show(parts, incident, notified),
    call: (incident, call) => postCall(parts, incident, call),
    recover: (incident, silent) => recover(parts, incident, silent),
    summarize: (summary) => postSummary(parts, summary),
    reportBlindness: (blindness) => reportBlindness(parts, blindness),
  };
}

/** One message an incident, kept in step with it. */
async function show(
  parts: IncidentAnnouncerParts,
  incident: Incident,
  notified: readonly string[],
): Promise<Told> {
  const view = { incident, runs: await lookUpRuns(parts, incident) };
  const buttons = await buttonIds(parts, incident, incidentActions(view));
  const told = await keepMessage(parts, {
    id: incident.id,
    channelId: incident.channelId,
    body: incidentMessage({ ...view, buttons }, parts.config.language),
    notified,
    files: async () => [],
  });
  if (told.kind === "later") return told;
  // A process that was frozen in the middle has just shown what was long over.
  const now = await parts.incidents.find(incident.id);
  const same = JSON.stringify(now ?? incident) === JSON.stringify(incident);
  return same ? told : { kind: "later", at: parts.now() };
}

/** The message shows a release only where it is about one environment. */
async function lookUpRuns(
  parts: IncidentAnnouncerParts,
  { members }: Incident,
): Promise<readonly RunsThere[]> {
  const active = members.filter(isActive);
  const shown = members.length === 1 ? members : active.length === 1 ? active : [];
  const targets = shown.flatMap((member) => lookUpTarget(parts.config, member) ?? []);
  return Promise.all(targets.map((target) => runsThere(parts, target)));
}

async function runsThere(parts: IncidentAnnouncerParts, target: FoundTarget): Promise<RunsThere> {
  const { project, environment } = target;
  const running = await lookUpRunning(parts, target);
  const last = await lastChange(parts, target, running);
  return {
    ...{ project, environment, target, running },
    through: await deploymentThrough(parts.store, running),
    canRollBack: last !== undefined && (await rollbackPoint(parts, last, target)) !== undefined,
  };
}

async function buttonIds(
  { actions, config }: IncidentAnnouncerParts,
  incident: Incident,
  wanted: ReturnType<typeof incidentActions>,
): Promise<IncidentButtonIds> {
  const ids = wanted
    .filter((action) => action !== "logs" || hasLogs(config, incident))
    .map(async (action) => [action, await actions.idFor({ incident: incident.id }, action)] as const);
  return Object.fromEntries(await Promise.all(ids));
}

function hasLogs(config: Config, { members }: Incident): boolean {
  const only = members.find(isActive);
  const target = only && lookUpTarget(config, only);
  return target !== undefined && target.config.logs.length > 0;
}

/** A message of its own, so that a recovery notifies, and kept like the first: a crash does not make it twice. */
async function recover(parts: IncidentAnnouncerParts, incident: Incident, silent: boolean): Promise<Told> {
  return keepMessage(parts, {
    id: digestOf(["recovery", incident.id]),
    channelId: incident.channelId,
    body: recoveryMessage(incident, parts.config.language),
    notified: [],
    silent,
    files: async () => [],
  });
}

/** Where Slipway's own messages go: it is about none of the environments. */
async function reportBlindness(parts: IncidentAnnouncerParts, blindness: Blindness): Promise<Told> {
  const told = await keepMessage(parts, {
    id: blindness.id,
    channelId: parts.config.discord.channel,
    body: blindnessMessage(blindness, parts.config.language),
    notified: [],
    files: async () => [],
  });
  if (told.kind === "done" && blindness.until === undefined) await callForBlindness(parts, blindness);
  return told;
}

/** Only a person can tell whether it is Slipway that hears nothing, or everything that is down. */
async function callForBlindness(parts: IncidentAnnouncerParts, blindness: Blindness): Promise<void> {
  const { id, called = [] } = blindness;
  if (called.length === 0) return;
  const { discord, language } = parts.config;
  const body = blindnessCall(blindness, called, language);
  await callRoles(
    parts,
    { id, channelId: discord.channel },
    { body, roles: called, identity: ["call", id, ...called] },
  );
}

async function postCall(
  parts: IncidentAnnouncerParts,
  incident: Incident,
  call: Parameters<typeof callMessage>[1],
): Promise<void> {
  const { why, roles } = call;
  const body = callMessage(incident, call, parts.config.language);
  await callRoles(parts, incident, { body, roles, identity: ["call", incident.id, why, ...roles] });
}

/** Replies to a message that is kept, with a mention: an edit would notify nobody. */
async function callRoles(
  { rest, announcements, mentions }: IncidentAnnouncerParts,
  kept: Pick<Incident, "id" | "channelId">,
  call: {
    readonly body: MessageBody;
    readonly roles: readonly string[];
    readonly identity: readonly string[];
  },
): Promise<void> {
  const { messageId, channelId = kept.channelId } = (await announcements.find(kept.id)) ?? {};
  await rest.post(Routes.channelMessages(channelId), {
    body: {
      ...(await mentions.render(call.body)),
      ...(messageId && { message_reference: { message_id: messageId, fail_if_not_exists: false } }),
      allowed_mentions: { parse: [], roles: [...call.roles] },
      ...onceAs(call.identity),
    },
  });
}

async function postSummary(
  { config, rest, mentions }: IncidentAnnouncerParts,
  summary: Summary,
): Promise<void> {
  const { channelId, period, to } = summary;
  await rest.post(Routes.channelMessages(channelId), {
    body: {
      ...(await mentions.render(summaryMessage(summary, config.language))),
      allowed_mentions: { parse: [] },
      ...onceAs(["summary", channelId, period, String(to)]),
    },
  });
}

/** What is posted again within Discord's memory of nonces (some minutes) is one message. */
function onceAs(identity: readonly string[]) {
  return { nonce: digestOf(identity), enforce_nonce: true };
}

/** 24 characters: fits a nonce, and what is kept in step. */
function digestOf(identity: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 24);
}
