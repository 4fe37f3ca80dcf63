import { type DeploymentRecord, isFinal } from "../deployments/record.js";
import type { RunParts } from "./run-parts.js";

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
 * A deployment holds its environment from the claim to the end, beside the queue's own order. Fails closed.
 * @throws EnvironmentHeldError
 */
export async function holdEnvironment({ locks, store }: RunParts, record: DeploymentRecord): Promise<void> {
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
export async function letGoOfEnded(
  { locks, store }: RunParts,
  { id, ...target }: DeploymentRecord,
): Promise<void> {
  const record = await store.find(id);
  if (record === undefined || isFinal(record)) await locks.letGo(target, id);
}
