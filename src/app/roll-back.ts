import type { BadReleases } from "../deployments/bad-releases.js";
import type { DeploymentRecord, Target } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import type { Release } from "../deployments/release.js";
import type { DeploymentStore } from "../deployments/store.js";
import { type FoundTarget, findTarget, lookUpTarget } from "../deployments/targets.js";
import { newestRun } from "./judge-request.js";
import type { ActionOutcome, RequestOutcome } from "./outcomes.js";
import type { AppParts } from "./ports.js";
import { admitPersons, type DeploymentRequest, type Person, refuseRequest } from "./request-deployment.js";

/** `/rollback`. */
export interface RollbackRequest
  extends Pick<DeploymentRequest, "requestId" | "person" | "project" | "environment"> {
  /** Id of the deployment whose release shall run again. @defaultValue the last good one before the current */
  readonly to?: string;
}

interface RollbackParts {
  readonly store: Pick<DeploymentStore, "newest">;
  readonly badReleases: Pick<BadReleases, "isBad">;
}

/** As many as Discord proposes. */
const CANDIDATES = 25;
/** Among so many deployments the candidates are looked for. */
const SEARCHED = 200;

/** `/rollback`: an earlier release that succeeded there runs again. Freezes and environment order do not hold it. */
export async function rollBack(parts: AppParts, request: RollbackRequest): Promise<RequestOutcome> {
  const found = findTarget(parts.config, request.environment, request.project);
  if (found.kind === "refused") return refuseRequest(parts, request.person, found.refusal);
  const newest = await newestRun(parts.store, found.target);
  const candidates = await rollbackCandidates(parts, found.target);
  const goal =
    request.to === undefined
      ? await lastGood(parts, found.target, newest, candidates)
      : candidates.find(({ id }) => id === request.to);
  return admitRollback(parts, request, found.target, goal, newest?.number);
}

/** What ran before the newest deployment: after one that failed, that is the last one that succeeded. */
async function lastGood(
  parts: AppParts,
  target: Target,
  newest: DeploymentRecord | undefined,
  candidates: readonly DeploymentRecord[],
): Promise<DeploymentRecord | undefined> {
  const current = newest?.state === "succeeded" ? undefined : await parts.store.current(target);
  return firstGood(parts, current === undefined ? candidates : [current, ...candidates]);
}

/** The *Roll back* button: what succeeded there before that deployment runs again. */
export async function rollBackDeployment(
  parts: AppParts,
  id: string,
  person: Person,
  requestId: string,
): Promise<ActionOutcome> {
  const pressed = await findPressed(parts, id);
  if (pressed === undefined) return { kind: "refused", refusal: { code: "not-found" } };
  const { record, target } = pressed;
  const goal = await goodBefore(parts, record, target);
  const outcome = await admitRollback(parts, { requestId, person }, target, goal, record.number);
  return outcome.kind === "accepted" ? { ...outcome, kind: "started" } : outcome;
}

/** The release that succeeded there before that deployment and was not taken back itself. */
export async function releaseBefore(
  parts: RollbackParts,
  record: DeploymentRecord,
  target: Target,
): Promise<FoundRelease> {
  return releaseOf(await goodBefore(parts, record, target), target);
}

async function goodBefore(
  parts: RollbackParts,
  record: DeploymentRecord,
  target: Target,
): Promise<DeploymentRecord | undefined> {
  const earlier = (await parts.store.newest(target, SEARCHED)).filter(
    (each) =>
      each.state === "succeeded" && each.number < record.number && each.release.sha !== record.release.sha,
  );
  return firstGood(parts, earlier);
}

/** The last 25 releases that succeeded there, newest first, each once, without the one that runs. */
export async function rollbackCandidates(
  { store }: Pick<AppParts, "store">,
  target: Target,
): Promise<readonly DeploymentRecord[]> {
  const current = await store.current(target);
  const seen = new Set<string>(current === undefined ? [] : [current.release.sha]);
  const records = await store.newest(target, SEARCHED);
  return records
    .filter(({ state, release }) => {
      if (state !== "succeeded" || seen.has(release.sha)) return false;
      seen.add(release.sha);
      return true;
    })
    .slice(0, CANDIDATES);
}

/** The newest one that was not taken back itself. */
async function firstGood(
  { badReleases }: Pick<RollbackParts, "badReleases">,
  candidates: readonly DeploymentRecord[],
): Promise<DeploymentRecord | undefined> {
  for (const candidate of candidates) {
    if (!(await badReleases.isBad(candidate, candidate.release.sha))) return candidate;
  }
  return undefined;
}

async function admitRollback(
  parts: AppParts,
  request: Pick<DeploymentRequest, "requestId" | "person">,
  target: FoundTarget,
  goal: DeploymentRecord | undefined,
  rollbackOf: number | undefined,
): Promise<RequestOutcome> {
  return admitPersons(parts, request, {
    kind: "rollback",
    target,
    release: async () => releaseOf(goal, target),
    ...(rollbackOf !== undefined && { rollbackOf }),
  });
}

type FoundRelease =
  | { readonly kind: "resolved"; readonly release: Release }
  | { readonly kind: "refused"; readonly refusal: Refusal };

function releaseOf(goal: DeploymentRecord | undefined, { environment }: Target): FoundRelease {
  if (goal === undefined) return { kind: "refused", refusal: { code: "nothing-to-roll-back", environment } };
  return { kind: "resolved", release: bySha(goal.release) };
}

/** A rollback means the commit itself, wherever its branch is by now. */
function bySha(release: Release): Release {
  return { ...release, ref: release.sha };
}

/** The *Retry* button: the same release again, through every gate. */
export async function retryDeployment(
  parts: AppParts,
  id: string,
  person: Person,
  requestId: string,
): Promise<ActionOutcome> {
  const pressed = await findPressed(parts, id);
  if (pressed === undefined) return { kind: "refused", refusal: { code: "not-found" } };
  const { record, target } = pressed;
  const outcome = await admitPersons(
    parts,
    { requestId, person },
    {
      kind: record.kind,
      target,
      release: async () => ({ kind: "resolved", release: bySha(record.release) }),
      ...(record.rollbackOf !== undefined && { rollbackOf: record.rollbackOf }),
      ...(record.asked && { asked: record.asked }),
    },
  );
  return outcome.kind === "accepted" ? { ...outcome, kind: "started" } : outcome;
}

/** The deployment whose button was pressed; undefined when it or its environment is gone. */
async function findPressed(
  { store, config }: AppParts,
  id: string,
): Promise<{ readonly record: DeploymentRecord; readonly target: FoundTarget } | undefined> {
  const record = await store.find(id);
  const target = record && lookUpTarget(config, record);
  return record && target && { record, target };
}
