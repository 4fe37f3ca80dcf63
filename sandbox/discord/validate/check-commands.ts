import {
  ApplicationCommandPatchRequestPartialSchema,
  ApplicationCommandUpdateRequestSchema,
} from "discord-api-spec/zod";
import { ApplicationCommandType, type RESTPostAPIApplicationCommandsJSONBody } from "discord-api-types/v10";
import * as z from "zod/mini";
import { type ChatCommand, checkName, checkOptions } from "./check-options.js";
import { FormErrors, type FormPath } from "./form-errors.js";
import { checkLocales } from "./locales.js";
import { parseBody } from "./parse-body.js";
import { textLength } from "./text-length.js";

export type CommandBody = RESTPostAPIApplicationCommandsJSONBody & { readonly id?: string | null };

/** A command's names, descriptions and values together, over the longest of each localization. */
const maxCommandCharacters = 8_000;

/** The generated schema wants a number, while Discord documents and sends a string of digits. */
const permissions = z.nullish(z.union([z.string().check(z.regex(/^\d{1,20}$/)), z.number()]));
const commandSchema = z.extend(ApplicationCommandUpdateRequestSchema, {
  default_member_permissions: permissions,
});
const commandPatchSchema = z.extend(ApplicationCommandPatchRequestPartialSchema, {
  default_member_permissions: permissions,
});

/** @throws DiscordError 50035 */
export function parseCommand(body: unknown): CommandBody {
  parseBody(commandSchema, body);
  const command = body as CommandBody;
  const errors = new FormErrors();
  checkCommand(errors, [], command);
  errors.refuseIfAny();
  return command;
}

/** @throws DiscordError 50035 when the patch, or the command that it leads to, is not valid */
export function parseCommandPatch(body: unknown, current: CommandBody): CommandBody {
  parseBody(commandPatchSchema, body);
  return parseCommand({ ...current, ...(body as Partial<CommandBody>) });
}

/** Parses the body of a bulk overwrite. @throws DiscordError 50035 */
export function parseCommandList(body: unknown): readonly CommandBody[] {
  parseBody(z.array(commandSchema).check(z.maxLength(110)), body);
  const commands = body as readonly CommandBody[];
  const errors = new FormErrors();
  const seen = new Set<string>();
  commands.forEach((command, index) => {
    checkCommand(errors, [index], command);
    const key = `${command.type ?? ApplicationCommandType.ChatInput}:${command.name}`;
    if (seen.has(key)) {
      errors.add([index], "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
    }
    seen.add(key);
  });
  errors.refuseIfAny();
  return commands;
}

function checkCommand(errors: FormErrors, path: FormPath, command: CommandBody): void {
  checkLocales(errors, [...path, "name_localizations"], command.name_localizations);
  if ((command.type ?? ApplicationCommandType.ChatInput) !== ApplicationCommandType.ChatInput) {
    checkMenuCommand(errors, path, command);
    return;
  }
  const { description, description_localizations, options } = command as ChatCommand;
  checkName(errors, path, command as ChatCommand);
  if (!description) errors.required([...path, "description"]);
  checkLocales(errors, [...path, "description_localizations"], description_localizations);
  checkOptions(errors, [...path, "options"], options ?? []);
  if (countCharacters(command as ChatCommand) > maxCommandCharacters) {
    errors.add(
      path,
      "APPLICATION_COMMAND_TOO_LARGE",
      `Command exceeds maximum size (${maxCommandCharacters})`,
    );
  }
}

function checkMenuCommand(errors: FormErrors, path: FormPath, command: CommandBody): void {
  const { description, options } = command as ChatCommand;
  if (description) {
    errors.add(
      [...path, "description"],
      "APPLICATION_COMMAND_DESCRIPTION_INVALID",
      "Only slash commands have one",
    );
  }
  if (options?.length) {
    errors.add(
      [...path, "options"],
      "APPLICATION_COMMAND_OPTIONS_INVALID",
      "Only slash commands have options",
    );
  }
}

function countCharacters(command: ChatCommand): number {
  const longest = (text: string | null | undefined, localizations: ChatCommand["name_localizations"]) =>
    Math.max(textLength(text), ...Object.values(localizations ?? {}).map(textLength));
  const own =
    longest(command.name, command.name_localizations) +
    longest(command.description, command.description_localizations);
  const choices = (command.choices ?? []).reduce(
    (sum, choice) => sum + textLength(choice.name) + textLength(String(choice.value)),
    0,
  );
  return (command.options ?? []).reduce((sum, option) => sum + countCharacters(option), own + choices);
}
