import type { DeploymentRecord, StepRecord, VoidReason } from "../deployments/record.js";
import { type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import { type Claim, declareVoid, fail, start } from "../deployments/transitions.js";
import { hashPlan, planFor } from "../strategies/plan-for.js";
import type { Plan, Step } from "../strategies/step.js";
import { followBeforeRun } from "./check-branch.js";
import { DeploymentRun } from "./deployment-run.js";
import { holdEnvironment, letGoOfEnded } from "./hold-environment.js";
import { newestRun } from "./judge-request.js";
import { announce, endedEntry, type RunParts, runEntry } from "./run-parts.js";
import { settleDeployment } from "./settle-deployment.js";
import { declareInterrupted, takeOverDeployment } from "./take-over-deployment.js";
import { tellWatcher } from "./tell-watcher.js";
import { verifyDeployment } from "./verify-deployment.js";

/** `left`: this process ends before the deployment does, and the job has to come to another one. */
export type Delivered = "done" | "left";

/**
 * Runs a queued deployment to its end, or goes on with one that another worker began. May be called twice at any
 * time: the claim on the record, and the host's own record of each run, let every step run once.
 *
 * @throws EnvironmentHeldError while another deployment runs there
 */
export async function runDeployment(parts: RunParts, id: string, claimedBy: string): Promise<Delivered> {
  const record = await parts.store.find(id);
  if (record === undefined) return "done";
  if (record.state !== "queued" && record.state !== "running") {
    await settleDeployment(parts, record);
    await letGoOfEnded(parts, record);
    return "done";
  }
  const target = lookUpTarget(parts.config, record);
  if (target === undefined) return endUnconfigured(parts, record);

  await holdEnvironment(parts, record);
  let delivered: Delivered;
  try {
    const fence = await parts.locks.nextFence(record);
    const claim = { claim: claimedBy, process: parts.processes.id, fence };
    delivered = await (record.state === "running" ? resume : begin)(parts, target, record, claim);
  } finally {
    await letGoOfEnded(parts, record);
  }
  await announceWaiting(parts, record);
  return delivered;
}

async function begin(
  parts: RunParts,
  target: FoundTarget,
  record: DeploymentRecord,
  claim: Claim,
): Promise<Delivered> {
  // A newer head of its branch supersedes it, and then it cannot start any more.
  await followBeforeRun(parts, target, record);
  const plan = planFor(target.config, record.release);
  const planHash = hashPlan(target.config, plan);
  const voidReason =
    (await verifyDeployment(parts, target, record)) ?? (await outrun(parts, record, planHash));
  if (voidReason !== undefined) return endVoid(parts, record.id, voidReason);

  const steps = record.steps.length > 0 ? record.steps : plan.steps.map(toStepRecord);
  const started = await parts.store.update(
    record.id,
    (queued) => start(queued, claim, { steps, planHash }, parts.now()),
    { entry: runEntry("started") },
  );
  if (started === undefined) return "done";
  return run(parts, started, plan);
}

async function resume(
  parts: RunParts,
  target: FoundTarget,
  record: DeploymentRecord,
  claim: Claim,
): Promise<Delivered> {
  const plan = planFor(target.config, record.release);
  const taken = await takeOverDeployment(parts, record, claim);
  if (taken === undefined) return "done";
  // The rest of another plan is not run.
  const isSamePlan = taken.planHash === hashPlan(target.config, plan);
  return run(parts, taken, isSamePlan ? plan : undefined);
}

/**
 * The story of this worker's part in the deployment.
 * @param plan undefined where the record's own is not that of the configuration any more
 */
async function run(parts: RunParts, record: DeploymentRecord, plan: Plan | undefined): Promise<Delivered> {
  await tellWatcher(parts, "started", record);
  const deployment = new DeploymentRun(parts, record);
  const result = await (plan === undefined ? deployment.windUp() : deployment.execute(plan));
  if (result.kind === "detached") return "left";
  if (result.kind === "overtaken") return "done";
  const { record: ended } = result;
  const { id, number, project, environment, state } = ended;
  parts.logger.info({ deployment: id, number, project, environment, state }, "a deployment ended");
  await settleDeployment(parts, ended);
  return "done";
}

/** One that goes on where it broke off must find everything as it was. */
async function outrun(
  { store }: RunParts,
  record: DeploymentRecord,
  planHash: string,
): Promise<VoidReason | undefined> {
  if (record.steps.length === 0) return undefined;
  if (record.planHash !== planHash) return { code: "plan-changed" };
  const newest = await newestRun(store, record);
  return newest === undefined || newest.id === record.id
    ? undefined
    : { code: "newer-ran", number: newest.number };
}

async function endVoid(parts: RunParts, id: string, reason: VoidReason): Promise<Delivered> {
  const ended = await parts.store.update(id, (queued) => declareVoid(queued, reason, parts.now()), {
    entry: runEntry("void", { reason: reason.code }),
  });
  if (ended === undefined) return "done";
  await announce(parts, id, "now");
  return "done";
}

function toStepRecord(step: Step): StepRecord {
  const { id, title } = step;
  if (step.kind === "health") return { id, title, state: "pending" };
  return { id, title, host: step.host, state: "pending", ...(step.effect && { effect: step.effect }) };
}

async function endUnconfigured(parts: RunParts, found: DeploymentRecord): Promise<Delivered> {
  if (found.state === "running") {
    await declareInterrupted(parts, found);
    return "done";
  }
  const { id } = found;
  const report = { failure: { code: "configuration" as const } };
  const record = await parts.store.update(
    id,
    (queued) => (queued.state === "queued" ? fail(queued, report, parts.now()) : undefined),
    { entry: endedEntry },
  );
  if (record === undefined) return "done";
  await parts.locks.letGo(found, id);
  await announce(parts, id, "now");
  return "done";
}

/** Those who wait move up: their messages say so. */
async function announceWaiting(parts: RunParts, finished: DeploymentRecord): Promise<void> {
  for (const waiting of await parts.store.open(finished)) await announce(parts, waiting.id, "soon");
}
