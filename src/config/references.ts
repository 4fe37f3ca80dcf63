import type { ConfigPath, Finding } from "./fault.js";
import { checkHealth } from "./health-references.js";
import { checkLogs } from "./log-references.js";
import { checkProtection, type PlacedEnvironment } from "./protection-references.js";
import { checkDirectories } from "./shared-directories.js";
import { unknownHost } from "./unknown-host.js";

type Mapping = Readonly<Record<string, unknown>>;

/**
 * Checks what one part of the configuration says about another. Works on what was read, before the schema has
 * agreed to it, so that all faults of a file come at once; what has the wrong type is left to the schema.
 */
export function checkReferences(config: unknown): readonly Finding[] {
  const root = mapping(config);
  const hosts = mapping(root["hosts"]);
  const placed = environments(root);
  return [
    ...hiddenNames(root),
    ...Object.keys(hosts).flatMap((name) => hostKeySource(["hosts", name], mapping(hosts[name]))),
    ...jumps(hosts),
    ...checkDirectories(placed, hosts),
    ...placed.flatMap((each) => [
      ...environmentHosts(each.path, each.environment, each.hosts),
      ...checkProtection(each),
      ...checkHealth(each),
      ...checkLogs(each),
    ]),
  ];
}

function environments(root: Mapping): readonly PlacedEnvironment[] {
  const hosts = Object.keys(mapping(root["hosts"]));
  return Object.entries(mapping(root["projects"])).flatMap(([projectName, value]) => {
    const project = mapping(mapping(value)["environments"]);
    return Object.entries(project).map(([name, environment]) => ({
      path: ["projects", projectName, "environments", name],
      ...{ name, project, hosts, environment: mapping(environment) },
    }));
  });
}

/** zod passes over a key named `__proto__` in a record without a word. */
function hiddenNames(root: Mapping): readonly Finding[] {
  const projects = mapping(root["projects"]);
  const places: readonly (readonly [ConfigPath, unknown])[] = [
    [["hosts"], root["hosts"]],
    [["projects"], projects],
    ...Object.entries(projects).map(
      ([name, project]) => [["projects", name, "environments"], mapping(project)["environments"]] as const,
    ),
  ];
  return places
    .filter(([, value]) => Object.hasOwn(mapping(value), "__proto__"))
    .map(([path]) => ({
      path: [...path, "__proto__"],
      target: "key",
      problem: "this is not a valid name",
      fix: "use 1 to 32 lower-case letters, digits and hyphens",
    }));
}

function hostKeySource(path: ConfigPath, host: Mapping): readonly Finding[] {
  const both = "hostKeys" in host && "knownHosts" in host;
  const neither = Object.keys(host).length > 0 && !("hostKeys" in host) && !("knownHosts" in host);
  if (both) {
    return [
      {
        path: [...path, "knownHosts"],
        target: "key",
        problem: "`hostKeys` and `knownHosts` are both written",
        fix: "keep one of them",
      },
    ];
  }
  if (!neither) return [];
  const fix =
    "add `hostKeys:` with the host's SHA256 fingerprints (`ssh-keygen -lf`), or `knownHosts:` with a file";
  return [{ path, target: "key", problem: "nothing says which host key to accept", fix }];
}

function environmentHosts(
  path: ConfigPath,
  environment: Mapping,
  known: readonly string[],
): readonly Finding[] {
  const listed = Array.isArray(environment["hosts"]) ? (environment["hosts"] as readonly unknown[]) : [];
  return listed.flatMap((name, index): readonly Finding[] => {
    const at = { path: [...path, "hosts", index], target: "value" } as const;
    if (typeof name !== "string") return [];
    if (listed.indexOf(name) !== index) {
      return [{ ...at, problem: "this host is listed twice", fix: "remove one of them" }];
    }
    return known.length === 0 || known.includes(name) ? [] : [{ ...at, ...unknownHost(name, known) }];
  });
}

function jumps(hosts: Mapping): readonly Finding[] {
  const known = Object.keys(hosts);
  const reported = new Set<string>();
  return known.flatMap((name): readonly Finding[] => {
    const at = { path: ["hosts", name, "jump"], target: "value" } as const;
    const jump = jumpOf(hosts, name);
    if (jump !== undefined && !known.includes(jump)) return [{ ...at, ...unknownHost(jump, known) }];
    const circle = circleFrom(hosts, name);
    if (circle.length === 0 || reported.has(name)) return [];
    for (const member of circle) reported.add(member);
    const fix = "let one of them be reached without `jump`";
    return [{ ...at, problem: `the way goes in a circle: ${[...circle, name].join(" → ")}`, fix }];
  });
}

/** The hosts of the circle that starts and ends at a host, or none. */
function circleFrom(hosts: Mapping, start: string): readonly string[] {
  const way = [start];
  let next = jumpOf(hosts, start);
  while (next !== undefined && !way.includes(next)) {
    way.push(next);
    next = jumpOf(hosts, next);
  }
  return next === start ? way : [];
}

function jumpOf(hosts: Mapping, name: string): string | undefined {
  const jump = Object.hasOwn(hosts, name) ? mapping(hosts[name])["jump"] : undefined;
  return typeof jump === "string" ? jump : undefined;
}

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
