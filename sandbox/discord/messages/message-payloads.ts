import {
  type APIAttachment,
  type APIMessage,
  type AttachmentFlags,
  GatewayIntentBits,
  InteractionType,
  type MessageFlags,
} from "discord-api-types/v10";
import type { Guild } from "../guild/guild.js";
import { botUser, personUser } from "../guild/guild-payloads.js";
import type { MessageView } from "../types.js";
import type { MessageOrigin, StoredAttachment, StoredMessage } from "./stored-message.js";

/** Where the stand-in serves a file. */
export function attachmentUrl(origin: string, channelId: string, attachment: StoredAttachment): string {
  return `${origin}/attachments/${channelId}/${attachment.id}/${encodeURIComponent(attachment.filename)}`;
}

/** A message as REST and the gateway show it to the bot. */
export function apiMessage(guild: Guild, origin: string, message: StoredMessage): APIMessage {
  const { mentions } = message;
  return {
    id: message.id,
    channel_id: message.channelId,
    author:
      message.authorId === guild.bot.applicationId
        ? botUser(guild.bot)
        : personUser(guild.person(message.authorId)),
    content: readableContent(guild, message),
    timestamp: new Date(message.createdAt).toISOString(),
    edited_timestamp: message.editedAt === undefined ? null : new Date(message.editedAt).toISOString(),
    tts: false,
    mention_everyone: message.pinged.includes("everyone") || message.pinged.includes("here"),
    mentions: mentions.users.map((id) => personUser(guild.person(id))),
    mention_roles: [...mentions.roles],
    attachments: message.attachments.map((attachment) =>
      apiAttachment(origin, message.channelId, attachment),
    ),
    embeds: [...message.embeds],
    components: [...message.components],
    pinned: false,
    type: message.type,
    flags: message.flags as MessageFlags,
    ...(message.nonce === undefined ? {} : { nonce: message.nonce }),
    ...(message.origin ? interactionFields(guild, message.origin) : {}),
    ...(message.replyTo ? replyFields(guild, message.channelId, message.replyTo) : {}),
  };
}

/** Without the intent MESSAGE_CONTENT a bot reads only its own texts and those that mention it. */
function readableContent({ bot }: Guild, { authorId, content }: StoredMessage): string {
  const reads = (bot.privilegedIntents & GatewayIntentBits.MessageContent) !== 0;
  return reads || authorId === bot.applicationId || content.includes(`<@${bot.applicationId}>`)
    ? content
    : "";
}

function apiAttachment(origin: string, channelId: string, attachment: StoredAttachment): APIAttachment {
  const url = attachmentUrl(origin, channelId, attachment);
  return {
    id: attachment.id,
    filename: attachment.filename,
    size: attachment.bytes.length,
    url,
    proxy_url: url,
    content_type: attachment.contentType,
    flags: 0 as AttachmentFlags,
    ...(attachment.description ? { description: attachment.description } : {}),
  };
}

function interactionFields(guild: Guild, { interactionId, type, personId, command }: MessageOrigin) {
  const user = personUser(guild.person(personId));
  const metadata = {
    id: interactionId,
    type,
    user,
    authorizing_integration_owners: { "0": guild.id },
    ...(command ? { name: command, command_type: 1 } : {}),
  } as unknown as NonNullable<APIMessage["interaction_metadata"]>;
  return {
    application_id: guild.bot.applicationId,
    webhook_id: guild.bot.applicationId,
    interaction_metadata: metadata,
    ...(command
      ? { interaction: { id: interactionId, type: InteractionType.ApplicationCommand, name: command, user } }
      : {}),
  };
}

function replyFields(guild: Guild, channelId: string, messageId: string) {
  return { message_reference: { type: 0, channel_id: channelId, guild_id: guild.id, message_id: messageId } };
}

function authorView({ bot, people }: Guild, id: string): MessageView["author"] {
  const person = people.get(id);
  return person ? { id, name: person.name, bot: false } : { id, name: bot.name, bot: true };
}

/** A message as a person sees it. */
export function messageView(guild: Guild, origin: string, message: StoredMessage): MessageView {
  const { ephemeralFor, editedAt } = message;
  const command = message.origin?.command;
  return {
    id: message.id,
    channelId: message.channelId,
    author: authorView(guild, message.authorId),
    content: message.content,
    embeds: message.embeds,
    components: message.components,
    attachments: message.attachments.map((attachment) => ({
      id: attachment.id,
      filename: attachment.filename,
      size: attachment.bytes.length,
      url: attachmentUrl(origin, message.channelId, attachment),
    })),
    flags: message.flags,
    ...(ephemeralFor === undefined ? {} : { ephemeralFor }),
    ...(command && message.origin ? { interaction: { person: message.origin.personId, name: command } } : {}),
    pinged: message.pinged,
    createdAt: new Date(message.createdAt).toISOString(),
    ...(editedAt === undefined ? {} : { editedAt: new Date(editedAt).toISOString() }),
    edits: message.edits,
  };
}
