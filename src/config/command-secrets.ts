import { Secret } from "../secret.js";
import type { ConfigPath, Finding } from "./fault.js";
import { readReferencedSecret, type SecretSources } from "./referenced-secret.js";
import type { CommandConfig, Config, EnvironmentConfig } from "./schema.js";
import { type SecretReference, secretId } from "./secret-reference.js";

/** The secrets that commands are given on the hosts, by {@link secretId} of their reference. */
export type CommandSecrets = ReadonlyMap<string, Secret>;

export type CommandSecretsResult =
  | { readonly kind: "valid"; readonly secrets: CommandSecrets }
  | { readonly kind: "invalid"; readonly findings: readonly Finding[] };

/** Linux takes no variable of more than 128 KiB, name and all (MAX_ARG_STRLEN). */
const LONGEST_BYTES = 100 * 1024;

interface PlacedReference {
  readonly reference: SecretReference;
  readonly path: ConfigPath;
  /** The variable on the host. */
  readonly name: string;
}

/** Reads the secrets that the commands of a configuration name. All faults come at once; none holds a secret. */
export function readCommandSecrets(config: Config, sources: SecretSources): CommandSecretsResult {
  const secrets = new Map<string, Secret>();
  const findings: Finding[] = [];
  for (const placed of references(config)) {
    const read = readSecret(placed, sources);
    if (read instanceof Secret) secrets.set(secretId(placed.reference), read);
    else findings.push(read);
  }
  return findings.length > 0 ? { kind: "invalid", findings } : { kind: "valid", secrets };
}

function readSecret({ reference, path, name }: PlacedReference, sources: SecretSources): Secret | Finding {
  const isFile = "file" in reference;
  const at = { path: [...path, isFile ? "file" : "variable"], target: "value" } as const;
  const read = readReferencedSecret(reference, sources, "", `what the command gets as ${name}`);
  if (read.kind === "fault") {
    const { source, problem, fix } = read.fault;
    return { ...at, problem: isFile ? problem : `${source}: ${problem}`, fix };
  }
  if (read.text.includes("\0"))
    return { ...at, problem: "the secret holds a NUL", fix: "give text: no variable can carry a NUL" };
  if (Buffer.byteLength(read.text) > LONGEST_BYTES)
    return { ...at, problem: "the secret is too long for a variable", fix: "give at most 100 KiB" };
  return new Secret(read.text);
}

function references(config: Config): readonly PlacedReference[] {
  return Object.entries(config.projects).flatMap(([project, { environments }]) =>
    Object.entries(environments).flatMap(([name, environment]) =>
      commandsOf(environment).flatMap(({ command, path }) =>
        referencesOf(command, ["projects", project, "environments", name, ...path]),
      ),
    ),
  );
}

type WithSecrets = Pick<CommandConfig, "secrets">;

function commandsOf({ strategy, backup }: EnvironmentConfig) {
  const { before, restart, after } = strategy;
  const listed = (phase: string, commands: readonly WithSecrets[]) =>
    commands.map((command, index) => ({ command, path: ["strategy", phase, index] }));
  return [
    ...listed("before", before),
    { command: restart, path: ["strategy", "restart"] },
    ...listed("after", after),
    ...(backup === undefined ? [] : [{ command: backup, path: ["backup"] }]),
  ];
}

function referencesOf({ secrets = {} }: WithSecrets, path: ConfigPath): readonly PlacedReference[] {
  return Object.entries(secrets).map(([name, reference]) => ({
    reference,
    name,
    path: [...path, "secrets", name],
  }));
}
