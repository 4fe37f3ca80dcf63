import { setTimeout as pause } from "node:timers/promises";
import { RESTJSONErrorCodes } from "discord-api-types/v10";
import type { Logger } from "pino";
import type { Announcement, AnnouncementStore } from "./announcement-store.js";
import type { CommandMentions } from "./command-mentions.js";
import type { AnswerableInteraction } from "./first-answer.js";
import { languageOf, wordsFor } from "./locales/index.js";
import type { MessageBody } from "./messages/deployment-message.js";
import type { Reply } from "./messages/replies.js";

/** A message is posted within a second, where Discord takes it. Milliseconds. */
const WATCHED_MS = 10_000;
const LOOK_EVERY_MS = 500;

export interface UnseenParts {
  readonly announcements: Pick<AnnouncementStore, "find" | "saveReply">;
  readonly mentions: Pick<CommandMentions, "render">;
  /** The message of a deployment as it should look now. */
  readonly draw: (deploymentId: string) => Promise<MessageBody | undefined>;
  readonly logger: Logger;
}

/**
 * Tells the person who asked for a deployment where its channel takes no message: nobody else sees it then, and its
 * buttons are nowhere. The answer that they have already gets them. Never throws.
 */
export async function tellIfUnseen(
  parts: UnseenParts,
  interaction: AnswerableInteraction,
  reply: Reply,
): Promise<void> {
  if (reply.deployment === undefined) return;
  try {
    const announcement = await refusedAnnouncement(parts, reply.deployment);
    if (announcement !== undefined) await tell(parts, interaction, reply, reply.deployment, announcement);
  } catch (error) {
    parts.logger.warn(
      { err: error, interaction: interaction.id },
      "could not tell that nobody sees a message",
    );
  }
}

/** @returns undefined where the message is there, or nobody knows yet */
async function refusedAnnouncement(
  { announcements }: UnseenParts,
  deployment: string,
): Promise<Announcement | undefined> {
  for (let waited = 0; waited < WATCHED_MS; waited += LOOK_EVERY_MS) {
    const announcement = await announcements.find(deployment);
    if (announcement?.messageId !== undefined) return undefined;
    if (announcement?.refused !== undefined) return announcement;
    await pause(LOOK_EVERY_MS, undefined, { ref: false });
  }
  return undefined;
}

async function tell(
  { announcements, mentions, draw }: UnseenParts,
  interaction: AnswerableInteraction,
  { content }: Reply,
  deployment: string,
  { channelId, refused }: Announcement,
): Promise<void> {
  const { unseen } = wordsFor(languageOf(interaction.locale)).reply;
  const why = refused === RESTJSONErrorCodes.UnknownChannel ? "gone" : "closed";
  const drawn = await draw(deployment);
  const text = await mentions.render({ content: `${content}\n\n⚠️ ${unseen[why](`<#${channelId}>`)}` });
  const message = await interaction.editReply({
    ...text,
    ...(drawn && { components: drawn.components }),
    allowedMentions: { parse: [] },
  });
  await announcements.saveReply(message.id, deployment);
}
