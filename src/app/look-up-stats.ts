import type { Config } from "../config/schema.js";
import {
  beginOfMonths,
  doraFigures,
  type Incident,
  type MonthFigures,
  monthIn,
} from "../deployments/dora.js";
import type { Target } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import type { DeploymentStore } from "../deployments/store.js";
import { allTargets, type FoundTarget, findTarget } from "../deployments/targets.js";
import { targetKey } from "../health/incidents/board.js";
import { watchOf } from "../health/incidents/watched.js";

/** What one environment's figures are made of: a busy year, and little enough to read while a person waits. */
const MAX_RECORDS = 500;
/** As many as a message can hold. */
const MAX_ENVIRONMENTS = 25;

/** Which times an environment was down. */
export interface IncidentHistory {
  /** Those that had not ended at that moment, or began after it. */
  incidentsSince(target: Target, at: number): Promise<readonly Incident[]>;
}

export interface StatsParts {
  readonly config: Config;
  readonly store: Pick<DeploymentStore, "newest">;
  readonly now: () => number;
  /** Without it, only failed deployments and rollbacks count as failures. */
  readonly incidents?: IncidentHistory;
}

export interface StatsRequest {
  readonly environment?: string;
  readonly project?: string;
  /** How many, the present one included. */
  readonly months: number;
}

export interface EnvironmentStats {
  readonly target: Target;
  /** The oldest month first. */
  readonly months: readonly MonthFigures[];
  /**
   * When there are more deployments than are counted: the oldest that is. Milliseconds since the epoch.
   */
  readonly countedSince?: number;
}

export interface Stats {
  readonly environments: readonly EnvironmentStats[];
  /** Environments that were left out, because there are too many. */
  readonly left: number;
  readonly at: number;
}

export type StatsOutcome =
  | { readonly kind: "found"; readonly stats: Stats }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** `/stats`: the four DORA measures, of every environment or of those that the person named. */
export async function lookUpStats(parts: StatsParts, request: StatsRequest): Promise<StatsOutcome> {
  const { environment, project } = request;
  const targets = allTargets(parts.config).filter(
    (target) =>
      (environment === undefined || target.environment === environment) &&
      (project === undefined || target.project === project),
  );
  if (targets.length === 0) {
    const found = findTarget(parts.config, environment ?? "", project);
    if (found.kind === "refused") return found;
  }
  const at = parts.now();
  const environments: EnvironmentStats[] = [];
  // One after the other: the records of a single environment can be megabytes.
  for (const target of targets.slice(0, MAX_ENVIRONMENTS)) {
    environments.push(await statsOf(parts, target, request.months, at));
  }
  return { kind: "found", stats: { environments, left: targets.length - environments.length, at } };
}

async function statsOf(
  { store, incidents, config }: StatsParts,
  target: FoundTarget,
  months: number,
  now: number,
): Promise<EnvironmentStats> {
  const records = await store.newest(target, MAX_RECORDS);
  const countedSince = records.length === MAX_RECORDS ? records.at(-1)?.createdAt : undefined;
  // None at all: as if the first one were still to come.
  const firstAt = countedSince === undefined ? (records.at(-1)?.createdAt ?? now) : undefined;
  const period = { now, months, timeZone: config.timeZone, bakeMs: target.config.monitor.bake.lasts * 1000 };
  const since = Math.max(beginOfMonths(period), countedSince ?? 0);
  const facts = {
    ...{ records, watched: incidents !== undefined && watchOf(config).has(targetKey(target)) },
    incidents: (await incidents?.incidentsSince(target, since)) ?? [],
  };
  const { project, environment } = target;
  return {
    target: { project, environment },
    months: sinceFirst(doraFigures(facts, period), config.timeZone, firstAt),
    ...(countedSince !== undefined && { countedSince }),
  };
}

/**
 * Leaves out the months before the first deployment, of which there is nothing to say; the present month stays.
 * @param firstAt the first deployment there ever was; undefined where it is not among those that were read
 */
function sinceFirst(
  months: readonly MonthFigures[],
  timeZone: string,
  firstAt: number | undefined,
): readonly MonthFigures[] {
  const firstMonth = firstAt === undefined ? "" : monthIn(timeZone)(firstAt);
  const begin = months.findIndex(
    ({ month, timeToRestoreMs }) => month >= firstMonth || timeToRestoreMs !== undefined,
  );
  return months.slice(begin === -1 ? -1 : begin);
}
