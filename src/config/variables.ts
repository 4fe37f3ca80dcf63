import { readFileSync } from "node:fs";
import { quote } from "./display.js";

/** One mistake in the environment variables, or in a file that they or the configuration name. */
export interface EnvironmentFault {
  /** `DISCORD_TOKEN`, `DISCORD_TOKEN_FILE`, or `hosts.web.key.file`. */
  readonly source: string;
  /** Never the value of a secret. */
  readonly found: string;
  readonly problem: string;
  readonly fix: string;
}

/** A secret that was read, with what named it, and the file it stood in. */
export interface FoundSecret {
  readonly kind: "found";
  readonly text: string;
  readonly source: string;
  readonly file: string | undefined;
}

export interface FaultySecret {
  readonly kind: "fault";
  readonly fault: EnvironmentFault;
}

/**
 * Reads a secret from `NAME`, or from the file that `NAME_FILE` names (as Docker secrets are given), without the
 * line break that ends the file. An empty value is a fault: it is more often a forgotten substitution than a wish.
 *
 * @param required whether the advice for an empty value must not be to unset it
 */
export function readSecretText(
  env: NodeJS.ProcessEnv,
  name: string,
  { required }: { readonly required: boolean },
): FoundSecret | FaultySecret | { readonly kind: "absent" } {
  const text = env[name];
  const fileVariable = `${name}_FILE`;
  const file = env[fileVariable];
  if (text !== undefined && file !== undefined) {
    return fault(name, "both variables", `${name} and ${fileVariable} are both set`, "keep one of them");
  }
  if (file === "") {
    const fix = required ? `name a file, or set ${name}` : `unset ${fileVariable}, or name a file`;
    return fault(fileVariable, "no value", "this is empty", fix);
  }
  if (file !== undefined) return readSecretFile(file, fileVariable);
  if (text === undefined) return { kind: "absent" };
  if (text.trim() === "") {
    const fix = required
      ? `give it a value, or name a file in ${fileVariable}`
      : `unset ${name}, or give it a value`;
    return fault(name, "no value", "this is empty", fix);
  }
  return { kind: "found", text, source: name, file: undefined };
}

/** Reads a secret from a file, as `readSecretText` does. `source` is what named the file. */
export function readSecretFile(file: string, source: string): FoundSecret | FaultySecret {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const problem = `the file cannot be read (${code})`;
    return fault(source, quoteFile(file), problem, "name a file that the user that runs Slipway can read");
  }
  if (content.trim() === "")
    return fault(source, quoteFile(file), "the file is empty", "put the secret into the file");
  return { kind: "found", text: content.replace(/\r?\n$/, ""), source, file };
}

/** Writes faults for a terminal, one block each. */
export function formatEnvironmentFaults(faults: readonly EnvironmentFault[]): string {
  return faults
    .map(({ source, found, problem, fix }) => `${source}: ${problem}\n  found: ${found}\n  fix:   ${fix}\n`)
    .join("\n");
}

function fault(source: string, found: string, problem: string, fix: string): FaultySecret {
  return { kind: "fault", fault: { source, found, problem, fix } };
}

/** Someone may have written the secret itself where the name of its file belongs. */
function quoteFile(file: string): string {
  return file.includes("/") ? quote(file) : `text of ${file.length} characters`;
}
