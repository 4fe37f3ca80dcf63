import type { ConfigPath, Finding } from "./fault.js";
import type { PlacedEnvironment } from "./protection-references.js";
import { unknownHost } from "./unknown-host.js";

type Mapping = Readonly<Record<string, unknown>>;

/** Headers whose value is a secret whatever it says. */
const SECRET_HEADERS = new Set(["authorization", "proxy-authorization", "cookie", "x-api-key"]);

/** Checks what a health check says about other parts of the file, and keys of its that exclude each other. */
export function checkHealth({ path, environment, hosts }: PlacedEnvironment): readonly Finding[] {
  const checks = Array.isArray(environment["health"]) ? (environment["health"] as readonly unknown[]) : [];
  return checks.flatMap((value, index) => {
    const at = [...path, "health", index];
    const check = mapping(value);
    const type = check["type"] ?? "http";
    return [
      ...checkHost(at, check, hosts),
      ...(type === "http" ? [...certificate(at, check), ...headers(at, check)] : []),
      ...(type === "compose" ? whichContainers(at, check) : []),
    ];
  });
}

function checkHost(at: ConfigPath, { host }: Mapping, hosts: readonly string[]): readonly Finding[] {
  if (typeof host !== "string" || hosts.length === 0 || hosts.includes(host)) return [];
  return [{ path: [...at, "host"], target: "value", ...unknownHost(host, hosts) }];
}

function certificate(at: ConfigPath, check: Mapping): readonly Finding[] {
  const { url } = check;
  if (!("certificate" in check) || typeof url !== "string" || !/^http:/i.test(url)) return [];
  const path = [...at, "certificate"];
  const fix = "use an https:// address, or remove `certificate`";
  return [{ path, target: "key", problem: "an http:// address has no certificate", fix }];
}

function headers(at: ConfigPath, check: Mapping): readonly Finding[] {
  const names = Object.keys(mapping(check["headers"]));
  return names.flatMap((name, index): readonly Finding[] => {
    const finding = { path: [...at, "headers", name], target: "key" } as const;
    const lower = name.toLowerCase();
    if (names.findIndex((other) => other.toLowerCase() === lower) !== index) {
      return [{ ...finding, problem: "this header is written twice", fix: "keep one of them" }];
    }
    if (lower === "authorization" && "basicAuth" in check) {
      const problem = "`basicAuth` sends this header, too";
      return [{ ...finding, problem, fix: "keep one of them" }];
    }
    if (!SECRET_HEADERS.has(lower) || typeof mapping(check["headers"])[name] !== "string") return [];
    const fix = "write `variable: NAME` or `file: path` under it, and the value there";
    return [{ ...finding, problem: "the value of this header is a secret", fix }];
  });
}

function whichContainers(at: ConfigPath, check: Mapping): readonly Finding[] {
  if ("directory" in check || "project" in check) return [];
  const problem = "nothing says which containers are meant";
  return [{ path: at, target: "value", problem, fix: "add `directory:` with the place of the Compose file" }];
}

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}
