import { type APIApplicationCommandBasicOption, ApplicationCommandOptionType } from "discord-api-types/v10";
import type { Guild } from "../guild/guild.js";
import { textLength } from "../validate/text-length.js";

type Value = string | number | boolean;

/**
 * Refuses a value that Discord's client would not send.
 *
 * @throws Error that names the option and what would fit
 */
export function checkOption(guild: Guild, option: APIApplicationCommandBasicOption, value: Value): void {
  const problem = findTypeProblem(guild, option, value) ?? findLimitProblem(option, value);
  if (problem) throw new Error(`Option ${option.name}: ${problem}, not ${JSON.stringify(value)}`);
}

function findTypeProblem(
  guild: Guild,
  option: APIApplicationCommandBasicOption,
  value: Value,
): string | undefined {
  const id = String(value);
  switch (option.type) {
    case ApplicationCommandOptionType.String:
      return typeof value === "string" && value !== "" ? undefined : "must be a text";
    case ApplicationCommandOptionType.Integer:
      return Number.isSafeInteger(value) ? undefined : "must be a whole number";
    case ApplicationCommandOptionType.Number:
      return Number.isFinite(value) ? undefined : "must be a number";
    case ApplicationCommandOptionType.Boolean:
      return typeof value === "boolean" ? undefined : "must be true or false";
    case ApplicationCommandOptionType.User:
      return guild.people.has(id) ? undefined : "must be a person's id";
    case ApplicationCommandOptionType.Channel:
      return guild.channels.has(id) ? undefined : "must be a channel's id";
    case ApplicationCommandOptionType.Role:
      return guild.roles.has(id) ? undefined : "must be a role's id";
    case ApplicationCommandOptionType.Mentionable:
      return guild.people.has(id) || guild.roles.has(id) ? undefined : "must be the id of a person or role";
    case ApplicationCommandOptionType.Attachment:
      return "is a file, which people here cannot send";
  }
}

interface Limits {
  readonly choices?: readonly { readonly value: unknown }[] | null;
  readonly min_length?: number | null;
  readonly max_length?: number | null;
  readonly min_value?: number | null;
  readonly max_value?: number | null;
}

/** What a string option may hold without a limit of its own. */
const maxTextCharacters = 6_000;

function findLimitProblem(option: APIApplicationCommandBasicOption, value: Value): string | undefined {
  const { choices, min_length, max_length, min_value, max_value } = option as Limits;
  if (choices?.length && !choices.some((choice) => choice.value === value)) {
    return `must be one of ${choices.map((choice) => choice.value).join(", ")}`;
  }
  if (typeof value === "string") {
    const length = textLength(value);
    if (length < (min_length ?? 0)) return `must have ${min_length} characters or more`;
    const longest = max_length ?? maxTextCharacters;
    return length > longest ? `must have ${longest} characters or fewer` : undefined;
  }
  if (typeof value !== "number") return undefined;
  if (value < (min_value ?? value)) return `must be ${min_value} or more`;
  return value > (max_value ?? value) ? `must be ${max_value} or less` : undefined;
}
