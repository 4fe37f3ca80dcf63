import { type APIApplicationCommandOption, ApplicationCommandOptionType } from "discord-api-types/v10";
import type { FormErrors, FormPath } from "./form-errors.js";
import { checkLocales } from "./locales.js";
import { textLength } from "./text-length.js";

/** From Discord's "Application Command Naming" page; names are lower case wherever a letter has both cases. */
const namePattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

type Localizations = Readonly<Record<string, string | null>> | null | undefined;

/** The parts that slash commands and their options have in common. */
export interface ChatCommand {
  readonly name: string;
  readonly name_localizations?: Localizations;
  readonly description?: string | null;
  readonly description_localizations?: Localizations;
  readonly options?: readonly APIApplicationCommandOption[] | null;
  readonly choices?: readonly { readonly name: string; readonly value: unknown }[] | null;
}

/** Adds a fault for the name and for each localized name that does not fit Discord's pattern. */
export function checkName(
  errors: FormErrors,
  path: FormPath,
  named: Pick<ChatCommand, "name" | "name_localizations">,
): void {
  const check = (key: FormPath, name: string | null) => {
    if (name === null || (namePattern.test(name) && name === name.toLowerCase())) return;
    errors.add([...path, ...key], "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
  };
  check(["name"], named.name);
  for (const [locale, name] of Object.entries(named.name_localizations ?? {})) {
    check(["name_localizations", locale], name);
  }
}

/** Adds the faults of the options of a command or subcommand. */
export function checkOptions(
  errors: FormErrors,
  path: FormPath,
  options: readonly APIApplicationCommandOption[],
): void {
  const seen = new Set<string>();
  let optionalSeen = false;
  options.forEach((option, index) => {
    const here = [...path, index];
    checkOption(errors, here, option);
    if (seen.has(option.name)) {
      errors.add(here, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists");
    }
    seen.add(option.name);
    if (option.required && optionalSeen) {
      errors.add(
        here,
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        "Required options must be placed before non-required options",
      );
    }
    optionalSeen ||= !option.required;
  });
  checkSubcommandsAlone(errors, path, options);
}

function checkOption(errors: FormErrors, path: FormPath, option: APIApplicationCommandOption): void {
  checkName(errors, path, option as ChatCommand);
  checkLocales(errors, [...path, "name_localizations"], option.name_localizations);
  checkLocales(errors, [...path, "description_localizations"], option.description_localizations);
  if (isSubcommand(option)) {
    checkOptions(errors, [...path, "options"], option.options ?? []);
    return;
  }
  const { choices, autocomplete } = option as ChatCommand & { readonly autocomplete?: boolean };
  if (choices?.length && autocomplete) {
    errors.add(
      path,
      "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
      "Choices and autocomplete exclude each other",
    );
  }
  checkChoices(errors, [...path, "choices"], choices ?? []);
}

function checkChoices(
  errors: FormErrors,
  path: FormPath,
  choices: readonly { readonly name: string; readonly value: unknown }[],
): void {
  const seen = new Set<string>();
  choices.forEach(({ name, value }, index) => {
    if (seen.has(name)) {
      errors.add(
        [...path, index],
        "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
        "Option choice name already exists",
      );
    }
    seen.add(name);
    if (typeof value === "string" && (value === "" || textLength(value) > 100)) {
      errors.add([...path, index, "value"], "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.");
    }
  });
}

function checkSubcommandsAlone(
  errors: FormErrors,
  path: FormPath,
  options: readonly APIApplicationCommandOption[],
): void {
  const subcommands = options.filter(isSubcommand).length;
  if (subcommands > 0 && subcommands < options.length) {
    errors.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands and options cannot be mixed");
  }
}

function isSubcommand(
  option: APIApplicationCommandOption,
): option is Extract<
  APIApplicationCommandOption,
  { type: ApplicationCommandOptionType.Subcommand | ApplicationCommandOptionType.SubcommandGroup }
> {
  return (
    option.type === ApplicationCommandOptionType.Subcommand ||
    option.type === ApplicationCommandOptionType.SubcommandGroup
  );
}
