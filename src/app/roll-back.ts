import type { BadReleases } from "../deployments/bad-releases.js";
import type { DeploymentRecord, Target } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import type { Release } from "../deployments/release.js";
import type { RunningStore } from "../deployments/running-store.js";
import type { DeploymentStore } from "../deployments/store.js";
import { type FoundTarget, findTarget, lookUpTarget } from "../deployments/targets.js";
import { adoptedRelease, type EnvironmentRunning, isFullyOn } from "../deployments/what-runs.js";
import { newestRun } from "./judge-request.js";
import { adoptRunning, deploymentThrough, lookUpRunning } from "./look-up-running.js";
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
  readonly store: Pick<DeploymentStore, "newest" | "current">;
  readonly running: RunningStore;
  readonly badReleases: Pick<BadReleases, "isBad">;
}

/** As many as Discord proposes. */
const CANDIDATES = 25;
/** Among so many deployments the candidates are looked for. */
const SEARCHED = 200;
/** Release 0: what ran before the first deployment. */
const RELEASE_0 = "release-0";

/** A release that ran there before, and can be restored. */
export interface RollbackCandidate {
  /** The deployment's, or that of release 0. */
  readonly id: string;
  readonly release: Release;
  /** Since when it ran there, or until when, as far as known. Milliseconds since the epoch. */
  readonly at: number;
  /** Undefined for release 0. */
  readonly record: DeploymentRecord | undefined;
}

/** `/rollback`: an earlier release that succeeded there runs again. Freezes and environment order do not hold it. */
export async function rollBack(parts: AppParts, request: RollbackRequest): Promise<RequestOutcome> {
  const found = findTarget(parts.config, request.environment, request.project);
  if (found.kind === "refused") return refuseRequest(parts, request.person, found.refusal);
  const { target } = found;
  const running = await adoptRunning(parts, target);
  const candidates = await candidatesIn(parts, target, running);
  const goal =
    request.to === undefined
      ? await firstGood(parts, target, candidates)
      : candidates.find(({ id }) => id === request.to);
  const last = await lastChange(parts, target, running);
  return admitRollback(parts, request, target, goal?.release, last?.number);
}

/**
 * The deployment that a rollback takes back: the one through which the environment has what runs; the newest one where
 * that left open what runs. Undefined where release 0 runs.
 */
export async function lastChange(
  { store }: Pick<AppParts, "store">,
  target: Target,
  running: EnvironmentRunning,
): Promise<DeploymentRecord | undefined> {
  const { summary } = running;
  if (summary.kind === "release" && isFullyOn(running, summary.release.sha))
    return deploymentThrough(store, running);
  return newestRun(store, target);
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
  const goal = await rollbackPoint(parts, record, target);
  const outcome = await admitRollback(parts, { requestId, person }, target, goal, record.number);
  return outcome.kind === "accepted" ? { ...outcome, kind: "started" } : outcome;
}

/** The release that succeeded there before that deployment and was not taken back itself. */
export async function releaseBefore(
  parts: RollbackParts,
  record: DeploymentRecord,
  target: FoundTarget,
): Promise<FoundRelease> {
  return releaseOf(await rollbackPoint(parts, record, target), target);
}

/**
 * What *Roll back* under a deployment restores: the last good release that ran there before it.
 * @returns undefined where there is none, or where it runs on every host already
 */
export async function rollbackPoint(
  parts: RollbackParts,
  record: DeploymentRecord,
  target: FoundTarget,
): Promise<Release | undefined> {
  const running = await lookUpRunning(parts, target);
  const earlier = (await ranThere(parts, target, running)).filter(
    (candidate) => candidate.release.sha !== record.release.sha && cameBefore(candidate, record),
  );
  const goal = await firstGood(parts, target, earlier);
  return goal === undefined || isFullyOn(running, goal.release.sha) ? undefined : goal.release;
}

/** By time: one that waited for its approval may have a smaller number than what ran before it. */
function cameBefore({ at, record: other }: RollbackCandidate, record: DeploymentRecord): boolean {
  const began = record.startedAt ?? record.createdAt;
  return other === undefined || at < began || (at === began && other.number < record.number);
}

/** The last 25 releases that succeeded there, newest first, each once, without the one that runs on every host. */
export async function rollbackCandidates(
  parts: Pick<AppParts, "store" | "running">,
  target: FoundTarget,
): Promise<readonly RollbackCandidate[]> {
  return candidatesIn(parts, target, await lookUpRunning(parts, target));
}

async function candidatesIn(
  parts: Pick<RollbackParts, "store">,
  target: Target,
  running: EnvironmentRunning,
): Promise<readonly RollbackCandidate[]> {
  const seen = new Set<string>();
  const each = (await ranThere(parts, target, running)).filter(({ release: { sha } }) => {
    if (seen.has(sha) || isFullyOn(running, sha)) return false;
    seen.add(sha);
    return true;
  });
  return each.slice(0, CANDIDATES);
}

/** Every release that succeeded there, the newest first, and release 0 at the end. */
async function ranThere(
  { store }: Pick<RollbackParts, "store">,
  target: Target,
  running: EnvironmentRunning,
): Promise<readonly RollbackCandidate[]> {
  const succeeded = (await store.newest(target, SEARCHED)).filter(({ state }) => state === "succeeded");
  const deployed = succeeded
    .map((record) => ({
      ...{ id: record.id, release: record.release, record },
      at: record.finishedAt ?? record.createdAt,
    }))
    .sort((a, b) => b.at - a.at);
  const adopted = adoptedRelease(running);
  if (adopted === undefined) return deployed;
  const { sha, subject = "", author = "" } = adopted.release;
  const release = { sha, ref: sha, subject, author };
  return [...deployed, { id: RELEASE_0, release, at: adopted.at, record: undefined }];
}

/** The newest one that was not taken back itself. */
async function firstGood(
  { badReleases }: Pick<RollbackParts, "badReleases">,
  target: Target,
  candidates: readonly RollbackCandidate[],
): Promise<RollbackCandidate | undefined> {
  for (const candidate of candidates) {
    if (!(await badReleases.isBad(target, candidate.release.sha))) return candidate;
  }
  return undefined;
}

async function admitRollback(
  parts: AppParts,
  request: Pick<DeploymentRequest, "requestId" | "person">,
  target: FoundTarget,
  goal: Release | undefined,
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

function releaseOf(goal: Release | undefined, { environment }: Target): FoundRelease {
  if (goal === undefined) return { kind: "refused", refusal: { code: "nothing-to-roll-back", environment } };
  return { kind: "resolved", release: bySha(goal) };
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
