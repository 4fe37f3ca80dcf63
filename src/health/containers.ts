import { z } from "zod";
import type { ProbeReason } from "../deployments/probe-reason.js";
import type { RestartMemory } from "./restart-memory.js";

/** A Compose project of more containers than these names them only by their number. */
const NAMED = 10;

/**
 * What `docker compose ps` prints has changed its form over time, and `docker-compose` 1 has none for programs. So
 * Compose only says which containers there are, and `docker inspect`, the same for all, says how they are.
 */
const INSPECT = `
[ -n "$ids" ] || exit 0
date -u '+{"now":"%Y-%m-%dT%H:%M:%SZ"}'
exec docker inspect --format '{"id":{{json .ID}},"createdAt":{{json .Created}},"name":{{json .Name}},"service":{{json (index .Config.Labels "com.docker.compose.service")}},"oneOff":{{json (index .Config.Labels "com.docker.compose.oneoff")}},"status":{{json .State.Status}},"restarts":{{json .RestartCount}},"startedAt":{{json .State.StartedAt}},"health":{{if .State.Health}}{{json .State.Health.Status}}{{else}}null{{end}}}' $ids
`;

/**
 * Arguments: options of Compose. It runs in the project's directory. Version 1 lists stopped containers by itself, and
 * answers with the trace of a Python program where Docker does not: so Docker itself is asked first.
 */
export const CONTAINERS_OF_PROJECT = `set -f
if docker compose version >/dev/null 2>&1
then ids=$(docker compose "$@" ps --quiet --all) || exit
else
  docker version >/dev/null || exit
  ids=$(docker-compose "$@" ps --quiet) || exit
fi${INSPECT}`;

/** Argument: a filter of `docker ps`. */
export const CONTAINERS_OF_LABEL = `set -f
ids=$(docker ps --all --quiet --no-trunc --filter "$1") || exit${INSPECT}`;

const InspectedContainer = z.object({
  id: z.string().max(100),
  createdAt: z.iso.datetime({ offset: true }),
  name: z.string().transform((name) => name.replace(/^\//, "").slice(0, 100)),
  service: z.string(),
  oneOff: z.string(),
  status: z.string().max(50),
  restarts: z.int(),
  startedAt: z.iso.datetime({ offset: true }),
  health: z.string().max(50).nullable(),
});

export interface Container {
  readonly name: string;
  /** Of Compose; empty for a container that it did not make. */
  readonly service: string;
  /** Made by `compose run`: nobody expects it to stay. */
  readonly oneOff: boolean;
  /** Docker's word: `running`, `exited`, `restarting`…; `restarting` also where it keeps falling and runs just now. */
  readonly status: string;
  /** `healthy`, `unhealthy`, `starting`; absent without a health check. */
  readonly health: string | undefined;
}

/** From then on Docker itself takes a container that fell before for one that stays, and its pauses begin anew. */
const STAYS_AFTER_MS = 10_000;

/** The host's own clock: it counts for what started there. */
const HostTime = z.object({ now: z.iso.datetime() });

/** Reads what the scripts above print; other lines are warnings of Docker. `undefined` when it makes no sense. */
export function parseContainers(output: string, memory: RestartMemory): readonly Container[] | undefined {
  const [first, ...lines] = output.split("\n").filter((line) => line.startsWith("{"));
  if (first === undefined) return [];
  const time = HostTime.safeParse(parseJson(first));
  if (!time.success) return undefined;
  const now = Date.parse(time.data.now);
  const containers = lines.map((line) => parseContainer(line, now, memory));
  return containers.some((container) => container === undefined)
    ? undefined
    : containers.filter((container) => container !== undefined);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function parseContainer(line: string, now: number, memory: RestartMemory): Container | undefined {
  const parsed = InspectedContainer.safeParse(parseJson(line));
  if (!parsed.success) return undefined;
  const { id, name, service, oneOff, health, restarts } = parsed.data;
  const startedAt = Date.parse(parsed.data.startedAt);
  const counted = { id, count: restarts, createdAt: Date.parse(parsed.data.createdAt), startedAt };
  // Between two falls it runs for a moment: whoever looks just then must not take it for well.
  const falls = memory.keepsFalling(counted, now) || (restarts > 0 && now - startedAt < STAYS_AFTER_MS);
  const status = parsed.data.status === "running" && falls ? "restarting" : parsed.data.status;
  return { name, status, service, oneOff: oneOff === "True", health: health ?? undefined };
}

/** What is wrong with the containers, or nothing. A service that has none at all is wrong, too. */
export function judgeContainers(
  containers: readonly Container[],
  services: readonly string[] | undefined,
): ProbeReason | undefined {
  const watched = containers.filter(
    ({ oneOff, service }) => !oneOff && (services === undefined || services.includes(service)),
  );
  const absent = (services ?? []).filter((name) => !watched.some(({ service }) => service === name));
  const faults = [
    ...watched.flatMap(({ name, status, health }) => {
      const state = status === "running" ? health : status;
      return status !== "running" || health === "unhealthy" ? [{ name, state: state ?? status }] : [];
    }),
    ...absent.map((name) => ({ name, state: "absent" })),
  ];
  if (watched.length > 0 && faults.length === 0) return undefined;
  return { code: "containers", faults: faults.slice(0, NAMED), more: Math.max(0, faults.length - NAMED) };
}
