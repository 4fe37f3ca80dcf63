import {
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  type CommandInteractionOptionResolver,
  GuildMember,
  type Interaction,
  MessageFlags,
} from "discord.js";
import type { Logger } from "pino";
import type { App, Command, Invocation, Options } from "./command.js";
import { languageOf, wordsFor } from "./locales/index.js";
import type { Reply } from "./messages/replies.js";
import { clip } from "./messages/text.js";

/** Discord waits 3 s for the first answer; past this many milliseconds "thinking…" is sent, to be filled in later. */
const DEFER_AFTER_MS = 1_500;
/** Discord takes at most so many choices, each at most so long. */
const MAX_CHOICES = 25;
const CHOICE_LENGTH = 100;

export interface DispatchParts {
  readonly commands: readonly Command[];
  readonly app: App;
  readonly logger: Logger;
}

/** Takes an interaction to the command that it names. Never throws: every fault ends in an answer and a log line. */
export async function dispatch(parts: DispatchParts, interaction: Interaction): Promise<void> {
  try {
    if (interaction.isChatInputCommand()) await runCommand(parts, interaction);
    else if (interaction.isAutocomplete()) await answerSuggestions(parts, interaction);
  } catch (error) {
    parts.logger.error({ err: error, interaction: interaction.id }, "an interaction could not be answered");
  }
}

async function runCommand(parts: DispatchParts, interaction: ChatInputCommandInteraction): Promise<void> {
  const answer = prepareReply(parts, interaction);
  const deferral = new Deferral(interaction);
  try {
    await deferral.answer(await answer);
  } finally {
    deferral.cancel();
  }
}

async function prepareReply(parts: DispatchParts, interaction: ChatInputCommandInteraction): Promise<Reply> {
  const language = languageOf(interaction.locale);
  const words = wordsFor(language).reply;
  if (interaction.guildId !== parts.app.config.discord.guild) return { content: words.wrongGuild };
  const command = parts.commands.find(({ definition }) => definition.name === interaction.commandName);
  if (command === undefined) return { content: words.unknownCommand };
  if (!parts.app.available()) return { content: words.unavailable };
  try {
    return await command.execute(invocationOf(interaction), parts.app);
  } catch (error) {
    parts.logger.error({ err: error, command: interaction.commandName }, "a command failed");
    return { content: words.failed };
  }
}

/** Answers directly when the reply is ready in time, else defers first: Discord takes exactly one first answer. */
class Deferral {
  readonly #interaction: ChatInputCommandInteraction;
  readonly #timer: NodeJS.Timeout;
  #deferred: Promise<unknown> | undefined;

  constructor(interaction: ChatInputCommandInteraction) {
    this.#interaction = interaction;
    const left = DEFER_AFTER_MS - (Date.now() - interaction.createdTimestamp);
    this.#timer = setTimeout(() => this.#defer(), Math.max(0, Math.min(DEFER_AFTER_MS, left)));
  }

  async answer({ content, embeds }: Reply): Promise<void> {
    this.cancel();
    const message = { content, ...(embeds && { embeds: [...embeds] }), allowedMentions: { parse: [] } };
    if (this.#deferred === undefined) {
      await this.#interaction.reply({ ...message, flags: MessageFlags.Ephemeral });
      return;
    }
    await this.#deferred;
    await this.#interaction.editReply(message);
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }

  #defer(): void {
    this.#deferred = this.#interaction.deferReply({ flags: MessageFlags.Ephemeral });
    // Whoever answers awaits it; until then its fault must not count as unhandled.
    this.#deferred.catch(() => undefined);
  }
}

async function answerSuggestions(parts: DispatchParts, interaction: AutocompleteInteraction): Promise<void> {
  const command = parts.commands.find(({ definition }) => definition.name === interaction.commandName);
  const focused = interaction.options.getFocused(true);
  const options = optionsOf(interaction.options);
  const suggestions =
    interaction.guildId === parts.app.config.discord.guild
      ? ((await command?.suggest?.(focused.name, focused.value, options, parts.app)) ?? [])
      : [];
  const choices = suggestions
    .slice(0, MAX_CHOICES)
    .map(({ name, value }) => ({ name: clip(name, CHOICE_LENGTH), value }));
  await interaction.respond(choices);
}

function invocationOf(interaction: ChatInputCommandInteraction): Invocation {
  return {
    id: interaction.id,
    person: { id: interaction.user.id, name: interaction.user.username, roles: rolesOf(interaction) },
    language: languageOf(interaction.locale),
    options: optionsOf(interaction.options),
  };
}

/** Role ids as Discord sent them with this very interaction; none when it sent none. */
function rolesOf({ member }: ChatInputCommandInteraction): readonly string[] {
  if (member === null) return [];
  return member instanceof GuildMember ? [...member.roles.cache.keys()] : member.roles;
}

function optionsOf(options: Pick<CommandInteractionOptionResolver, "get">): Options {
  const text = (name: string): string | undefined => {
    const value = options.get(name)?.value;
    return typeof value === "string" ? value : undefined;
  };
  return {
    text,
    requiredText(name) {
      const value = text(name);
      if (value === undefined) throw new Error(`Discord sent no value for the required option ${name}.`);
      return value;
    },
    integer(name) {
      const value = options.get(name)?.value;
      return typeof value === "number" ? value : undefined;
    },
  };
}
