import type { RawFile } from "@discordjs/rest";
import type { LogStore } from "../deployments/log-store.js";
import { type DeploymentRecord, isFinal } from "../deployments/record.js";
import { channelOf, lookUpTarget } from "../deployments/targets.js";
import { lookUpView, type OutlookParts } from "./deployment-outlook.js";
import { callForFailure } from "./failure-call.js";
import { type Announced, keepMessage, type MessageParts } from "./kept-message.js";
import { deploymentMessage, type MessageBody, rolesToNotify } from "./messages/deployment-message.js";

export interface AnnouncerParts extends OutlookParts, MessageParts {
  readonly logs: LogStore;
  /** What people see of a stored log: without secrets and escape codes. */
  readonly shown: (log: string) => string;
}

/** Shorter than any job's lock: up to here no other process works on the same message. Milliseconds. */
const FROZEN_MS = 1_000;

/** Longer than Discord is ever away. Milliseconds. */
const NOT_MADE_ANEW_MS = 14 * 24 * 3_600_000;

/**
 * Keeps one Discord message a deployment in step with its record. Safe to call at any time and again.
 *
 * @throws DiscordAPIError, HTTPError when Discord does not take the message; the caller tries again
 */
export async function announceDeployment(parts: AnnouncerParts, id: string): Promise<Announced> {
  const began = parts.now();
  const record = await parts.store.find(id);
  if (record === undefined || (await isForgotten(parts, record, began))) return { kind: "done" };
  const target = lookUpTarget(parts.config, record);
  const hasLog = isFinal(record) && record.failure !== undefined;
  const log = hasLog ? await parts.logs.state(id) : undefined;
  const view = { ...(await lookUpView(parts, record)), log };
  const announced = await keepMessage(parts, {
    id,
    channelId: target ? channelOf(parts.config, target) : parts.config.discord.channel,
    body: deploymentMessage(view, parts.config.language),
    notified: rolesToNotify(view),
    files: async () => (hasLog ? logOf(parts, record) : []),
    withoutFiles: deploymentMessage({ ...view, log: "refused" }, parts.config.language),
  });
  if (announced.kind === "done" && target !== undefined) {
    const called = await callForFailure(parts, target, record);
    if (called.kind === "later") return called;
  }
  const wasFrozen = parts.now() - began >= FROZEN_MS;
  if (announced.kind === "later" || !wasFrozen) return announced;
  // Another process may have shown the newest state meanwhile, and this one an old state after it.
  const now = await parts.store.find(id);
  return now?.version === record.version ? announced : { kind: "later", at: parts.now() };
}

/** Which message is that of a deployment is not remembered for ever: what ended long ago is not posted anew. */
async function isForgotten(
  { announcements }: AnnouncerParts,
  record: DeploymentRecord,
  now: number,
): Promise<boolean> {
  const endedAt = isFinal(record) ? (record.finishedAt ?? record.createdAt) : undefined;
  if (endedAt === undefined || now - endedAt < NOT_MADE_ANEW_MS) return false;
  return (await announcements.find(record.id)) === undefined;
}

/** The message as it should look now; undefined where there is no such deployment. */
export async function drawDeployment(parts: OutlookParts, id: string): Promise<MessageBody | undefined> {
  const record = await parts.store.find(id);
  return record && deploymentMessage(await lookUpView(parts, record), parts.config.language);
}

/** @returns undefined where the log is no longer kept: what the message has attached stays there */
async function logOf(
  parts: AnnouncerParts,
  record: DeploymentRecord,
): Promise<readonly RawFile[] | undefined> {
  const stored = await parts.logs.find(record.id);
  if (stored === undefined) return undefined;
  const data = parts.shown(stored.text.toString()) + (stored.isOpen ? OPEN_NOTE : "");
  const name = `${record.project}-${record.environment}-${record.number}.log`;
  return [{ name, data, contentType: "text/plain; charset=utf-8" }];
}

const OPEN_NOTE = "\n[Slipway: the end of the output above is missing: it could not be stored.]\n";
