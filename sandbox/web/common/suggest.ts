import { type CommandLine, type LineValue, parseCommandLine, quoteValue } from "./parse-command-line.js";
import type { OptionChoice, SlashCommand, SlashOption } from "./slash-command.js";

/** As many as Discord shows. */
const mostSuggestions = 25;

export type Suggestion =
  | { readonly kind: "command"; readonly command: SlashCommand }
  | { readonly kind: "choice"; readonly option: SlashOption; readonly choice: OptionChoice }
  | { readonly kind: "option"; readonly option: SlashOption };

/** The option that the caret is in, or that the next word would go to. */
export interface Focus {
  readonly option: SlashOption;
  readonly typed: string;
  /** The part of the line that a chosen value replaces. */
  readonly from: number;
  readonly to: number;
}

export interface LineHelp {
  readonly line: CommandLine;
  readonly focus?: Focus;
  readonly suggestions: readonly Suggestion[];
  /** Names what the bot must be asked for the present focus. */
  readonly askKey?: string;
}

export interface Typing {
  readonly text: string;
  readonly caret: number;
  readonly offered?: { readonly key: string; readonly choices: readonly OptionChoice[] } | undefined;
}

/** What Discord's client would offer at this place of the line. */
export function suggest(typing: Typing, commands: readonly SlashCommand[]): LineHelp {
  const line = parseCommandLine(typing.text, commands);
  if (line.kind === "text") return { line, suggestions: [] };
  if (line.kind === "name" || typing.caret <= line.nameEnd) {
    return { line, suggestions: commandsFor(typing.text.slice(1, typing.caret), commands) };
  }
  const focus = focusAt(line, typing.caret);
  if (focus === undefined) return { line, suggestions: openOptions(line) };
  const { option, typed } = focus;
  const askKey = option.autocomplete ? `${line.command.name} ${option.name} ${typed}` : undefined;
  const offered = option.autocomplete ? offeredFor(line.command, option, typing) : matching(option, typed);
  const choices = offered.map((choice) => ({ kind: "choice", option, choice }) as const);
  return {
    line,
    focus,
    suggestions: choices.slice(0, mostSuggestions),
    ...(askKey !== undefined && { askKey }),
  };
}

function commandsFor(typed: string, commands: readonly SlashCommand[]): readonly Suggestion[] {
  const wanted = typed.trimStart().toLowerCase();
  const rank = ({ label, name }: SlashCommand): number =>
    label.startsWith(wanted) || name.startsWith(wanted) ? 0 : label.includes(wanted) ? 1 : 2;
  return commands
    .filter((command) => rank(command) < 2)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, mostSuggestions)
    .map((command) => ({ kind: "command", command }));
}

type ParsedCommand = Extract<CommandLine, { kind: "command" }>;

function focusAt(line: ParsedCommand, caret: number): Focus | undefined {
  const inside = line.values.find(({ from, to }) => from <= caret && caret <= to);
  if (inside !== undefined) return inside.option && focusOn(inside, inside.option);
  const next = untaken(line)[0];
  const atEnd = line.values.every(({ to }) => to < caret);
  // Optional ones are offered by name instead: the person may not want the first of them.
  return next?.required && atEnd ? { option: next, typed: "", from: caret, to: caret } : undefined;
}

function focusOn({ from, to, text }: LineValue, option: SlashOption): Focus {
  return { option, typed: text, from, to };
}

function openOptions(line: ParsedCommand): readonly Suggestion[] {
  return untaken(line).map((option) => ({ kind: "option", option }));
}

function untaken({ command, values }: ParsedCommand): readonly SlashOption[] {
  return command.options.filter((option) => !values.some((value) => value.option === option));
}

function matching({ choices }: SlashOption, typed: string): readonly OptionChoice[] {
  const wanted = typed.toLowerCase();
  return choices.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** The last list stays on screen while the next one is on its way, as long as it is for the same option. */
function offeredFor(
  command: SlashCommand,
  option: SlashOption,
  { offered }: Typing,
): readonly OptionChoice[] {
  return offered?.key.startsWith(`${command.name} ${option.name} `) ? offered.choices : [];
}

export interface Accepted {
  readonly text: string;
  readonly caret: number;
  readonly picked?: readonly [option: string, choice: OptionChoice];
}

/** Puts a suggestion into the line and goes on to the next option that must be filled. */
export function accept(typing: Typing, help: LineHelp, suggestion: Suggestion): Accepted {
  const { text } = typing;
  if (suggestion.kind === "command") {
    const { label, options } = suggestion.command;
    return atEnd(`/${label} ${nextName(options)}`);
  }
  if (suggestion.kind === "option") {
    const before = text.slice(0, typing.caret);
    const name = `${/\s$/.test(before) ? "" : " "}${suggestion.option.label}:`;
    return { text: before + name + text.slice(typing.caret), caret: before.length + name.length };
  }
  const { option, choice } = suggestion;
  const from = help.focus?.from ?? typing.caret;
  const before = `${text.slice(0, from)}${option.label}:${quoteValue(choice.name)}`;
  const after = text.slice(help.focus?.to ?? typing.caret);
  const picked = [option.name, choice] as const;
  if (after.trim() !== "") return { text: before + after, caret: before.length, picked };
  const rest = help.line.kind === "command" ? untaken(help.line).filter((one) => one !== option) : [];
  return { ...atEnd(`${before} ${nextName(rest)}`), picked };
}

function nextName(options: readonly SlashOption[]): string {
  const next = options.find(({ required }) => required);
  return next ? `${next.label}:` : "";
}

function atEnd(text: string): Accepted {
  return { text, caret: text.length };
}
