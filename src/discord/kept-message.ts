import { createHash } from "node:crypto";
import type { RawFile, REST } from "@discordjs/rest";
import { MessageFlags, RESTJSONErrorCodes, Routes } from "discord-api-types/v10";
import { z } from "zod";
import type { Announcement, AnnouncementStore } from "./announcement-store.js";
import type { CommandMentions } from "./command-mentions.js";
import { channelRefusal, hasErrorCode } from "./error-code.js";
import type { MessageBody } from "./messages/deployment-message.js";
import { sendFiles } from "./send-files.js";

/** Discord allows 5 edits per 5 s in a channel; several messages may share one. Milliseconds. */
const EDIT_INTERVAL_MS = 2_000;
/** Discord forgets nonces after "a few minutes"; up to here one is sure to be remembered. Milliseconds. */
const NONCE_MEMORY_MS = 60_000;
/** Discord's first second of 2015, from which its ids count. Milliseconds since the epoch. */
const DISCORD_EPOCH = 1_420_070_400_000;

const ChannelMessage = z.object({
  id: z.string(),
  content: z.string(),
  embeds: z.array(
    z.object({
      description: z.string().optional(),
      fields: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
      footer: z.object({ text: z.string() }).optional(),
      timestamp: z.string().optional(),
    }),
  ),
});
type ChannelMessage = z.output<typeof ChannelMessage>;

export interface MessageParts {
  readonly rest: REST;
  readonly announcements: AnnouncementStore;
  readonly mentions: Pick<CommandMentions, "render">;
  readonly now: () => number;
}

/** One message that is kept in step with something, as it should look now. */
export interface KeptMessage {
  /** What it is about. At most 24 characters, so that it fits a nonce. */
  readonly id: string;
  /** Where it is created; one that is there stays where it is. */
  readonly channelId: string;
  /** Its first embed tells it from every other message: footer and timestamp never change. */
  readonly body: MessageBody;
  /** Roles that the first message notifies, and no later one. */
  readonly notified: readonly string[];
  /** People whom the first message notifies, and no later one. */
  readonly people?: readonly string[];
  /** The message of the same channel that it answers. */
  readonly replyTo?: string;
  /** Its creation makes no sound on anybody's phone. */
  readonly silent?: boolean;
  /** @returns undefined to leave those that the message has */
  files(): Promise<readonly RawFile[] | undefined>;
  /** What is shown where Discord does not take the files; without it, the same. */
  readonly withoutFiles?: MessageBody;
}

export type Announced =
  | { readonly kind: "done" }
  /** Too early for another edit. Milliseconds since the epoch. */
  | { readonly kind: "later"; readonly at: number };

/**
 * Creates the message, or edits it where it shows something else. Safe to call at any time and again, also after a
 * crash in the middle: the nonce makes the creation happen once, and once Discord may have forgotten that, the
 * message is looked for in the channel; the hash of the content spares edits that would change nothing.
 *
 * @throws DiscordAPIError, HTTPError when Discord does not take the message; the caller tries again
 */
export async function keepMessage(parts: MessageParts, drawn: KeptMessage): Promise<Announced> {
  const { body, withoutFiles, ...rest } = drawn;
  const message = {
    ...{ ...rest, body: await parts.mentions.render(body) },
    ...(withoutFiles && { withoutFiles: await parts.mentions.render(withoutFiles) }),
  };
  const hash = hashOf(message.body);
  const known = await parts.announcements.find(message.id);
  if (known?.messageId !== undefined) {
    if (known.hash === hash) return { kind: "done" };
    const at = known.editedAt + EDIT_INTERVAL_MS;
    if (parts.now() < at) return { kind: "later", at };
    return edit(parts, message, { ...known, messageId: known.messageId, hash });
  }
  const { channelId, generation, attemptedAt } = known ?? { channelId: message.channelId, generation: 0 };
  const announcement = { channelId, generation, hash, editedAt: 0 };
  const found = attemptedAt === undefined ? undefined : await findEarlier(parts, message, known);
  if (found !== undefined) return adopt(parts, message, announcement, found);
  return create(parts, message, { ...announcement, attemptedAt: attemptedAt ?? parts.now() });
}

