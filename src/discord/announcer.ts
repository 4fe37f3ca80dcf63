import { createHash } from "node:crypto";
import type { REST } from "@discordjs/rest";
import { RESTJSONErrorCodes, Routes } from "discord-api-types/v10";
import { z } from "zod";
import type { LogStore } from "../deployments/log-store.js";
import { type DeploymentRecord, isFinal } from "../deployments/record.js";
import { channelOf, lookUpTarget } from "../deployments/targets.js";
import type { Announcement, AnnouncementStore } from "./announcement-store.js";
import { lookUpView, type OutlookParts } from "./deployment-outlook.js";
import { hasErrorCode } from "./error-code.js";
import { deploymentMessage, type MessageBody, rolesToNotify } from "./messages/deployment-message.js";

/** Discord allows 5 edits per 5 s in a channel; several deployments may share one. Milliseconds. */
const EDIT_INTERVAL_MS = 2_000;

const CreatedMessage = z.object({
  id: z.string(),
  content: z.string(),
  embeds: z.array(z.object({ description: z.string().optional() })),
});

export interface AnnouncerParts extends OutlookParts {
  readonly rest: REST;
  readonly logs: LogStore;
  readonly announcements: AnnouncementStore;
}

export type Announced =
  | { readonly kind: "done" }
  /** Too early for another edit. Milliseconds since the epoch. */
  | { readonly kind: "later"; readonly at: number };

/**
 * Keeps one Discord message a deployment in step with its record. Safe to call at any time and again: the nonce
 * makes the creation happen once, the content's hash spares edits that would change nothing.
 *
 * @throws DiscordAPIError, HTTPError when Discord does not take the message; the caller tries again
 */
export async function announceDeployment(parts: AnnouncerParts, id: string): Promise<Announced> {
  const record = await parts.store.find(id);
  if (record === undefined) return { kind: "done" };
  const target = lookUpTarget(parts.config, record);
  const view = await lookUpView(parts, record);
  const body = deploymentMessage(view, parts.config.language);
  const hash = hashOf(body);

  const known = await parts.announcements.find(id);
  if (known?.messageId === undefined) {
    const channelId =
      known?.channelId ?? (target ? channelOf(parts.config, target) : parts.config.discord.channel);
    const announcement = { channelId, generation: known?.generation ?? 0, hash, editedAt: 0 };
    return create(parts, record, body, announcement, rolesToNotify(view));
  }
  if (known.hash === hash) return { kind: "done" };
  const at = known.editedAt + EDIT_INTERVAL_MS;
  if (parts.now() < at) return { kind: "later", at };
  return edit(parts, record, body, { ...known, messageId: known.messageId, hash });
}

/** @param notified roles: only a deployment's first message notifies anybody */
async function create(
  parts: AnnouncerParts,
  record: DeploymentRecord,
  body: MessageBody,
  announcement: Announcement,
  notified: readonly string[] = [],
): Promise<Announced> {
  const answer = await parts.rest.post(Routes.channelMessages(announcement.channelId), {
    ...(await withLog(parts, record)),
    body: {
      ...body,
      allowed_mentions: { parse: [], roles: [...notified] },
      nonce: `${record.id}${announcement.generation % 10}`,
      enforce_nonce: true,
    },
  });
  const message = CreatedMessage.parse(answer);
  if (shows(message, body)) {
    await parts.announcements.save(record.id, { ...announcement, messageId: message.id });
    return { kind: "done" };
  }
  // The nonce found the message that an attempt before this one made: it shows an earlier state.
  await parts.announcements.save(record.id, { ...announcement, messageId: message.id, hash: "" });
  return { kind: "later", at: parts.now() };
}

function shows(message: z.output<typeof CreatedMessage>, { content, embeds }: MessageBody): boolean {
  return message.content === content && message.embeds[0]?.description === embeds?.[0]?.description;
}

async function edit(
  parts: AnnouncerParts,
  record: DeploymentRecord,
  body: MessageBody,
  announcement: Announcement & { messageId: string },
): Promise<Announced> {
  const { channelId, messageId, generation } = announcement;
  try {
    await parts.rest.patch(Routes.channelMessage(channelId, messageId), {
      ...(await withLog(parts, record)),
      body: { ...body, allowed_mentions: { parse: [] } },
    });
  } catch (error) {
    if (!hasErrorCode(error, RESTJSONErrorCodes.UnknownMessage)) throw error;
    const renewed = { channelId, generation: generation + 1, hash: announcement.hash, editedAt: 0 };
    return create(parts, record, body, renewed);
  }
  await parts.announcements.save(record.id, { ...announcement, editedAt: parts.now() });
  return { kind: "done" };
}

/** The whole log, once the deployment has failed. */
async function withLog(parts: AnnouncerParts, record: DeploymentRecord) {
  if (!isFinal(record) || record.failure === undefined) return {};
  const data = await parts.logs.read(record.id);
  if (data.length === 0) return {};
  const name = `${record.project}-${record.environment}-${record.number}.log`;
  return { files: [{ name, data, contentType: "text/plain; charset=utf-8" }] };
}

function hashOf(body: MessageBody): string {
  return createHash("sha256").update(JSON.stringify(body)).digest("hex");
}
