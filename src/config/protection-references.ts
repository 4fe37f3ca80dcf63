import type { ConfigPath, Finding } from "./fault.js";
import { nearest } from "./nearest.js";

type Mapping = Readonly<Record<string, unknown>>;

/** Where an environment stands, with its neighbours in the project. */
export interface PlacedEnvironment {
  readonly path: ConfigPath;
  readonly name: string;
  readonly environment: Mapping;
  /** All environments of the project, by name. */
  readonly project: Mapping;
  readonly hosts: readonly string[];
}

/** Checks what guards an environment: the one before it, its approvers, and where its backup is made. */
export function checkProtection(placed: PlacedEnvironment): readonly Finding[] {
  return [...sourceEnvironment(placed), ...approvers(placed), ...backupHost(placed)];
}

function sourceEnvironment({ path, name, environment, project }: PlacedEnvironment): readonly Finding[] {
  const from = environment["from"];
  if (typeof from !== "string") return [];
  const at = { path: [...path, "from"], target: "value" } as const;
  const others = Object.keys(project).filter((other) => other !== name);
  if (!others.includes(from)) {
    return [
      { ...at, problem: "no other environment of the project has this name", fix: proposal(from, others) },
    ];
  }
  return comesBackTo(name, project)
    ? [{ ...at, problem: "the environments go in a circle", fix: "let one of them stand without `from`" }]
    : [];
}

function comesBackTo(name: string, project: Mapping): boolean {
  const seen = new Set<string>();
  let next = sourceOf(project[name]);
  while (next !== undefined && !seen.has(next)) {
    if (next === name) return true;
    seen.add(next);
    next = sourceOf(project[next]);
  }
  return false;
}

function sourceOf(environment: unknown): string | undefined {
  if (typeof environment !== "object" || environment === null || !("from" in environment)) return undefined;
  return typeof environment.from === "string" ? environment.from : undefined;
}

function approvers({ path, environment }: PlacedEnvironment): readonly Finding[] {
  const { approval, roles } = environment;
  const named = typeof roles === "object" && roles !== null && "approve" in roles;
  if (typeof approval !== "object" || named) return [];
  return [
    {
      path: [...path, "approval"],
      target: "key",
      problem: "nobody may approve here",
      fix: "add `approve:` with Discord role ids under `roles`",
    },
  ];
}

function backupHost({ path, environment, hosts }: PlacedEnvironment): readonly Finding[] {
  const { backup } = environment;
  if (typeof backup !== "object" || backup === null || !("host" in backup)) return [];
  return missingHost([...path, "backup", "host"], backup.host, hosts);
}

/** A host that the configuration does not have. Without any host, that alone is the fault. */
export function missingHost(path: ConfigPath, host: unknown, hosts: readonly string[]): readonly Finding[] {
  if (typeof host !== "string" || hosts.length === 0 || hosts.includes(host)) return [];
  return [{ path, target: "value", problem: "no host has this name", fix: proposal(host, hosts) }];
}

/** The name that was probably meant, or those that there are. */
function proposal(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  return known.length === 0
    ? "add that environment, or remove this"
    : `use one of ${known.map((one) => `\`${one}\``).join(", ")}`;
}