async function create(
  parts: MessageParts,
  message: KeptMessage,
  announcement: Announcement,
  { notified, people = [] }: Pick<KeptMessage, "notified" | "people"> = message,
): Promise<Announced> {
  await parts.announcements.save(message.id, announcement);
  const { channelId, generation } = announcement;
  const { replyTo } = message;
  const files = [...((await message.files()) ?? [])];
  const post = (body: MessageBody, files: RawFile[]) =>
    parts.rest.post(Routes.channelMessages(channelId), {
      files,
      body: {
        ...body,
        ...(message.silent && { flags: MessageFlags.SuppressNotifications }),
        ...(replyTo !== undefined && {
          message_reference: { message_id: replyTo, fail_if_not_exists: false },
        }),
        allowed_mentions: {
          ...{ parse: [], roles: [...notified] },
          ...(people.length > 0 && { users: [...people] }),
        },
        nonce: `${message.id}${generation % 10}`,
        enforce_nonce: true,
      },
    });
  try {
    return await sendFiles(files, async (sent, refused) => {
      const body = refused ? (message.withoutFiles ?? message.body) : message.body;
      const answer = await post(body, sent);
      return adopt(parts, { ...message, body }, announcement, ChannelMessage.parse(answer));
    });
  } catch (error) {
    const refused = channelRefusal(error);
    if (refused !== undefined) await parts.announcements.save(message.id, { ...announcement, refused });
    throw error;
  }
}

/** What an attempt before this one made may show an earlier state. */
async function adopt(
  parts: MessageParts,
  { id, body }: KeptMessage,
  { attemptedAt: _, ...announcement }: Announcement,
  found: ChannelMessage,
): Promise<Announced> {
  const upToDate = shows(found, body);
  const hash = upToDate ? announcement.hash : "";
  await parts.announcements.save(id, { ...announcement, messageId: found.id, hash });
  return upToDate ? { kind: "done" } : { kind: "later", at: parts.now() };
}

function shows(message: ChannelMessage, { content, embeds }: MessageBody): boolean {
  const [seen, wanted] = [message.embeds[0], embeds?.[0]];
  return message.content === content && textOf(seen) === textOf(wanted);
}

function textOf(embed: Pick<ChannelMessage["embeds"][number], "description" | "fields"> | undefined): string {
  const fields = embed?.fields?.map(({ name, value }) => [name, value]);
  return JSON.stringify([embed?.description, fields ?? []]);
}

/** The message that an earlier process made, and did not live to remember, among the 100 that followed. */
async function findEarlier(
  { rest, now }: MessageParts,
  { body, channelId }: KeptMessage,
  known: Announcement | undefined,
): Promise<ChannelMessage | undefined> {
  const since = known?.attemptedAt ?? 0;
  if (now() - since < NONCE_MEMORY_MS) return undefined;
  const query = new URLSearchParams({ limit: "100", after: idAt(since - NONCE_MEMORY_MS) });
  const answer = await rest
    .get(Routes.channelMessages(known?.channelId ?? channelId), { query })
    .catch(noneWhereHistoryIsClosed);
  const own = body.embeds?.[0];
  return z
    .array(ChannelMessage)
    .parse(answer)
    .find(({ embeds: [embed] }) => {
      const isSameMoment = Date.parse(embed?.timestamp ?? "") === Date.parse(own?.timestamp ?? "");
      return embed?.footer?.text === own?.footer?.text && isSameMoment;
    });
}

/** A channel may be closed to readers of its history. A second message is then better than none. */
function noneWhereHistoryIsClosed(error: unknown): readonly unknown[] {
  if (hasErrorCode(error, RESTJSONErrorCodes.MissingAccess)) return [];
  if (hasErrorCode(error, RESTJSONErrorCodes.MissingPermissions)) return [];
  throw error;
}

/** The smallest id of that moment. @param at milliseconds since the epoch */
function idAt(at: number): string {
  return String(BigInt(Math.max(0, at - DISCORD_EPOCH)) << 22n);
}

async function edit(
  parts: MessageParts,
  message: KeptMessage,
  announcement: Announcement & { messageId: string },
): Promise<Announced> {
  const { channelId, messageId, generation, hash } = announcement;
  const wanted = await message.files();
  const files = [...(wanted ?? [])];
  try {
    await sendFiles(files, (sent, refused) => {
      // Whatever this does not name is taken off the message: without it, each edit would add the files once more.
      const attachments = sent.map((_, index) => ({ id: String(index) }));
      const body = refused ? (message.withoutFiles ?? message.body) : message.body;
      return parts.rest.patch(Routes.channelMessage(channelId, messageId), {
        files: sent,
        body: { ...body, ...(wanted && { attachments }), allowed_mentions: { parse: [] } },
      });
    });
  } catch (error) {
    if (!hasErrorCode(error, RESTJSONErrorCodes.UnknownMessage)) throw error;
    const renewed = { channelId, generation: generation + 1, hash, editedAt: 0, attemptedAt: parts.now() };
    return create(parts, message, renewed, { notified: [] });
  }
  await parts.announcements.save(message.id, { ...announcement, editedAt: parts.now() });
  return { kind: "done" };
}

function hashOf(body: MessageBody): string {
  return createHash("sha256").update(JSON.stringify(body)).digest("hex");
}
