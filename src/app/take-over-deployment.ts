import type { DeploymentRecord, StepRecord } from "../deployments/record.js";
import { type Claim, loseTrack, takeOver } from "../deployments/transitions.js";
import { announce, auditRun, type RunParts } from "./run-parts.js";
import { settleDeployment } from "./settle-deployment.js";

/**
 * Claims a deployment that another worker began: it is gone, or it is frozen and will find out.
 * @returns the record, to be gone on with; undefined when there is nothing to go on with
 */
export async function takeOverDeployment(
  parts: RunParts,
  found: DeploymentRecord,
  claim: Claim,
  planHash: string,
): Promise<DeploymentRecord | undefined> {
  const taken = await parts.store.update(found.id, (running) => takeOver(running, claim));
  if (taken === undefined) return undefined;
  parts.logger.info({ deployment: taken.id, number: taken.number }, "took a running deployment over");
  await auditRun(parts, "resumed", taken, {});
  if (isTraceable(taken, planHash)) return taken;
  await declareInterrupted(parts, taken);
  return undefined;
}

/** The rest of another plan is not run, and a command that was started without a run id cannot be asked for. */
function isTraceable({ steps, planHash }: DeploymentRecord, now: string): boolean {
  return planHash === now && !steps.some(isUntraceable);
}

function isUntraceable({ state, host, run }: StepRecord): boolean {
  return state === "running" && host !== undefined && run === undefined;
}

/** Nobody can go on with it: a person has to look. */
export async function declareInterrupted(parts: RunParts, found: DeploymentRecord): Promise<void> {
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
  await settleDeployment(parts, record);
  await announce(parts, id, "now");
}
