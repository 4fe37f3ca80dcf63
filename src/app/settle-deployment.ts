import type { DeploymentRecord, DeploymentState } from "../deployments/record.js";
import { settle } from "../deployments/transitions.js";
import type { RunParts } from "./run-parts.js";
import { tellWatcher } from "./tell-watcher.js";

/** Does what follows from the end of a run. Asked again after a crash in the middle, or twice, it does it once. */
export async function settleDeployment(parts: RunParts, ended: DeploymentRecord): Promise<void> {
  const { id, state, fence, settled } = ended;
  // What never ran, or ran under an earlier version, has nothing to be settled.
  if (fence === undefined || settled === true || !SETTLED_STATES.has(state)) return;
  // As long as the environment is held: without a holder, it would count as one whose end nobody told.
  await tellWatcher(parts, "ended", ended);
  await parts.store.update(id, (record) => settle(record));
}

const SETTLED_STATES: ReadonlySet<DeploymentState> = new Set([
  "succeeded",
  "failed",
  "cancelled",
  "indeterminate",
]);
