import type { AuditTrail } from "../audit/audit-trail.js";
import type { LogSource } from "../config/logs-schema.js";
import type { Config } from "../config/schema.js";
import { logsGate } from "../deployments/gates.js";
import type { Refusal } from "../deployments/refusal.js";
import { type FoundTarget, findTarget } from "../deployments/targets.js";
import type { HostLog, HostLogReader } from "../execution/host-log-reader.js";
import { auditRefusal } from "./audit-press.js";
import { logCommand } from "./log-command.js";
import type { Person } from "./request-deployment.js";

const DEFAULT_LINES = 200;
/** More is for a tool that searches. */
export const MAX_LOG_LINES = 5_000;

/** Of all hosts together. Discord takes attachments of 10 MiB from a bot without boosts; the headings need some, too. */
const MAX_BYTES = 8 * 1024 * 1024;

export interface ReadLogsParts {
  readonly config: Config;
  readonly audit: AuditTrail;
  readonly readHost: HostLogReader;
}

/** A person's wish, as typed or as a button means it. */
export interface LogRequest {
  readonly person: Person;
  readonly project?: string;
  readonly environment: string;
  /** The name of a log in the configuration. @defaultValue the environment's first */
  readonly service?: string;
  /** 1 to {@link MAX_LOG_LINES}; the nearest of these where it is another number. @defaultValue 200 */
  readonly lines?: number;
}

/** Why nobody was asked for a log. */
export type LogRefusal =
  | { readonly code: "no-logs"; readonly environment: string }
  | { readonly code: "unknown-log"; readonly service: string; readonly known: readonly string[] }
  | Refusal;

export type LogOutcome =
  | {
      readonly kind: "read";
      readonly target: FoundTarget;
      readonly service: string;
      readonly lines: number;
      /** In the order of the configuration; those that did not answer, too. */
      readonly hosts: readonly HostLog[];
    }
  | { readonly kind: "refused"; readonly refusal: LogRefusal };

/** `/logs`: the end of one log from each of its hosts. Who read what is written down before it is read. */
export async function readLogs(parts: ReadLogsParts, request: LogRequest): Promise<LogOutcome> {
  const { person } = request;
  const found = findTarget(parts.config, request.environment, request.project);
  if (found.kind === "refused") return refuse(parts, person, found.refusal);
  const { target } = found;
  const refusal = logsGate(target, person.roles);
  if (refusal !== undefined) return refuse(parts, person, refusal, target);
  const chosen = chooseLog(target, request.service);
  if (chosen.kind === "refused") return refuse(parts, person, chosen.refusal, target);

  const { source } = chosen;
  const lines = Math.min(Math.max(1, request.lines ?? DEFAULT_LINES), MAX_LOG_LINES);
  await writeDown(parts, request, target, { service: source.name, lines });
  const hosts = await readAll(parts, target, source, lines);
  return { kind: "read", target, service: source.name, lines, hosts };
}

function chooseLog(
  { environment, config: { logs } }: FoundTarget,
  service: string | undefined,
):
  | { readonly kind: "chosen"; readonly source: LogSource }
  | { readonly kind: "refused"; readonly refusal: LogRefusal } {
  const [first] = logs;
  if (first === undefined) return { kind: "refused", refusal: { code: "no-logs", environment } };
  const source = service === undefined ? first : logs.find(({ name }) => name === service);
  if (source !== undefined) return { kind: "chosen", source };
  const known = logs.map(({ name }) => name);
  return { kind: "refused", refusal: { code: "unknown-log", service: service ?? "", known } };
}

async function readAll(
  { readHost }: ReadLogsParts,
  target: FoundTarget,
  source: LogSource,
  lines: number,
): Promise<readonly HostLog[]> {
  const hosts = source.host === undefined ? target.config.hosts : [source.host];
  const request = {
    command: logCommand(source, lines),
    maxBytes: Math.floor(MAX_BYTES / hosts.length),
    // The others are asked for so many lines; Compose gives them of each container.
    ...("run" in source && { maxLines: lines }),
  };
  return Promise.all(hosts.map((host) => readHost({ host, ...request })));
}

async function writeDown(
  { audit }: ReadLogsParts,
  { person }: LogRequest,
  { project, environment }: FoundTarget,
  details: { readonly service: string; readonly lines: number },
): Promise<void> {
  await audit.append({
    action: "logs",
    actor: { kind: "person", userId: person.id, userName: person.name },
    source: "discord",
    target: { project, environment },
    details,
  });
}

async function refuse(
  parts: ReadLogsParts,
  person: Person,
  refusal: LogRefusal,
  target?: FoundTarget,
): Promise<LogOutcome> {
  await auditRefusal(parts, person, refusal, { target });
  return { kind: "refused", refusal };
}
