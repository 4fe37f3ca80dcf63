import { z } from "zod";
import type { Config } from "../config/schema.js";
import { Release } from "../deployments/release.js";
import { allTargets, type FoundTarget } from "../deployments/targets.js";
import { admitTrigger, type TriggerOutcome } from "./admit-trigger.js";
import type { AppParts } from "./ports.js";

/** A branch that moved to a commit. */
export const Push = z.object({
  repository: z.string(),
  branch: z.string(),
  before: z.string(),
  release: Release,
  pusher: z.string(),
});
export type Push = z.output<typeof Push>;

/** The environments that the branch deploys to. */
export function followers(config: Config, push: Push): readonly FoundTarget[] {
  const repository = push.repository.toLowerCase();
  return allTargets(config).filter(
    (target) =>
      target.projectConfig.repository.toLowerCase() === repository &&
      target.config.triggers.push === push.branch,
  );
}

/** Deploys the pushed commit to every environment that follows the branch. */
export async function deployPush(parts: AppParts, push: Push): Promise<readonly TriggerOutcome[]> {
  const repository = push.repository.toLowerCase();
  const outcomes: TriggerOutcome[] = [];
  for (const target of followers(parts.config, push)) {
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
