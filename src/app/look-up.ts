import type { Config } from "../config/schema.js";
import { placeInQueue, type QueuePlace } from "../deployments/forecast.js";
import type { DeploymentRecord } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import type { DeploymentStore } from "../deployments/store.js";
import { allTargets, type FoundTarget, findTarget } from "../deployments/targets.js";

/** A bigger sample would not change the forecast. */
const FORECAST_HISTORY = 15;

export interface LookUpParts {
  readonly config: Config;
  readonly store: DeploymentStore;
  readonly now: () => number;
}

/** What one environment looks like now. */
export interface EnvironmentStatus {
  readonly target: FoundTarget;
  /** The newest deployment that succeeded. */
  readonly current: DeploymentRecord | undefined;
  /** Running and waiting deployments, oldest first. */
  readonly open: readonly DeploymentRecord[];
}

type LookUp<Found> =
  | ({ readonly kind: "found" } & Found)
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** `/status`: every environment, or those that the person named. */
export async function lookUpStatus(
  parts: LookUpParts,
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
  const environments = await Promise.all(targets.map((target) => statusOf(parts.store, target)));
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

async function statusOf(store: DeploymentStore, target: FoundTarget): Promise<EnvironmentStatus> {
  const [current, open] = await Promise.all([store.current(target), store.open(target)]);
  return { target, current, open };
}
