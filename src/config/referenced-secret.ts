import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import type { SecretReference } from "./secret-reference.js";
import { type FaultySecret, type FoundSecret, readSecretFile, readSecretText } from "./variables.js";

/** Where references of one configuration file lead. */
export interface SecretSources {
  readonly env: NodeJS.ProcessEnv;
  /** Paths are relative to it. */
  readonly configFile: string;
}

/**
 * Reads a secret that the configuration names.
 * @param place of the reference in the configuration: `hosts.web.key`
 * @param meaning in words: `the private key`
 */
export function readReferencedSecret(
  reference: SecretReference,
  { env, configFile }: SecretSources,
  place: string,
  meaning: string,
): FoundSecret | FaultySecret {
  if ("file" in reference) {
    return readSecretFile(resolveConfigPath(reference.file, configFile), `${place}.file`);
  }
  const { variable } = reference;
  const read = readSecretText(env, variable, { required: true });
  if (read.kind !== "absent") return read;
  const fix = `set it to ${meaning}, or name its file in ${variable}_FILE`;
  return { kind: "fault", fault: { source: variable, found: "nothing", problem: "this is not set", fix } };
}

/** Resolves a path that stands in the configuration; `~/` is the home of the user that runs Slipway. */
export function resolveConfigPath(path: string, configFile: string): string {
  if (path.startsWith("~/")) return resolve(homedir(), path.slice(2));
  return resolve(dirname(configFile), path);
}
