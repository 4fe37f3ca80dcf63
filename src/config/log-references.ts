import type { Finding } from "./fault.js";
import { missingHost, type PlacedEnvironment } from "./protection-references.js";

/** Checks the logs of an environment: each has a name of its own, and a host that is there. */
export function checkLogs({ path, environment, hosts }: PlacedEnvironment): readonly Finding[] {
  const sources = Array.isArray(environment["logs"]) ? (environment["logs"] as readonly unknown[]) : [];
  const names = sources.map((source) => textAt(source, "name"));
  return sources.flatMap((source, index): readonly Finding[] => {
    const at = (key: string) => ({ path: [...path, "logs", index, key], target: "value" }) as const;
    const name = names[index];
    const twice: Finding = { ...at("name"), problem: "another log has this name", fix: "rename one of them" };
    return [
      ...(name !== undefined && names.indexOf(name) !== index ? [twice] : []),
      ...missingHost(at("host").path, textAt(source, "host"), hosts),
    ];
  });
}

function textAt(source: unknown, key: "name" | "host"): string | undefined {
  if (typeof source !== "object" || source === null) return undefined;
  const value: unknown = Object.hasOwn(source, key) ? Reflect.get(source, key) : undefined;
  return typeof value === "string" ? value : undefined;
}
