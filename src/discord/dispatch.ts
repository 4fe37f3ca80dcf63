import type { Interaction } from "discord.js";
import { answerInteraction } from "./first-answer.js";
import { type ActionParts, runAction } from "./run-action.js";
import { type CommandParts, runCommand, suggest } from "./run-command.js";

export interface DispatchParts extends CommandParts, ActionParts {}

/**
 * Takes an interaction to the command, button or form that it is about. Never throws: every fault ends in an answer
 * and a log line.
 */
export async function dispatch(parts: DispatchParts, interaction: Interaction): Promise<void> {
  try {
    if (interaction.isChatInputCommand()) {
      await answerInteraction(interaction, runCommand(parts, interaction));
    } else if (interaction.isAutocomplete()) {
      await suggest(parts, interaction);
    } else if (interaction.isButton() || interaction.isModalSubmit()) {
      await answerInteraction(interaction, runAction(parts, interaction));
    }
  } catch (error) {
    parts.logger.error({ err: error, interaction: interaction.id }, "an interaction could not be answered");
  }
}
