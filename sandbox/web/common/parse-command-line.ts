import { ApplicationCommandOptionType } from "discord-api-types/v10";
import type { SlashCommand, SlashOption } from "./slash-command.js";

/** One value of the line and where it stands, in UTF-16 units. */
export interface LineValue {
  /** Absent for a word that no option takes. */
  readonly option?: SlashOption;
  readonly text: string;
  /** Start of `name:`, or of the value where it was given by position. */
  readonly from: number;
  readonly valueFrom: number;
  readonly to: number;
}

export type CommandLine =
  /** Not a slash command at all. */
  | { readonly kind: "text" }
  /** `/` and what may become a command's name. */
  | { readonly kind: "name"; readonly typed: string }
  | {
      readonly kind: "command";
      readonly command: SlashCommand;
      /** End of the command's name. */
      readonly nameEnd: number;
      readonly values: readonly LineValue[];
    };

/**
 * Reads what stands in the input. Values go to options by name (`ref:main`, `ref: main`) or by position, and end at
 * a space unless they are in double quotes. Free text by name goes on to the next `name:`; by position, only in
 * the last option.
 */
export function parseCommandLine(line: string, commands: readonly SlashCommand[]): CommandLine {
  if (!line.startsWith("/")) return { kind: "text" };
  const found = commandAt(line, commands);
  if (found === undefined) return { kind: "name", typed: line.slice(1) };
  return { kind: "command", ...found, values: readValues(line, found.nameEnd, found.command.options) };
}

function commandAt(
  line: string,
  commands: readonly SlashCommand[],
): { command: SlashCommand; nameEnd: number } | undefined {
  const candidates = commands.flatMap((command) =>
    [command.label, command.name].map((name) => ({ command, nameEnd: 1 + name.length, start: `/${name}` })),
  );
  const fits = candidates.filter(({ start, nameEnd }) => {
    const next = line.charAt(nameEnd);
    return line.startsWith(start) && (next === "" || next === " ");
  });
  const longest = fits.sort((a, b) => b.nameEnd - a.nameEnd)[0];
  return longest && { command: longest.command, nameEnd: longest.nameEnd };
}

function readValues(line: string, from: number, options: readonly SlashOption[]): readonly LineValue[] {
  const values: LineValue[] = [];
  const named = namedOptions(line, from, options);
  let at = skipSpaces(line, from);
  while (at < line.length) {
    const name = nameAt(line, at, options);
    const taken = new Set([...values.map(({ option }) => option), ...named]);
    const option = name?.option ?? options.find((candidate) => !taken.has(candidate));
    const valueFrom = name === undefined ? at : afterName(line, name.end, options);
    const goesOn = isFreeText(option) && (name !== undefined || option === options.at(-1));
    const { text, to } = readValue(line, valueFrom, goesOn ? options : undefined);
    values.push({ ...(option && { option }), text, from: at, valueFrom, to });
    at = skipSpaces(line, to);
  }
  return values;
}

function isFreeText(option: SlashOption | undefined): boolean {
  if (option?.type !== ApplicationCommandOptionType.String) return false;
  return !option.autocomplete && option.choices.length === 0;
}

/** An option that is named anywhere in the line takes no value by position, even before its name. */
function namedOptions(line: string, from: number, options: readonly SlashOption[]): readonly SlashOption[] {
  const starts = [...line.slice(from).matchAll(/(?<=\s)\S/g)].map((match) => from + match.index);
  return starts.flatMap((start) => nameAt(line, start, options)?.option ?? []);
}

function nameAt(
  line: string,
  at: number,
  options: readonly SlashOption[],
): { option: SlashOption; end: number } | undefined {
  for (const option of options) {
    const name = [option.label, option.name].find((candidate) => line.startsWith(`${candidate}:`, at));
    if (name !== undefined) return { option, end: at + name.length + 1 };
  }
  return undefined;
}

/** `ref: main` means the same as `ref:main`, but `ref: project:shop` leaves `ref` empty. */
function afterName(line: string, end: number, options: readonly SlashOption[]): number {
  const next = skipSpaces(line, end);
  return next < line.length && nameAt(line, next, options) === undefined ? next : end;
}

/** @param names when given, the value goes on over spaces up to the next of these names */
function readValue(
  line: string,
  from: number,
  names: readonly SlashOption[] | undefined,
): { text: string; to: number } {
  const quoted = /^"((?:[^"\\]|\\.)*)"(?=\s|$)/.exec(line.slice(from));
  if (quoted) return { text: unquote(quoted[1] ?? ""), to: from + quoted[0].length };
  if (names === undefined) return { text: wordAt(line, from), to: from + wordAt(line, from).length };
  let to = from;
  for (let at = from; at < line.length; at = skipSpaces(line, to)) {
    if (nameAt(line, at, names) !== undefined || line.charAt(at) === "") break;
    to = at + wordAt(line, at).length;
    if (to === at) break;
  }
  return { text: line.slice(from, to), to };
}

function wordAt(line: string, at: number): string {
  return /^\S*/.exec(line.slice(at))?.[0] ?? "";
}

function skipSpaces(line: string, at: number): number {
  return at + (/^\s*/.exec(line.slice(at))?.[0].length ?? 0);
}

function unquote(text: string): string {
  return text.replace(/\\(["\\])/g, "$1");
}

/** The value as it must stand in a line to be read back whole. */
export function quoteValue(text: string): string {
  return /[\s"]/.test(text) || text === "" ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;
}
