import type { REST } from "@discordjs/rest";
import type { Interaction } from "discord.js";
import { Routes } from "discord-api-types/v10";
import type { CommandMentions } from "./command-mentions.js";
import { type AnswerableInteraction, answerInteraction, type FormAnswer } from "./first-answer.js";
import { wordsFor } from "./locales/index.js";
import type { Reply } from "./messages/replies.js";
import { type ActionParts, runAction } from "./run-action.js";
import { type CommandParts, runCommand, suggest } from "./run-command.js";
import { tellIfUnseen, type UnseenParts } from "./unseen-message.js";

export interface DispatchParts extends CommandParts, ActionParts, UnseenParts {
  readonly announcements: ActionParts["announcements"] & UnseenParts["announcements"];
  readonly mentions: Pick<CommandMentions, "render">;
  readonly rest: Pick<REST, "post">;
}

/**
 * Takes an interaction to the command, button or form that it is about. Never throws: every fault ends in an answer
 * and a log line.
 */
export async function dispatch(parts: DispatchParts, interaction: Interaction): Promise<void> {
  try {
    if (interaction.isChatInputCommand()) {
      await answer(parts, interaction, runCommand(parts, interaction));
    } else if (interaction.isAutocomplete()) {
      await suggest(parts, interaction);
    } else if (interaction.isButton() || interaction.isModalSubmit()) {
      await answer(parts, interaction, runAction(parts, interaction));
    }
  } catch (error) {
    parts.logger.error({ err: error, interaction: interaction.id }, "an interaction could not be answered");
    if (changesSomething(interaction)) await postLateNotice(parts, interaction);
  }
}

async function answer(
  parts: DispatchParts,
  interaction: AnswerableInteraction,
  answer: Promise<Reply | FormAnswer>,
): Promise<void> {
  const reply = await answerInteraction(parts, interaction, answer);
  if (reply !== undefined) void tellIfUnseen(parts, interaction, reply);
}

/** Commands that only look something up: whoever got no answer asks again. */
const LOOK_UPS: ReadonlySet<string> = new Set([
  "status",
  "history",
  "health",
  "stats",
  "locks",
  "logs",
  "audit",
]);

function changesSomething(interaction: Interaction): interaction is AnswerableInteraction {
  if (interaction.isChatInputCommand()) return !LOOK_UPS.has(interaction.commandName);
  return interaction.isButton() || interaction.isModalSubmit();
}

/**
 * Discord shows "did not respond" to a person whose answer it did not take, although the request was processed. What
 * came of it was meant for that person alone, so the channel only reads that it was.
 */
async function postLateNotice(
  { app, logger, mentions, rest }: DispatchParts,
  { channelId, user, id }: AnswerableInteraction,
): Promise<void> {
  if (channelId === null) return;
  const content = `⌛ ${wordsFor(app.config.language).reply.answeredLate(`<@${user.id}>`)}`;
  try {
    const body = {
      ...(await mentions.render({ content })),
      allowed_mentions: { parse: [], users: [user.id] },
    };
    await rest.post(Routes.channelMessages(channelId), { body });
  } catch (error) {
    logger.warn({ err: error, interaction: id }, "could not post a late notice");
  }
}
