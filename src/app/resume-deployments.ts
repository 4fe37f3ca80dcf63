import type { DeploymentRecord } from "../deployments/record.js";
import { lookUpTarget } from "../deployments/targets.js";
import { wakeUp } from "./admit-deployment.js";
import type { RunParts } from "./deployment-run.js";
import { runDeployment } from "./run-deployment.js";

/** So many messages an environment are looked at again: older ones have been for long. */
const REFRESHED = 5;

/**
 * Takes up, when a worker starts, what a crash between the record and the queue left asleep, or a Redis that lost
 * its jobs. Refreshes the newest messages: what people pressed while Slipway was away is lost, and they see it.
 */
export async function resumeDeployments(parts: RunParts): Promise<void> {
  for (const target of await parts.store.targets()) {
    for (const record of await parts.store.open(target)) await resume(parts, record);
    for (const { id } of await parts.store.newest(target, REFRESHED)) {
      await parts.queues.addAnnouncement(id, "soon");
    }
  }
}

/** No worker serves the queue of an environment that left the configuration: what is in it ends here. */
async function resume(parts: RunParts, record: DeploymentRecord): Promise<void> {
  const isServed = lookUpTarget(parts.config, record) !== undefined;
  if (!isServed && record.state !== "awaiting-approval") await runDeployment(parts, record.id, "resume");
  else if (record.state === "running") await parts.queues.addDeployment(record, record.id);
  else await wakeUp(parts, record);
}
