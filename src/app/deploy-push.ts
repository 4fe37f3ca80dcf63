import { z } from "zod";
import type { Config } from "../config/schema.js";
import { Release } from "../deployments/release.js";
import { allTargets, type FoundTarget } from "../deployments/targets.js";
import { isSameName, RepositoryId } from "../repositories/known-repository.js";
import { type BranchNews, type Followed, followBranch } from "./follow-branch.js";
import type { AppParts } from "./ports.js";
import { type ProjectSighting, projectsOf } from "./repositories.js";

/** A branch that moved to a commit. */
export const Push = z.object({
  /** As it was called when the push was made. */
  repository: z.string(),
  repositoryId: RepositoryId.optional(),
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

/** The environments that a branch deploys to, whatever repository it is of. */
export function followersOf(config: Config, branch: string): readonly FoundTarget[] {
  return allTargets(config).filter(({ config: { triggers } }) => triggers.push === branch);
}

/** The environments that the branch deploys to. @param of its repository, as it is configured */
export function followers(
  config: Config,
  { repository, branch }: { readonly repository: string; readonly branch: string },
): readonly FoundTarget[] {
  return followersOf(config, branch).filter(({ projectConfig }) =>
    isSameName(projectConfig.repository, repository),
  );
}

export interface FollowedTarget {
  readonly target: FoundTarget;
  readonly outcome: Followed;
}

/** What came of a push. */
export interface Pushed {
  readonly followed: readonly FollowedTarget[];
  /** What was seen of the configured repositories for the first time. */
  readonly seen: readonly ProjectSighting[];
  /** Environments follow a branch of that name, in other repositories. */
  readonly foreign: boolean;
}

/**
 * Deploys a push to the environments that follow its branch in its repository, whatever that is called by now.
 *
 * @param delivery GitHub's id of the delivery
 * @throws RepositoryUnknownError while it is not known whether the repository is a configured one
 */
export async function receivePush(parts: AppParts, push: Push, delivery: string): Promise<Pushed> {
  const following = followersOf(parts.config, push.branch);
  const { projects, seen } = await projectsOf(parts, following, push);
  const targets = following.filter(({ project }) => projects.has(project));
  // From here on the repository has the name of the configuration; two projects may write it in two ways.
  const names = new Map(
    targets.map(({ projectConfig: { repository } }) => [repository.toLowerCase(), repository]),
  );
  const followed: FollowedTarget[] = [];
  for (const [index, repository] of [...names.values()].entries()) {
    const group = targets.filter(({ projectConfig }) => isSameName(projectConfig.repository, repository));
    const id = index === 0 ? delivery : `${delivery}-${index}`;
    followed.push(...(await deployPush(parts, { ...push, repository }, id, group)));
  }
  return { followed, seen, foreign: following.length > 0 && targets.length === 0 };
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
  targets: readonly FoundTarget[] = followers(parts.config, push),
): Promise<readonly FollowedTarget[]> {
  const { repository, branch, before, release } = push;
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
