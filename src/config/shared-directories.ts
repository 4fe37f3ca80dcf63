import { posix } from "node:path";
import { formatPath } from "./display.js";
import type { ConfigPath, Finding } from "./fault.js";
import type { PlacedEnvironment } from "./protection-references.js";

/**
 * Two environments in one directory of a host would take it from each other: each has locks and a queue of its own, and
 * what one deploys the other one would show as its.
 */
export function checkDirectories(environments: readonly PlacedEnvironment[]): readonly Finding[] {
  const taken = new Map<string, ConfigPath>();
  return environments.flatMap(({ path, environment }) => {
    const directory = directoryOf(environment["strategy"]);
    const hosts = Array.isArray(environment["hosts"]) ? (environment["hosts"] as readonly unknown[]) : [];
    if (directory === undefined) return [];
    return hosts.flatMap((host): readonly Finding[] => {
      const key = JSON.stringify([host, posix.resolve(directory)]);
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

function directoryOf(strategy: unknown): string | undefined {
  if (typeof strategy !== "object" || strategy === null || !("directory" in strategy)) return undefined;
  const { directory } = strategy;
  return typeof directory === "string" && directory.startsWith("/") ? directory : undefined;
}
