import type { DeploymentRecord } from "../deployments/record.js";
import type { FoundTarget } from "../deployments/targets.js";
import { catchUpBranch } from "./catch-up-branches.js";
import { type FollowedTarget, followAll, followers } from "./deploy-push.js";
import { BRANCH_LAG_MS, followBranch } from "./follow-branch.js";
import type { AppParts, BranchCheck } from "./ports.js";

/** GitHub did not answer where a branch is; the job tries again. */
export class BranchUnknownError extends Error {
  readonly repository: string;
  readonly branch: string;

  constructor(repository: string, branch: string) {
    super(`GitHub did not answer where a branch of ${repository} is.`);
    this.name = "BranchUnknownError";
    this.repository = repository;
    this.branch = branch;
  }
}

const FIRST_LOOK_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;

/** When a branch is read again. @returns milliseconds since the epoch */
export function nextLook({ since }: Pick<BranchCheck, "since">, now: number): number {
  return now + Math.min(Math.max(now - since, FIRST_LOOK_MS), LONGEST_PAUSE_MS);
}

export type Checked =
  | { readonly kind: "done"; readonly followed: readonly FollowedTarget[] }
  | { readonly kind: "later"; readonly at: number; readonly followed: readonly FollowedTarget[] };

/**
 * Reads a branch again, and gives its head to the environments that follow it.
 * @throws BranchUnknownError while GitHub does not answer
 */
export async function checkBranch(parts: AppParts, check: BranchCheck): Promise<Checked> {
  const { repository, branch, since } = check;
  const now = parts.now();
  const certain = now >= since + BRANCH_LAG_MS;
  if (check.onlyFollowed) {
    const caughtUp = await catchUpBranch(parts, check, certain);
    if (caughtUp.kind === "unread") throw new BranchUnknownError(repository, branch);
    const { followed, again } = caughtUp;
    return again ? { kind: "later", at: nextLook(check, now), followed } : { kind: "done", followed };
  }
  const targets = followers(parts.config, check);
  if (targets.length === 0) return { kind: "done", followed: [] };
  const head = await parts.branches.head(repository, branch);
  if (head.kind === "unavailable") throw new BranchUnknownError(repository, branch);
  const { followed } = await followAll(parts, targets, { repository, branch, head, certain });
  return certain ? { kind: "done", followed } : { kind: "later", at: nextLook(check, now), followed };
}

/**
 * Looks, right before a pushed release runs, whether its branch has moved on. A newer head then takes its place. Where
 * GitHub does not answer, the deployment runs.
 */
export async function followBeforeRun(
  parts: AppParts,
  target: FoundTarget,
  { id, origin, release, repository, createdAt }: DeploymentRecord,
): Promise<void> {
  if (origin.kind !== "push" || !target.config.triggers.replaceWaiting) return;
  const { branch } = origin;
  if (target.config.triggers.push !== branch) return;
  const head = await parts.branches.head(repository, branch);
  if (head.kind !== "head" || head.sha === release.sha) return;
  const certain = parts.now() >= createdAt + BRANCH_LAG_MS;
  const { again } = await followBranch(parts, target, { repository, branch, head, certain });
  if (again) await parts.queues.addBranchCheck({ id, repository, branch, since: parts.now() });
}
