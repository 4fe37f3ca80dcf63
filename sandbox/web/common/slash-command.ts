import {
  type APIApplicationCommand,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type LocalizationMap,
} from "discord-api-types/v10";
import type { Choice } from "../../discord/types.js";

/** One thing that a person can type after `/`: a command, or a subcommand under its whole name. */
export interface SlashCommand {
  /** `deploy`, or `lock set` for a subcommand. */
  readonly name: string;
  /** The name in the person's language. */
  readonly label: string;
  readonly description: string;
  readonly options: readonly SlashOption[];
}

export interface SlashOption {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: ApplicationCommandOptionType;
  readonly required: boolean;
  /** The bot offers choices while the value is typed. */
  readonly autocomplete: boolean;
  /** The only values that Discord accepts, when there are some. */
  readonly choices: readonly OptionChoice[];
}

export interface OptionChoice {
  readonly name: string;
  readonly value: string | number | boolean;
}

/** People, roles and channels, for options that name one. */
export interface Mentionables {
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  readonly channels: readonly { readonly id: string; readonly name: string }[];
}

const Type = ApplicationCommandOptionType;

/** Lists what the bot has registered as a person with this locale sees it, by name. */
export function slashCommands(
  commands: readonly APIApplicationCommand[],
  locale: string,
  mentionables: Mentionables,
): readonly SlashCommand[] {
  const context = { locale, mentionables };
  return commands
    .filter(({ type }) => type === ApplicationCommandType.ChatInput)
    .flatMap((command) => flatten(command, "", "", context))
    .sort((a, b) => a.name.localeCompare(b.name));
}

interface Context {
  readonly locale: string;
  readonly mentionables: Mentionables;
}

interface Named {
  readonly name: string;
  readonly name_localizations?: LocalizationMap | null;
  readonly description: string;
  readonly description_localizations?: LocalizationMap | null;
  readonly options?: readonly APIApplicationCommandOption[];
}

function flatten(node: Named, nameBefore: string, labelBefore: string, context: Context): SlashCommand[] {
  const name = `${nameBefore}${node.name}`;
  const label = `${labelBefore}${localize(node.name_localizations, context.locale) ?? node.name}`;
  const options = node.options ?? [];
  const nested = options.filter(isSubcommand);
  if (nested.length > 0) {
    return nested.flatMap((option) => flatten(option, `${name} `, `${label} `, context));
  }
  const description = localize(node.description_localizations, context.locale) ?? node.description;
  const basic = options.filter((option): option is APIApplicationCommandBasicOption => !isSubcommand(option));
  return [{ name, label, description, options: basic.map((option) => slashOption(option, context)) }];
}

function isSubcommand(option: APIApplicationCommandOption): boolean {
  return option.type === Type.Subcommand || option.type === Type.SubcommandGroup;
}

function slashOption(option: APIApplicationCommandBasicOption, context: Context): SlashOption {
  return {
    name: option.name,
    label: localize(option.name_localizations, context.locale) ?? option.name,
    description: localize(option.description_localizations, context.locale) ?? option.description,
    type: option.type,
    required: option.required ?? false,
    autocomplete: "autocomplete" in option && option.autocomplete === true,
    choices: choicesOf(option, context),
  };
}

function choicesOf(
  option: APIApplicationCommandBasicOption,
  { locale, mentionables }: Context,
): readonly OptionChoice[] {
  const { people, roles, channels } = mentionables;
  switch (option.type) {
    case Type.Boolean:
      return [
        { name: "True", value: true },
        { name: "False", value: false },
      ];
    case Type.User:
      return people.map(byId);
    case Type.Role:
      return roles.map(byId);
    case Type.Channel:
      return channels.map(byId);
    case Type.Mentionable:
      return [...people, ...roles].map(byId);
    case Type.String:
    case Type.Integer:
    case Type.Number:
      return (option.choices ?? []).map((choice) => ({
        name: localize(choice.name_localizations, locale) ?? choice.name,
        value: choice.value,
      }));
    default:
      return [];
  }
}

function byId({ id, name }: { readonly id: string; readonly name: string }): Choice {
  return { name, value: id };
}

function localize(map: LocalizationMap | null | undefined, locale: string): string | undefined {
  const found = Object.entries(map ?? {}).find(([language]) => language === locale);
  return found?.[1] ?? undefined;
}
