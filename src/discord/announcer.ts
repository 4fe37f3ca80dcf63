import type { RawFile } from "@discordjs/rest";
import type { LogStore } from "../deployments/log-store.js";
import { type DeploymentRecord, isFinal } from "../deployments/record.js";
import { channelOf, lookUpTarget } from "../deployments/targets.js";
import { lookUpView, type OutlookParts } from "./deployment-outlook.js";
import { type Announced, keepMessage, type MessageParts } from "./kept-message.js";
import { deploymentMessage, rolesToNotify } from "./messages/deployment-message.js";

export interface AnnouncerParts extends OutlookParts, MessageParts {
  readonly logs: LogStore;
  /** What people see of a stored log: without secrets and escape codes. */
  readonly shown: (log: string) => string;
}

/** Shorter than any job's lock: up to here no other process works on the same message. Milliseconds. */
const FROZEN_MS = 1_000;

/**
 * Keeps one Discord message a deployment in step with its record. Safe to call at any time and again.
 *
 * @throws DiscordAPIError, HTTPError when Discord does not take the message; the caller tries again
 */
export async function announceDeployment(parts: AnnouncerParts, id: string): Promise<Announced> {
  const began = parts.now();
  const record = await parts.store.find(id);
  if (record === undefined) return { kind: "done" };
  const target = lookUpTarget(parts.config, record);
  const view = await lookUpView(parts, record);
  const announced = await keepMessage(parts, {
    id,
    channelId: target ? channelOf(parts.config, target) : parts.config.discord.channel,
    body: deploymentMessage(view, parts.config.language),
    notified: rolesToNotify(view),
    files: () => logOf(parts, record),
  });
  const wasFrozen = parts.now() - began >= FROZEN_MS;
  if (announced.kind === "later" || !wasFrozen) return announced;
  // Another process may have shown the newest state meanwhile, and this one an old state after it.
  const now = await parts.store.find(id);
  return now?.version === record.version ? announced : { kind: "later", at: parts.now() };
}

/** The whole log, once the deployment has failed. */
async function logOf(parts: AnnouncerParts, record: DeploymentRecord): Promise<readonly RawFile[]> {
  if (!isFinal(record) || record.failure === undefined) return [];
  const stored = await parts.logs.read(record.id);
  if (stored.length === 0) return [];
  const data = parts.shown(stored.toString());
  const name = `${record.project}-${record.environment}-${record.number}.log`;
  return [{ name, data, contentType: "text/plain; charset=utf-8" }];
}
