import type { Logger } from "pino";
import type { AuditEntry } from "../audit/audit-trail.js";
import type { LogStore } from "../deployments/log-store.js";
import type { DeploymentRecord } from "../deployments/record.js";
import type { PlanTools } from "../execution/execute-plan.js";
import type { AppParts } from "./ports.js";
import type { DeploymentWatcher } from "./tell-watcher.js";

/** What a worker runs deployments with. */
export interface RunParts extends AppParts {
  readonly logs: LogStore;
  readonly tools: PlanTools;
  readonly logger: Logger;
  readonly watcher?: DeploymentWatcher;
  /** The processes of Slipway: this one, and whether another one is alive. */
  readonly processes: { readonly id: string; isAlive(id: string): Promise<boolean> };
}

/** What is written down when a worker changes a deployment. */
export function runEntry(
  action: "started" | "resumed" | "ended" | "void" | "step",
  details: Readonly<Record<string, string | number | boolean>> = {},
): (record: DeploymentRecord) => AuditEntry {
  return ({ project, environment, number, release }) => ({
    action,
    actor: { kind: "slipway" },
    source: "worker",
    target: { project, environment },
    deployment: number,
    details: { sha: release.sha, ...details },
  });
}

/** How it came to its end. */
export function endedEntry(record: DeploymentRecord): AuditEntry {
  const { state, failedStep } = record;
  return runEntry("ended", { state, ...(failedStep && { failedStep }) })(record);
}

/** A message that cannot be asked for never changes what becomes of the deployment. */
export async function announce(
  { queues, logger }: RunParts,
  id: string,
  when: "now" | "soon",
): Promise<void> {
  try {
    await queues.addAnnouncement(id, when);
  } catch (error) {
    logger.error({ err: error, deployment: id }, "a deployment's message could not be asked for");
  }
}
