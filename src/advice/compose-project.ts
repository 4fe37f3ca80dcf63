import { posix } from "node:path";
import type { EnvironmentConfig } from "../config/schema.js";

const PROJECT = "--project-name";
const DIRECTORY = "--project-directory";
const FILE = "--file";
const VARIABLE = /^COMPOSE_PROJECT_NAME=(.*)$/;

/** The options of Compose itself that take a value; those of its subcommands may have the same names. */
const WITH_VALUE: ReadonlyMap<string, string> = new Map([
  ["-p", PROJECT],
  ["-f", FILE],
  ...[PROJECT, DIRECTORY, FILE].map((name): [string, string] => [name, name]),
  ...["--profile", "--env-file", "--ansi", "--progress", "--parallel"].map((name): [string, string] => [
    name,
    name,
  ]),
]);

/** Ends a command of a shell. */
const SEPARATOR = /^(?:&&?|\|\|?|;)$/;
/** What a shell would put something else for. */
const EXPANDED = /[$`*?~"'\\]/;

/**
 * The Compose project of an environment's commands, by the rules of Compose that can be read from the configuration:
 * a `name:` in the Compose file cannot. Also understands a command in the words of a shell.
 *
 * @returns undefined where no command uses Compose, or the name is not known
 */
export function composeProjectOf({ strategy }: EnvironmentConfig): string | undefined {
  const commands = [strategy.restart, ...strategy.before, ...strategy.after];
  const call = commands.map(({ run }) => composeCall(run)).find((each) => each !== undefined);
  const { proof } = strategy.restart;
  const proven = typeof proof === "object" && "compose" in proof ? proof.compose.project : undefined;
  if (call === undefined) return undefined;
  if (proven !== undefined) return proven;
  const given = call.options.get(PROJECT) ?? call.variable;
  const name = given ?? directoryName(strategy.directory, call.options);
  return name === "" || EXPANDED.test(name) ? undefined : name;
}

/** By default the project is called after the folder of the first Compose file. */
function directoryName(checkout: string, options: ReadonlyMap<string, string>): string {
  const file = options.get(FILE);
  const directory = options.get(DIRECTORY) ?? (file === undefined ? "." : posix.dirname(file));
  // Compose would leave these characters out; here they stand for what only the shell knows.
  if (EXPANDED.test(directory)) return directory;
  return normalized(posix.basename(posix.resolve(checkout, directory)));
}

interface ComposeCall {
  /** The first value of each. */
  readonly options: ReadonlyMap<string, string>;
  /** `COMPOSE_PROJECT_NAME` before the command. */
  readonly variable: string | undefined;
}

function composeCall(run: readonly string[]): ComposeCall | undefined {
  const words = run.flatMap((word) =>
    word
      .replaceAll(/(&&|\|\||;)/g, " $1 ")
      .split(/\s+/)
      .filter((each) => each !== ""),
  );
  const at = words.findIndex((word, index) => {
    const name = posix.basename(word);
    return name === "docker-compose" || (name === "docker" && words[index + 1] === "compose");
  });
  if (at === -1) return undefined;
  const before = words.slice(0, at);
  const own = before.slice(before.findLastIndex((word) => SEPARATOR.test(word)) + 1);
  const variable = own.map((word) => VARIABLE.exec(word)?.[1]).findLast((value) => value !== undefined);
  const first = posix.basename(words[at] ?? "") === "docker" ? at + 2 : at + 1;
  return { options: optionsOf(words.slice(first)), variable };
}

/** Those before the subcommand. */
function optionsOf(words: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (!word.startsWith("-")) break;
    const [, written = word, value] = /^(--?[^=]+)=(.*)$/.exec(word) ?? [];
    const name = WITH_VALUE.get(written);
    if (name === undefined) continue;
    if (value === undefined) index += 1;
    if (!options.has(name)) options.set(name, value ?? words[index] ?? "");
  }
  return options;
}

/** As Compose makes a project's name from a directory's. */
function normalized(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "")
    .replace(/^[_-]+/, "");
}
