import type {
  AutocompleteInteraction,
  ChatInputCommandInteraction,
  CommandInteractionOptionResolver,
} from "discord.js";
import type { Logger } from "pino";
import { isWriteRefused } from "../changes/changes.js";
import type { App, Command, Options } from "./command.js";
import { languageOf, wordsFor } from "./locales/index.js";
import type { Reply } from "./messages/replies.js";
import { clip } from "./messages/text.js";
import { personOf } from "./people.js";

/** Discord takes at most so many choices, each at most so long. */
const MAX_CHOICES = 25;
const CHOICE_LENGTH = 100;

export interface CommandParts {
  readonly commands: readonly Command[];
  readonly app: App;
  readonly logger: Logger;
}

/** Takes a slash command to what it names. Never throws: a fault is logged and answered. */
export async function runCommand(
  parts: CommandParts,
  interaction: ChatInputCommandInteraction,
): Promise<Reply> {
  const language = languageOf(interaction.locale);
  const words = wordsFor(language).reply;
  if (interaction.guildId !== parts.app.config.discord.guild) return { content: words.wrongGuild };
  const command = findCommand(parts, interaction.commandName);
  if (command === undefined) return { content: words.unknownCommand };
  if (!parts.app.available()) return { content: words.unavailable };
  const { id, options } = interaction;
  try {
    const invocation = { id, language, person: personOf(interaction), options: optionsOf(options) };
    return await command.execute(invocation, parts.app);
  } catch (error) {
    parts.logger.error({ err: error, command: interaction.commandName }, "a command failed");
    return { content: isWriteRefused(error) ? words.writeRefused : words.failed };
  }
}

/** Answers with values for the option that is being typed. */
export async function suggest(parts: CommandParts, interaction: AutocompleteInteraction): Promise<void> {
  const command = findCommand(parts, interaction.commandName);
  const focused = interaction.options.data.find(({ focused }) => focused);
  const options = optionsOf(interaction.options);
  const reader = {
    ...{ person: personOf(interaction), language: languageOf(interaction.locale) },
    now: Date.now(),
  };
  const suggestions =
    interaction.guildId === parts.app.config.discord.guild && focused !== undefined
      ? ((await command?.suggest?.(focused.name, String(focused.value ?? ""), options, parts.app, reader)) ??
        [])
      : [];
  const choices = suggestions
    .slice(0, MAX_CHOICES)
    .map(({ name, value }) => ({ name: clip(name, CHOICE_LENGTH), value }));
  await interaction.respond(choices);
}

function findCommand({ commands }: CommandParts, name: string): Command | undefined {
  return commands.find(({ definition }) => definition.name === name);
}

function optionsOf(options: Pick<CommandInteractionOptionResolver, "get">): Options {
  const value = (name: string) => options.get(name)?.value;
  const text = (name: string): string | undefined => {
    const typed = value(name);
    return typeof typed === "string" ? typed : undefined;
  };
  return {
    text,
    requiredText(name) {
      const typed = text(name);
      if (typed === undefined) throw new Error(`Discord sent no value for the required option ${name}.`);
      return typed;
    },
    integer(name) {
      const typed = value(name);
      return typeof typed === "number" ? typed : undefined;
    },
    flag: (name) => value(name) === true,
  };
}
