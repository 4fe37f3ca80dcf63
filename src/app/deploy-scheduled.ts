import type { Target } from "../deployments/record.js";
import { lookUpTarget } from "../deployments/targets.js";
import { admitDeployment } from "./admit-deployment.js";
import { defaultRef, type RequestParts } from "./request-deployment.js";

/** GitHub did not resolve the ref of a schedule; the job tries again. */
export class ScheduledRefError extends Error {
  readonly code: string;

  constructor(ref: string, code: string) {
    super(`The scheduled deployment's ref ${JSON.stringify(ref)} could not be resolved (${code}).`);
    this.name = "ScheduledRefError";
    this.code = code;
  }
}

/**
 * Deploys the environment's own ref because its time has come.
 * @param occurrence names this one time, so that a job that runs twice deploys once
 * @throws ScheduledRefError when the ref cannot be resolved
 */
export async function deployScheduled(parts: RequestParts, named: Target, occurrence: string): Promise<void> {
  const target = lookUpTarget(parts.config, named);
  if (target === undefined) return;
  const { repository } = target.projectConfig;
  const ref = defaultRef(target);
  const resolved = await parts.refs.resolve(repository, ref);
  if (resolved.kind === "refused") throw new ScheduledRefError(ref, resolved.refusal.code);
  await admitDeployment(parts, {
    identity: ["schedule", occurrence],
    target,
    repository,
    origin: { kind: "schedule" },
    release: resolved.release,
    replacesWaiting: false,
  });
}
