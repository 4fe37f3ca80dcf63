import type { FreeSpace, HealthCheckConfig } from "./health-schema.js";
import type { Config, EnvironmentConfig } from "./schema.js";

type OnHost<Check> = Omit<Check, "host"> & { readonly host: string };
type Of<Type extends HealthCheckConfig["type"]> = Extract<HealthCheckConfig, { type: Type }>;

export type HttpCheck = Of<"http">;
export type TcpCheck = Of<"tcp">;
export type CommandCheck = OnHost<Of<"command">>;
export type ComposeCheck = OnHost<Of<"compose">>;
export type DiskCheck = OnHost<Of<"disk">>;

/** A health check as it is made: what runs on a host names one host. Plain data, without any secret. */
export type HealthCheck = HttpCheck | TcpCheck | CommandCheck | ComposeCheck | DiskCheck;

/** The checks of an environment, those over SSH once for each host that they mean. */
export function healthChecksOf(environment: EnvironmentConfig): readonly HealthCheck[] {
  return environment.health.flatMap((check): readonly HealthCheck[] => {
    if (check.type === "http" || check.type === "tcp") return [check];
    const hosts = check.host === undefined ? environment.hosts : [check.host];
    return hosts.map((host) => ({ ...check, host }));
  });
}

/** The host that a check asks: one that it runs on, or the one that it connects to. */
export function hostAsked(check: HealthCheck): string {
  switch (check.type) {
    case "http":
      return new URL(check.url).hostname;
    case "tcp":
      return check.address.host;
    default:
      return check.host;
  }
}

/** Names a check for people, the same in every language: its URL, `tcp://host:port`, or `web-1: …`. */
export function checkLabel(check: HealthCheck): string {
  switch (check.type) {
    case "http":
      return check.url;
    case "tcp":
      return `tcp://${check.address.host.includes(":") ? `[${check.address.host}]` : check.address.host}:${check.address.port}`;
    case "command":
      return `${check.host}: ${check.run.join(" ")}`;
    case "compose":
      return `${check.host}: docker compose ${check.project ?? check.directory ?? ""}`.trimEnd();
    case "disk":
      return `${check.host}: ${check.path} ≥ ${freeSpaceText(check.minimumFree)}`;
  }
}

/** Every origin that Slipway was told of: the only ones that a redirect of a health check may lead to. */
export function probeOrigins(config: Config): ReadonlySet<string> {
  const environments = Object.values(config.projects).flatMap((project) =>
    Object.values(project.environments),
  );
  const urls = environments.flatMap(({ health, url }) => [
    ...health.flatMap((check) => (check.type === "http" ? [check.url] : [])),
    ...(url === undefined ? [] : [url]),
  ]);
  return new Set(urls.map((url) => new URL(url).origin));
}

export function freeSpaceText(space: FreeSpace): string {
  return "percent" in space ? `${space.percent}%` : `${space.megabytes} MB`;
}
