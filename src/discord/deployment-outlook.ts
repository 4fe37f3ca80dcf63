import { type LookUpParts, lookUpPlace } from "../app/look-up.js";
import { lookUpRunning } from "../app/look-up-running.js";
import type { ReleaseFacts } from "../app/ports.js";
import { releaseBefore } from "../app/roll-back.js";
import type { BadReleases } from "../deployments/bad-releases.js";
import type { LockStore } from "../deployments/lock-store.js";
import { rollbackLockReason } from "../deployments/locks.js";
import type { DeploymentRecord } from "../deployments/record.js";
import type { RunningStore } from "../deployments/running-store.js";
import { allTargets, type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import { comparisonBase } from "../deployments/what-runs.js";
import { planFor } from "../strategies/plan-for.js";
import type { ActionStore } from "./action-store.js";
import { buttonsFor, mayOfferRollback } from "./messages/buttons.js";
import type { ApprovalOutlook, ButtonIds, DeploymentView, Neighbour } from "./messages/deployment-view.js";
import { locksAfterwards } from "./messages/ended-text.js";

export interface OutlookParts extends LookUpParts {
  readonly actions: Pick<ActionStore, "idFor">;
  readonly badReleases: Pick<BadReleases, "isBad">;
  readonly locks: Pick<LockStore, "find">;
  readonly facts: Pick<ReleaseFacts, "ciState">;
  readonly running: RunningStore;
}

const MINUTE_MS = 60_000;

/** Everything that the deployment's message shows at this moment. */
export async function lookUpView(parts: OutlookParts, record: DeploymentRecord): Promise<DeploymentView> {
  const target = lookUpTarget(parts.config, record);
  const canRollBack = target === undefined || (await hasRollbackPoint(parts, record, target));
  const [place, buttons, outlook, lockedUntil] = await Promise.all([
    lookUpPlace(parts, record),
    lookUpButtons(parts, record, target, canRollBack),
    target && record.state === "awaiting-approval" ? lookUpOutlook(parts, record, target) : undefined,
    lookUpLock(parts, record),
  ]);
  return { record, place, buttons, canRollBack, outlook, lockedUntil, environment: target?.config };
}

/** Whether there is a release that *Roll back* would bring. */
async function hasRollbackPoint(
  parts: OutlookParts,
  record: DeploymentRecord,
  target: FoundTarget,
): Promise<boolean> {
  if (!mayOfferRollback(record)) return true;
  return (await releaseBefore(parts, record, target)).kind === "resolved";
}

/** Until when the lock holds that this rollback set, if it set one and nobody has removed it. */
async function lookUpLock(
  { locks, now }: OutlookParts,
  record: DeploymentRecord,
): Promise<number | undefined> {
  if (record.state !== "succeeded" || !locksAfterwards(record)) return undefined;
  const { project, environment } = record;
  const lock = await locks.find({ project, environment }, now());
  return lock?.reason === rollbackLockReason(record.number) ? lock.expiresAt : undefined;
}

async function lookUpButtons(
  { actions }: OutlookParts,
  record: DeploymentRecord,
  target: FoundTarget | undefined,
  canRollBack: boolean,
): Promise<ButtonIds> {
  const ids = buttonsFor(record, target?.config, canRollBack).map(
    async ({ action }) => [action, await actions.idFor({ deployment: record.id }, action)] as const,
  );
  return Object.fromEntries(await Promise.all(ids));
}

async function lookUpOutlook(
  parts: OutlookParts,
  record: DeploymentRecord,
  target: FoundTarget,
): Promise<ApprovalOutlook> {
  const others = allTargets(parts.config).filter(
    ({ project, environment }) => project === target.project && environment !== target.environment,
  );
  const [current, ci, markedBad, ...neighbours] = await Promise.all([
    lookUpRunning(parts, target),
    lookUpCi(parts, record, target),
    parts.badReleases.isBad(target, record.release.sha),
    ...others.map((other) => lookUpNeighbour(parts, other)),
  ]);
  const { steps } = planFor(target.config, record.release);
  const runs = current.summary.kind;
  return { current: comparisonBase(current), runs, ci, markedBad, neighbours, plan: steps };
}

/** Asked each time, also where no gate asks: whoever approves must see that a release is red. */
async function lookUpCi(
  { facts, now }: OutlookParts,
  { repository, release }: DeploymentRecord,
  { projectConfig }: FoundTarget,
): Promise<NonNullable<ApprovalOutlook["ci"]>> {
  // Whole minutes: the message is not edited for a second that has passed.
  const at = Math.floor(now() / MINUTE_MS) * MINUTE_MS;
  const isIgnored = projectConfig.ci === "ignored";
  return { state: isIgnored ? "ignored" : await facts.ciState(repository, release.sha), at };
}

async function lookUpNeighbour(parts: OutlookParts, target: FoundTarget): Promise<Neighbour> {
  const [{ summary }, [newest]] = await Promise.all([
    lookUpRunning(parts, target),
    parts.store.newest(target, 1),
  ]);
  const sha = summary.kind === "release" ? summary.release.sha : undefined;
  return { environment: target.environment, sha, runs: summary.kind, state: newest?.state };
}
