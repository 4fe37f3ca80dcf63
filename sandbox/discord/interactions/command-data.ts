import type { APIApplicationCommandBasicOption } from "discord-api-types/v10";
import type { Guild } from "../guild/guild.js";
import type { CommandOptions } from "../types.js";
import { checkOption } from "./check-option.js";
import type { FoundCommand } from "./find-command.js";
import { type OptionData, resolveOptions } from "./resolve-options.js";

/**
 * The `data` of a typed command.
 *
 * @throws Error when an option does not exist, is missing or does not fit
 */
export function commandData(guild: Guild, found: FoundCommand, given: CommandOptions): object {
  refuseUnknown(found, given);
  const missing = found.options.find((option) => option.required && given[option.name] === undefined);
  if (missing) throw new Error(`Option ${missing.name} is required`);
  const options = typedOptions(found, given).map(({ option, value }) => {
    checkOption(guild, option, value);
    return { type: option.type, name: option.name, value };
  });
  return assemble(guild, found, options);
}

/**
 * The `data` of an autocomplete: what was typed so far, which may still be incomplete.
 *
 * @throws Error when an option does not exist or the focused one has no autocomplete
 */
export function autocompleteData(
  guild: Guild,
  found: FoundCommand,
  given: CommandOptions,
  focused: APIApplicationCommandBasicOption,
): object {
  refuseUnknown(found, given);
  const others = typedOptions(found, given)
    .filter(({ option }) => option !== focused)
    .map(({ option, value }): OptionData => ({ type: option.type, name: option.name, value }));
  // Discord sends what is being typed as text, also for numbers.
  const value = String(given[focused.name] ?? "");
  return assemble(guild, found, [
    ...others,
    { type: focused.type, name: focused.name, value, focused: true },
  ]);
}

/** The option whose choices are asked for. @throws Error when it has no autocomplete */
export function focusedOption(found: FoundCommand, name: string): APIApplicationCommandBasicOption {
  const option = found.options.find((candidate) => candidate.name === name);
  if (!option) throw new Error(`/${found.command.name} has no option ${name}`);
  if (!("autocomplete" in option) || !option.autocomplete) {
    throw new Error(`Option ${name} of /${found.command.name} has no autocomplete`);
  }
  return option;
}

function refuseUnknown(found: FoundCommand, given: CommandOptions): void {
  const known = new Set(found.options.map((option) => option.name));
  const unknown = Object.keys(given).find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`/${found.command.name} has no option ${unknown}`);
}

function typedOptions(found: FoundCommand, given: CommandOptions) {
  return found.options.flatMap((option) => {
    const value = given[option.name];
    return value === undefined ? [] : [{ option, value }];
  });
}

function assemble(guild: Guild, { command, way }: FoundCommand, options: readonly OptionData[]): object {
  const nested = way.reduceRight<readonly object[]>(
    (inner, { type, name }) => [{ type, name, options: inner }],
    options,
  );
  const resolved = resolveOptions(guild, options);
  return {
    id: command.id,
    name: command.name,
    type: command.type,
    guild_id: guild.id,
    ...(nested.length > 0 ? { options: nested } : {}),
    ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
  };
}
