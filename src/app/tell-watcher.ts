import type { Logger } from "pino";
import type { DeploymentRecord } from "../deployments/record.js";

/** Is told of deployments that begin and end, so that nobody else speaks of their environments meanwhile. */
export interface DeploymentWatcher {
  started(record: DeploymentRecord): Promise<void>;
  ended(record: DeploymentRecord): Promise<void>;
}

/** A watcher that fails finds out later by itself; it never changes what becomes of the deployment. */
export async function tellWatcher(
  { watcher, logger }: { readonly watcher?: DeploymentWatcher; readonly logger: Logger },
  moment: keyof DeploymentWatcher,
  record: DeploymentRecord,
): Promise<void> {
  try {
    await watcher?.[moment](record);
  } catch (error) {
    logger.error({ err: error, deployment: record.id }, `the monitoring was not told that it ${moment}`);
  }
}
