import type { Config } from "../config/schema.js";
import type { DeploymentRecord, StepRecord } from "../deployments/record.js";
import { type Claim, loseTrack, takeOver } from "../deployments/transitions.js";
import { announce, endedEntry, type RunParts, runEntry } from "./run-parts.js";
import { settleDeployment } from "./settle-deployment.js";

/**
 * Claims a deployment that another worker began: it is gone, or it is frozen and will find out.
 * @returns the record, to be gone on with; undefined when there is nothing to go on with
 */
export async function takeOverDeployment(
  parts: RunParts,
  found: DeploymentRecord,
  claim: Claim,
): Promise<DeploymentRecord | undefined> {
  const taken = await parts.store.update(found.id, (running) => takeOver(running, claim), {
    entry: runEntry("resumed"),
  });
  if (taken === undefined) return undefined;
  parts.logger.info({ deployment: taken.id, number: taken.number }, "took a running deployment over");
  if (taken.steps.every((step) => isTraceable(step, parts.config))) return taken;
  await declareInterrupted(parts, taken);
  return undefined;
}

/** A command that was started without a run id, or on a host that is not configured any more, cannot be asked for. */
function isTraceable({ state, host, run }: StepRecord, { hosts }: Config): boolean {
  return state !== "running" || host === undefined || (run !== undefined && hosts[host] !== undefined);
}

/** Nobody can go on with it: a person has to look. */
export async function declareInterrupted(parts: RunParts, found: DeploymentRecord): Promise<void> {
  const { store, now, logger } = parts;
  const { id } = found;
  logger.warn({ deployment: id }, "found a deployment that was interrupted; its state is indeterminate");
  const interrupt = (running: DeploymentRecord) => {
    const failedStep = running.steps.find((step) => step.state === "running")?.id;
    const report = { failure: { code: "interrupted" as const }, ...(failedStep && { failedStep }) };
    return loseTrack(running, report, now());
  };
  const record = await store.update(id, interrupt, { entry: endedEntry });
  if (record === undefined) return;
  await parts.locks.letGo(found, id);
  await settleDeployment(parts, record);
  await announce(parts, id, "now");
}
