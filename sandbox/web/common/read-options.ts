import { ApplicationCommandOptionType } from "discord-api-types/v10";
import type { CommandOptions } from "../../discord/types.js";
import type { LineValue } from "./parse-command-line.js";
import type { OptionChoice, SlashCommand, SlashOption } from "./slash-command.js";

export type OptionProblem =
  | { readonly code: "missing"; readonly option: SlashOption }
  | { readonly code: "repeated"; readonly option: SlashOption }
  | { readonly code: "not-a-choice"; readonly option: SlashOption; readonly text: string }
  | { readonly code: "not-a-number"; readonly option: SlashOption; readonly text: string }
  | { readonly code: "unexpected"; readonly text: string };

export interface ReadOptions {
  readonly options: CommandOptions;
  readonly problems: readonly OptionProblem[];
}

/**
 * Turns the values of a line into what is sent to the bot, with what Discord's client would refuse.
 * @param picked choices that the bot offered and the person took, by option name: a choice's name stands in the
 *   line, its value is sent
 */
export function readOptions(
  command: SlashCommand,
  values: readonly LineValue[],
  picked: ReadonlyMap<string, OptionChoice>,
): ReadOptions {
  const options: Record<string, string | number | boolean> = {};
  const problems: OptionProblem[] = [];
  for (const { option, text } of values) {
    if (option === undefined) problems.push({ code: "unexpected", text });
    else if (text === "") continue;
    else if (option.name in options) problems.push({ code: "repeated", option });
    else {
      const read = readOption(option, text, picked.get(option.name));
      if ("problem" in read) problems.push({ code: read.problem, option, text });
      else options[option.name] = read.value;
    }
  }
  const refused = new Set(problems.map((problem) => ("option" in problem ? problem.option : undefined)));
  for (const option of command.options) {
    if (option.required && !(option.name in options) && !refused.has(option))
      problems.push({ code: "missing", option });
  }
  return { options, problems };
}

type OptionReading =
  | { readonly value: string | number | boolean }
  | { readonly problem: "not-a-choice" | "not-a-number" };

function readOption(option: SlashOption, text: string, picked: OptionChoice | undefined): OptionReading {
  if (picked?.name === text) return { value: picked.value };
  if (option.choices.length > 0) {
    const choice = findChoice(option.choices, text);
    return choice ? { value: choice.value } : { problem: "not-a-choice" };
  }
  const { Integer, Number: Decimal } = ApplicationCommandOptionType;
  if (option.type !== Integer && option.type !== Decimal) return { value: text };
  const number = Number(text);
  const fits = option.type === Integer ? Number.isSafeInteger(number) : Number.isFinite(number);
  return fits ? { value: number } : { problem: "not-a-number" };
}

/** By name or by value, upper and lower case alike; `@camille` and `#deployments` are read too. */
function findChoice(choices: readonly OptionChoice[], text: string): OptionChoice | undefined {
  const wanted = text.replace(/^[@#]/, "").toLowerCase();
  return choices.find(({ name, value }) => [name, String(value)].some((one) => one.toLowerCase() === wanted));
}

/** What Discord's client says about a line that it does not send. */
export function describeProblem(problem: OptionProblem): string {
  switch (problem.code) {
    case "missing":
      return `The option “${problem.option.label}” is required. Specify a value.`;
    case "repeated":
      return `The option “${problem.option.label}” was given twice.`;
    case "not-a-choice":
      return `“${problem.text}” is not one of the choices for “${problem.option.label}”.`;
    case "not-a-number":
      return `“${problem.text}” is not a valid number for “${problem.option.label}”.`;
    case "unexpected":
      return `“${problem.text}” does not belong to any option of this command.`;
  }
}
