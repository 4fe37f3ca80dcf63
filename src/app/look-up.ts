import type { Config } from "../config/schema.js";
import { placeInQueue, type QueuePlace } from "../deployments/forecast.js";
import { freezeGate } from "../deployments/gates.js";
import type { LockStore } from "../deployments/lock-store.js";
import type { PersonLock } from "../deployments/locks.js";
import { type DeploymentRecord, isFinal } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import type { DeploymentStore } from "../deployments/store.js";
import { allTargets, type FoundTarget, findTarget } from "../deployments/targets.js";
import type { EnvironmentRunning } from "../deployments/what-runs.js";
import { type Board, type EnvironmentHealth, incidentOf, targetKey } from "../health/incidents/board.js";
import type { Incident } from "../health/incidents/incident.js";
import type { IncidentStore } from "../health/incidents/incident-store.js";
import { deploymentThrough, type RunningParts, readRunning } from "./look-up-running.js";

/** Requests that never ran are rarely this many in a row. */
const SEARCHED = 100;
/** A bigger sample would not change the forecast. */
const FORECAST_HISTORY = 15;

export interface LookUpParts {
  readonly config: Config;
  readonly store: DeploymentStore;
  readonly now: () => number;
}

export interface StatusParts extends LookUpParts, RunningParts {
  readonly store: DeploymentStore;
  readonly locks: Pick<LockStore, "find" | "findFreeze">;
  readonly incidents: Pick<IncidentStore, "board">;
}

/** What one environment looks like now. */
export interface EnvironmentStatus {
  readonly target: FoundTarget;
  /** What runs, host by host; every host was asked just now. */
  readonly running: EnvironmentRunning;
  /** The deployment through which the release runs that is the same on every host; undefined for release 0. */
  readonly through: DeploymentRecord | undefined;
  /** The newest deployment that started and has ended, however it ended. */
  readonly last: DeploymentRecord | undefined;
  /** Running and waiting deployments, oldest first. */
  readonly open: readonly DeploymentRecord[];
  /** Of the environment and of its project, as far as they hold now. */
  readonly locks: readonly PersonLock[];
  /** What keeps deployments out now: a window of the configuration, or a person's. `until` is absent where it has no end. */
  readonly freeze: { readonly reason: string; readonly until: number | undefined } | undefined;
  /** What the last health checks said, where the environment is monitored. */
  readonly health: EnvironmentHealth | undefined;
  /** The open incident that the environment is in. */
  readonly incident: Incident | undefined;
}

type LookUp<Found> =
  | ({ readonly kind: "found" } & Found)
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** `/status`: every environment, or those that the person named. */
export async function lookUpStatus(
  parts: StatusParts,
  filter: { readonly environment?: string; readonly project?: string },
): Promise<LookUp<{ environments: readonly EnvironmentStatus[] }>> {
  const targets = allTargets(parts.config).filter(
    (target) =>
      (filter.environment === undefined || target.environment === filter.environment) &&
      (filter.project === undefined || target.project === filter.project),
  );
  if (targets.length === 0) {
    const found = findTarget(parts.config, filter.environment ?? "", filter.project);
    if (found.kind === "refused") return found;
  }
  const board = await parts.incidents.board();
  const environments = await Promise.all(targets.map((target) => statusOf(parts, target, board)));
  return { kind: "found", environments };
}

/** `/history`: the newest deployments of one environment, newest first. */
export async function lookUpHistory(
  parts: LookUpParts,
  request: { readonly environment: string; readonly project?: string; readonly count: number },
): Promise<LookUp<{ target: FoundTarget; records: readonly DeploymentRecord[] }>> {
  const found = findTarget(parts.config, request.environment, request.project);
  if (found.kind === "refused") return found;
  return {
    kind: "found",
    target: found.target,
    records: await parts.store.newest(found.target, request.count),
  };
}

/** Position and start of a deployment that waits; undefined once it does not wait any more. */
export async function lookUpPlace(
  { store, now }: LookUpParts,
  record: DeploymentRecord,
): Promise<QueuePlace | undefined> {
  if (record.state !== "queued") return undefined;
  const [open, history] = await Promise.all([store.open(record), store.newest(record, FORECAST_HISTORY)]);
  return placeInQueue(record, open, history, now());
}

async function statusOf(parts: StatusParts, target: FoundTarget, board: Board): Promise<EnvironmentStatus> {
  const { store } = parts;
  const { project, environment } = target;
  const at = parts.now();
  const [running, open, newest, freeze, ...locks] = await Promise.all([
    readRunning(parts, target),
    store.open(target),
    store.newest(target, SEARCHED),
    parts.locks.findFreeze(target, at),
    parts.locks.find({ project, environment }, at),
    parts.locks.find({ project }, at),
  ]);
  const frozen = freezeGate(target, { kind: "deploy" }, freeze, at);
  return {
    ...{ target, running, open },
    through: await deploymentThrough(store, running),
    last: lastEnded(newest),
    locks: locks.filter((lock) => lock !== undefined),
    freeze: frozen?.code === "frozen" ? { reason: frozen.reason, until: frozen.until } : undefined,
    health: board.environments[targetKey(target)],
    incident: incidentOf(board, target),
  };
}

/** One that waited for its approval may have a smaller number than what ran before it. */
function lastEnded(records: readonly DeploymentRecord[]): DeploymentRecord | undefined {
  const ended = records.filter((record) => record.startedAt !== undefined && isFinal(record));
  return ended.reduce<DeploymentRecord | undefined>(
    (last, each) => ((last?.finishedAt ?? 0) >= (each.finishedAt ?? 0) ? last : each),
    undefined,
  );
}
