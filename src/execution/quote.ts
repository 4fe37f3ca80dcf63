import { VARIABLE_NAME } from "../config/variable-name.js";
import type { RemoteCommand } from "./remote-runner.js";

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Quotes argv as words of a POSIX shell: the shell gives back exactly these strings.
 * @throws TypeError on NUL, which no argument can carry, and on lone surrogates, which would reach the host as
 * another character. The text itself is kept out of the error, it may be a secret.
 */
export function quote(argv: readonly string[]): string {
  return argv.map(quoteWord).join(" ");
}

/**
 * The shell text that runs one command: `cd -- DIRECTORY && exec env NAME=VALUE … PROGRAM …`.
 * With a missing directory it ends with the shell's own error and runs nothing.
 * @throws TypeError on a command that cannot be expressed safely
 */
export function toShellCommand(command: RemoteCommand): string {
  if (command.secretEnvironment) throw new TypeError("A command with secrets needs a durable run");
  const words = [...environmentWords(command), ...programWords(command)];
  const program = `exec ${quote(words)}`;
  return command.directory === undefined
    ? program
    : `cd -- ${quoteDirectory(command.directory)} && ${program}`;
}

function quoteWord(word: string): string {
  if (word.includes("\0")) throw new TypeError("A command word contains NUL");
  if (LONE_SURROGATE.test(word)) throw new TypeError("A command word is not well-formed Unicode");
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function quoteDirectory(directory: string): string {
  if (directory === "") throw new TypeError("The directory of a command is empty");
  // `cd -` and a CDPATH on the host would otherwise lead a relative name somewhere else.
  return quoteWord(directory.startsWith("/") ? directory : `./${directory}`);
}

/** @throws TypeError on what no shell can set */
export function checkVariableName(name: string): void {
  if (!VARIABLE_NAME.test(name)) throw new TypeError("The name of an environment variable is not valid");
}

function environmentWords({ environment = {} }: RemoteCommand): string[] {
  const entries = Object.entries(environment);
  for (const [name] of entries) checkVariableName(name);
  return entries.length === 0 ? [] : ["env", ...entries.map(([name, value]) => `${name}=${value}`)];
}

function programWords({ argv, environment = {} }: RemoteCommand): readonly string[] {
  const program = argv[0];
  if (program === "" || program.startsWith("-")) throw new TypeError("A command needs the name of a program");
  // `env` would take such a program for one more variable.
  if (program.includes("=") && Object.keys(environment).length > 0) {
    throw new TypeError("A program whose name contains '=' cannot be given an environment");
  }
  return argv;
}
