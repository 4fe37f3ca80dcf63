import { posix } from "node:path";
import { formatPath } from "./display.js";
import type { ConfigPath, Finding } from "./fault.js";
import type { PlacedEnvironment } from "./protection-references.js";

/**
 * Two environments in one directory of a host would take it from each other: each has locks and a queue of its own, and
 * what one deploys the other one would show as its.
 */
export function checkDirectories(
  environments: readonly PlacedEnvironment[],
  hostsByName: Readonly<Record<string, unknown>>,
): readonly Finding[] {
  const taken = new Map<string, ConfigPath>();
  return environments.flatMap(({ path, environment }) => {
    const directory = directoryOf(environment["strategy"]);
    const hosts = Array.isArray(environment["hosts"]) ? (environment["hosts"] as readonly unknown[]) : [];
    if (directory === undefined) return [];
    return hosts.flatMap((host): readonly Finding[] => {
      const key = JSON.stringify([machineOf(host, hostsByName), posix.resolve(directory)]);
      const first = taken.get(key) ?? path;
      taken.set(key, first);
      if (first === path) return [];
      const at = { path: [...path, "strategy", "directory"], target: "value" } as const;
      const problem = `on \`${String(host)}\` this is the directory of ${formatPath(first)} too`;
      return [
        { ...at, problem, fix: "give each environment a directory of its own, or keep one of the two" },
      ];
    });
  });
}

/** One machine may be written as several hosts, for several users. */
function machineOf(name: unknown, hosts: Readonly<Record<string, unknown>>): unknown {
  const host = typeof name === "string" && Object.hasOwn(hosts, name) ? hosts[name] : undefined;
  if (typeof host !== "object" || host === null || !("address" in host)) return name;
  const { address } = host;
  if (typeof address !== "string") return name;
  return [address.toLowerCase(), "port" in host ? host.port : 22, "jump" in host ? host.jump : undefined];
}

function directoryOf(strategy: unknown): string | undefined {
  if (typeof strategy !== "object" || strategy === null || !("directory" in strategy)) return undefined;
  const { directory } = strategy;
  return typeof directory === "string" && directory.startsWith("/") ? directory : undefined;
}
