import {
  type Actor,
  type DeploymentRecord,
  isFinal,
  type StepRecord,
  type VoidReason,
} from "../deployments/record.js";
import { type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import { declareVoid, fail, loseTrack, start } from "../deployments/transitions.js";
import { planFor } from "../strategies/plan-for.js";
import type { Step } from "../strategies/step.js";
import { announce, auditRun, DeploymentRun, type RunParts } from "./deployment-run.js";
import { verifyDeployment } from "./verify-deployment.js";

/** Another deployment holds the environment; the job tries again later. */
export class EnvironmentHeldError extends Error {
  readonly heldBy: string;

  constructor(heldBy: string) {
    super(`The environment is held by the deployment ${heldBy}.`);
    this.name = "EnvironmentHeldError";
    this.heldBy = heldBy;
  }
}

/**
 * Runs a queued deployment to its end. May be called twice at any time: the claim on the record lets one caller
 * run it. A deployment that is found running was interrupted; nobody knows how far its last step came, so it is
 * declared indeterminate and never run again by itself.
 *
 * @throws EnvironmentHeldError while another deployment runs there
 */
export async function runDeployment(parts: RunParts, id: string, claim: string): Promise<void> {
  const record = await parts.store.find(id);
  if (record === undefined) return;
  if (record.state === "running") return declareInterrupted(parts, record);
  if (record.state !== "queued") return letGoOfEnded(parts, record);
  const target = lookUpTarget(parts.config, record);
  if (target === undefined) return refuseUnconfigured(parts, record);

  await holdEnvironment(parts, record);
  try {
    const voidReason = await verifyDeployment(parts, target, record);
    if (voidReason === undefined) await runHeld(parts, target, record, claim);
    else await endVoid(parts, id, voidReason);
  } finally {
    await letGoOfEnded(parts, record);
  }
  await announceWaiting(parts, record);
}

async function runHeld(
  parts: RunParts,
  target: FoundTarget,
  { id, release }: DeploymentRecord,
  claim: string,
) {
  const plan = planFor(target.config, release);
  const steps = plan.steps.map(toStepRecord);
  const started = await parts.store.update(id, (queued) => start(queued, claim, steps, parts.now()));
  if (started === undefined) return;
  await auditRun(parts, "started", started, {});

  const ended = await new DeploymentRun(parts, started).execute(plan);
  // Another worker has taken it over, and wrote its end down.
  if (!isFinal(ended)) return;
  const { number, project, environment, state } = ended;
  parts.logger.info({ deployment: id, number, project, environment, state }, "a deployment ended");
  if (ended.state === "succeeded") await settleReleases(parts, ended);
  await auditRun(parts, "ended", ended, { state, ...(ended.failedStep && { failedStep: ended.failedStep }) });
}

/** A deployment holds its environment from the claim to the end, beside the queue's own order. Fails closed. */
async function holdEnvironment({ locks, store }: RunParts, record: DeploymentRecord): Promise<void> {
  const hold = await locks.hold(record, record.id);
  if (hold === "held" || hold.heldBy === record.id) return;
  const holder = await store.find(hold.heldBy);
  const gone = holder === undefined || isFinal(holder);
  if (!gone || !(await locks.steal(record, hold.heldBy, record.id)))
    throw new EnvironmentHeldError(hold.heldBy);
}

/**
 * Only an end frees the environment: the same job may be delivered twice, and what one worker could not start the
 * other one may be running.
 */
async function letGoOfEnded({ locks, store }: RunParts, { id, ...target }: DeploymentRecord): Promise<void> {
  const record = await store.find(id);
  if (record === undefined || isFinal(record)) await locks.letGo(target, id);
}

/** A rollback marks what it took back and keeps automation away; a success clears an earlier mark. */
async function settleReleases(parts: RunParts, ended: DeploymentRecord): Promise<void> {
  const { badReleases, store, now } = parts;
  await badReleases.clear(ended, ended.release.sha);
  if (ended.kind !== "rollback" || ended.origin.kind !== "command") return;
  const { userId, userName } = ended.origin;
  const owner = { userId, userName };
  const taken = (await store.newest(ended, RECENT)).find(({ number }) => number === ended.rollbackOf);
  if (taken !== undefined && taken.release.sha !== ended.release.sha) {
    await badReleases.mark(ended, taken.release.sha, { by: owner, at: now(), deployment: ended.number });
  }
  await lockAfterRollback(parts, ended, owner);
}

async function lockAfterRollback(parts: RunParts, ended: DeploymentRecord, owner: Actor): Promise<void> {
  const { project, environment, number } = ended;
  const since = parts.now();
  const lock = {
    ...{ project, environment, owner, reason: `rollback #${number}` },
    ...{ since, expiresAt: since + LOCK_AFTER_ROLLBACK_MS, reminded: false },
  };
  const { kind } = await parts.locks.take(lock);
  // Somebody else's lock keeps automation away as well.
  if (kind === "held") return;
  await parts.audit.append({
    action: "lock",
    actor: { kind: "person", ...owner },
    source: "worker",
    target: { project, environment },
    deployment: number,
    details: { reason: lock.reason, until: new Date(lock.expiresAt).toISOString() },
  });
}

const RECENT = 200;
const LOCK_AFTER_ROLLBACK_MS = 24 * 3600 * 1000;

async function endVoid(parts: RunParts, id: string, reason: VoidReason): Promise<void> {
  const ended = await parts.store.update(id, (queued) => declareVoid(queued, reason, parts.now()));
  if (ended === undefined) return;
  await auditRun(parts, "void", ended, { reason: reason.code });
  await announce(parts, id, "now");
}

function toStepRecord(step: Step): StepRecord {
  const { id, title } = step;
  if (step.kind === "health") return { id, title, state: "pending" };
  return { id, title, host: step.host, state: "pending", ...(step.effect && { effect: step.effect }) };
}

async function declareInterrupted(parts: RunParts, found: DeploymentRecord): Promise<void> {
  const { store, now, logger } = parts;
  const { id } = found;
  logger.warn({ deployment: id }, "found a deployment that was interrupted; its state is indeterminate");
  const record = await store.update(id, (running) => {
    const failedStep = running.steps.find((step) => step.state === "running")?.id;
    const report = { failure: { code: "interrupted" as const }, ...(failedStep && { failedStep }) };
    return loseTrack(running, report, now());
  });
  if (record === undefined) return;
  await parts.locks.letGo(found, id);
  await auditRun(parts, "ended", record, { state: record.state });
  await announce(parts, id, "now");
}

async function refuseUnconfigured(parts: RunParts, found: DeploymentRecord): Promise<void> {
  const { id } = found;
  const report = { failure: { code: "configuration" as const } };
  const record = await parts.store.update(id, (queued) =>
    queued.state === "queued" ? fail(queued, report, parts.now()) : undefined,
  );
  if (record === undefined) return;
  await parts.locks.letGo(found, id);
  await auditRun(parts, "ended", record, { state: record.state });
  await announce(parts, id, "now");
}

/** Those who wait move up: their messages say so. */
async function announceWaiting(parts: RunParts, finished: DeploymentRecord): Promise<void> {
  for (const waiting of await parts.store.open(finished)) await announce(parts, waiting.id, "soon");
}
