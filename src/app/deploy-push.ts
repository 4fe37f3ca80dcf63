import type { Release } from "../deployments/release.js";
import { allTargets } from "../deployments/targets.js";
import { admitTrigger, type TriggerOutcome } from "./admit-trigger.js";
import type { AppParts } from "./ports.js";

/** A branch that moved to a commit. */
export interface Push {
  readonly repository: string;
  readonly branch: string;
  readonly before: string;
  readonly release: Release;
  readonly pusher: string;
}

/** Deploys the pushed commit to every environment that follows the branch. */
export async function deployPush(parts: AppParts, push: Push): Promise<readonly TriggerOutcome[]> {
  const repository = push.repository.toLowerCase();
  const targets = allTargets(parts.config).filter(
    ({ projectConfig, config }) =>
      projectConfig.repository.toLowerCase() === repository && config.triggers.push === push.branch,
  );
  const outcomes: TriggerOutcome[] = [];
  for (const target of targets) {
    const outcome = await admitTrigger(parts, {
      identity: ["push", repository, push.branch, push.before, push.release.sha],
      target,
      origin: { kind: "push", branch: push.branch, pusher: push.pusher },
      release: async () => ({ kind: "resolved", release: push.release }),
      replacesWaiting: target.config.triggers.replaceWaiting,
    });
    outcomes.push(outcome);
  }
  return outcomes;
}
