import {
  type APIAllowedMentions,
  type APIEmbed,
  type APIMessageTopLevelComponent,
  MessageFlags,
  MessageType,
} from "discord-api-types/v10";
import type { Guild } from "../guild/guild.js";
import { checkMessage } from "../validate/check-message.js";
import { findMentions, findPinged } from "./find-mentions.js";
import { type AttachmentEntry, mergeAttachments, type UploadedFile } from "./merge-attachments.js";
import { attachmentUrl } from "./message-payloads.js";
import { resolveComponents, resolveEmbeds } from "./resolve-media.js";
import type { MessageOrigin, StoredMessage } from "./stored-message.js";

/** What the bodies that create or edit a message have in common; absent leaves as it was, null clears. */
export interface MessageBody {
  readonly content?: string | null | undefined;
  readonly embeds?: readonly APIEmbed[] | null | undefined;
  readonly components?: readonly APIMessageTopLevelComponent[] | null | undefined;
  readonly flags?: number | null | undefined;
  readonly attachments?: readonly AttachmentEntry[] | null | undefined;
  readonly allowed_mentions?: APIAllowedMentions | null | undefined;
  readonly poll?: unknown;
}

/** Where and for whom a new message is. */
export interface MessagePlace {
  readonly channelId: string;
  /** The bot without it. */
  readonly authorId?: string;
  readonly ephemeralFor?: string;
  readonly origin?: MessageOrigin;
  readonly nonce?: string | number;
  readonly enforceNonce?: boolean;
  readonly replyTo?: string;
}

/** What writing a message needs from around it. */
export interface MessageParts {
  readonly guild: Guild;
  readonly newId: () => string;
  readonly now: () => number;
  /** Where the stand-in serves files. */
  readonly publicUrl: string;
}

/** Flags that a request may set; the others belong to Discord. */
const creatableFlags =
  MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;
const editableFlags = MessageFlags.SuppressEmbeds | MessageFlags.IsComponentsV2;
/** Once set, these stay: a message never turns from components back to content. */
const stickyFlags = MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral;

/**
 * Makes a new message from a body.
 *
 * @throws DiscordError 50035, 50006 or 30015
 */
export function createMessage(
  parts: MessageParts,
  place: MessagePlace,
  body: MessageBody,
  files: readonly UploadedFile[],
): StoredMessage {
  const blank = blankMessage(parts, place, (body.flags ?? 0) & creatableFlags);
  return applyBody(parts, blank, body, files, true);
}

/** The "is thinking…" of a deferred answer. */
export function createLoadingMessage(parts: MessageParts, place: MessagePlace): StoredMessage {
  return blankMessage(parts, place, MessageFlags.Loading);
}

/**
 * The message after an edit; the first content of a deferred answer is not an edit.
 *
 * @throws DiscordError 50035, 50006 or 30015
 */
export function editMessage(
  parts: MessageParts,
  message: StoredMessage,
  body: MessageBody,
  files: readonly UploadedFile[],
): StoredMessage {
  const isFirst = (message.flags & MessageFlags.Loading) !== 0;
  const requested = body.flags ?? message.flags;
  const flags = (message.flags & stickyFlags) | (requested & editableFlags);
  const edited = applyBody(parts, { ...message, flags }, body, files, isFirst);
  return isFirst ? edited : { ...edited, editedAt: parts.now(), edits: message.edits + 1 };
}

function blankMessage(parts: MessageParts, place: MessagePlace, flags: number): StoredMessage {
  const answered = place.origin?.command ? MessageType.ChatInputCommand : MessageType.Default;
  return {
    authorId: parts.guild.bot.applicationId,
    ...place,
    id: parts.newId(),
    type: place.replyTo ? MessageType.Reply : answered,
    content: "",
    embeds: [],
    components: [],
    attachments: [],
    flags: place.ephemeralFor ? flags | MessageFlags.Ephemeral : flags & ~MessageFlags.Ephemeral,
    mentions: { users: [], roles: [], wide: [] },
    pinged: [],
    createdAt: parts.now(),
    edits: 0,
  };
}

function applyBody(
  parts: MessageParts,
  message: StoredMessage,
  body: MessageBody,
  files: readonly UploadedFile[],
  notifies: boolean,
): StoredMessage {
  const attachments = mergeAttachments(message.attachments, body.attachments, files, parts.newId);
  const content = body.content === undefined ? message.content : (body.content ?? "");
  const embeds = body.embeds === undefined ? message.embeds : (body.embeds ?? []);
  const components = body.components === undefined ? message.components : (body.components ?? []);
  const filenames = attachments.map(({ filename }) => filename);
  checkMessage({ content, embeds, components, flags: message.flags, filenames, hasPoll: Boolean(body.poll) });
  const mentions = findMentions(parts.guild, content, components);
  const linkTo = (filename: string) => {
    const found = attachments.find((attachment) => attachment.filename === filename);
    return found && attachmentUrl(parts.publicUrl, message.channelId, found);
  };
  const pinged = findPinged(mentions, body.allowed_mentions);
  return {
    ...message,
    content,
    embeds: resolveEmbeds(embeds, linkTo),
    components: resolveComponents(components, linkTo),
    attachments,
    mentions,
    // An edit never notifies again, so it keeps whom the message notified when it was made.
    pinged: notifies ? pinged : message.pinged,
  };
}
