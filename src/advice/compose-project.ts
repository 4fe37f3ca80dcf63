import { posix } from "node:path";
import type { EnvironmentConfig } from "../config/schema.js";

const PROJECT = /^(?:--project-name|-p)(?:=(.+))?$/;
const DIRECTORY = /^--project-directory(?:=(.+))?$/;
const VARIABLE = /^COMPOSE_PROJECT_NAME=(.+)$/;

/**
 * The Compose project of an environment's commands, by the rules of Compose that can be read from the configuration:
 * a `name:` in the Compose file cannot. Also understands a command in the words of a shell.
 *
 * @returns undefined where no command uses Compose
 */
export function composeProjectOf({ strategy }: EnvironmentConfig): string | undefined {
  const commands = [strategy.restart, ...strategy.before, ...strategy.after];
  const words = commands.map(({ run }) => run.flatMap((word) => word.split(/\s+/))).find(usesCompose);
  const { proof } = strategy.restart;
  const proven = typeof proof === "object" && "compose" in proof ? proof.compose.project : undefined;
  if (words === undefined) return undefined;
  const directory = optionValue(words, DIRECTORY) ?? strategy.directory;
  return (
    proven ??
    optionValue(words, PROJECT) ??
    optionValue(words, VARIABLE) ??
    normalized(posix.basename(directory))
  );
}

function usesCompose(words: readonly string[]): boolean {
  return words.some(
    (word, index) =>
      posix.basename(word) === "docker-compose" ||
      (posix.basename(word) === "docker" && words[index + 1] === "compose"),
  );
}

function optionValue(words: readonly string[], option: RegExp): string | undefined {
  for (const [index, word] of words.entries()) {
    const match = option.exec(word);
    if (match !== null) return match[1] ?? words[index + 1];
  }
  return undefined;
}

/** As Compose makes a project's name from a directory's. */
function normalized(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, "")
    .replace(/^[_-]+/, "");
}
