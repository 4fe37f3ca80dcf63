import { isLastingError } from "../deployments/log-store.js";
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
  await packLog(parts, ended);
  await parts.store.update(id, (record) => settle(record));
}

/** Compresses the log, and drops the oldest ones where all of them are too large. */
async function packLog({ logs, config, logger, now }: RunParts, ended: DeploymentRecord): Promise<void> {
  const { id, finishedAt = now() } = ended;
  try {
    await logs.pack(id, finishedAt);
    const { dropped, bytes } = await logs.trim(config.storage.logs, now());
    if (dropped > 0)
      logger.info({ dropped, bytes }, "dropped the oldest logs: all of them exceeded storage.logs");
  } catch (error) {
    // The job is tried again where Redis refuses to write only for now.
    if (!isLastingError(error)) throw error;
    logger.error({ err: error, deployment: id }, "a deployment's log could not be compressed");
  }
}

const SETTLED_STATES: ReadonlySet<DeploymentState> = new Set([
  "succeeded",
  "failed",
  "cancelled",
  "indeterminate",
]);
