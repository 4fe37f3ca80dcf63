import { z } from "zod";
import type { Config } from "../config/schema.js";
import { Release } from "../deployments/release.js";
import { allTargets, type FoundTarget } from "../deployments/targets.js";
import { type BranchNews, type Followed, followBranch } from "./follow-branch.js";
import type { AppParts } from "./ports.js";

/** A branch that moved to a commit. */
export const Push = z.object({
  repository: z.string(),
  branch: z.string(),
  before: z.string(),
  release: Release,
  pusher: z.string(),
  /** GitHub login of the author of the newest commit. */
  author: z.string().optional(),
  /** The branch does not contain the commit that it pointed to before. */
  forced: z.boolean().default(false),
});
export type Push = z.output<typeof Push>;

/** The environments that the branch deploys to. */
export function followers(config: Config, push: Pick<Push, "repository" | "branch">): readonly FoundTarget[] {
  const repository = push.repository.toLowerCase();
  return allTargets(config).filter(
    (target) =>
      target.projectConfig.repository.toLowerCase() === repository &&
      target.config.triggers.push === push.branch,
  );
}

export interface FollowedTarget {
  readonly target: FoundTarget;
  readonly outcome: Followed;
}

/**
 * Deploys the head of the pushed branch to every environment that follows it. The push may be late or repeated, so
 * GitHub is asked where the branch is now.
 *
 * @param delivery GitHub's id of the delivery
 */
export async function deployPush(
  parts: AppParts,
  push: Push,
  delivery: string,
): Promise<readonly FollowedTarget[]> {
  const { repository, branch, before, release } = push;
  const targets = followers(parts.config, push);
  if (targets.length === 0) return [];
  const isLatest = await parts.followed.noteMove(
    { repository, branch, before, after: release.sha },
    delivery,
  );
  const head = await parts.branches.head(repository, branch);
  const news = { repository, branch, head, push: { ...push, delivery, isLatest }, certain: false };
  const { followed, again } = await followAll(parts, targets, news);
  if (again) await parts.queues.addBranchCheck({ id: delivery, repository, branch, since: parts.now() });
  return followed;
}

/** Gives each environment the head of the branch, as far as it is known. */
export async function followAll(
  parts: AppParts,
  targets: readonly FoundTarget[],
  news: BranchNews,
): Promise<{ readonly followed: readonly FollowedTarget[]; readonly again: boolean }> {
  const followed: FollowedTarget[] = [];
  let again = false;
  for (const target of targets) {
    const { outcome, again: once } = await followBranch(parts, target, news);
    followed.push({ target, outcome });
    again ||= once;
  }
  return { followed, again };
}
