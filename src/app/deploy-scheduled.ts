import type { Target } from "../deployments/record.js";
import { lookUpTarget } from "../deployments/targets.js";
import { admitTrigger } from "./admit-trigger.js";
import { keepDrop } from "./dropped.js";
import type { AppParts } from "./ports.js";
import { defaultRef } from "./request-deployment.js";

/** GitHub did not answer for the ref of a schedule; the job tries again. */
export class ScheduledRefError extends Error {
  readonly repository: string;

  constructor(repository: string) {
    super(`GitHub did not resolve the ref of a scheduled deployment of ${repository}.`);
    this.name = "ScheduledRefError";
    this.repository = repository;
  }
}

/**
 * Deploys the environment's own ref because its time has come.
 * @param occurrence names this one time, so that a job that runs twice deploys once
 * @throws ScheduledRefError while GitHub does not answer
 */
export async function deployScheduled(parts: AppParts, named: Target, occurrence: string): Promise<void> {
  const target = lookUpTarget(parts.config, named);
  if (target === undefined) return;
  const { repository } = target.projectConfig;
  const identity = ["schedule", occurrence];
  const ref = defaultRef(target);
  const outcome = await admitTrigger(parts, {
    identity,
    target,
    origin: { kind: "schedule" },
    release: () => parts.refs.resolve(repository, ref),
    replacesWaiting: false,
  });
  if (outcome.kind === "refused" && outcome.refusal.code === "github-unavailable") {
    throw new ScheduledRefError(repository);
  }
  const drop = { key: identity.join(" "), source: "schedule", ref, repository, at: parts.now() } as const;
  await keepDrop(parts, target, identity, drop, outcome);
}
