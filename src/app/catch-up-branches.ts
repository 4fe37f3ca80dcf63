import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { FoundTarget } from "../deployments/targets.js";
import { allTargets } from "../deployments/targets.js";
import { isSameName } from "../repositories/known-repository.js";
import { followedBefore } from "./check-branch.js";
import { type FollowedTarget, followAll } from "./deploy-push.js";
import type { AppParts } from "./ports.js";
import { projectsOf } from "./repositories.js";

/** GitHub is asked about one branch after the other. Milliseconds. */
const BETWEEN_BRANCHES_MS = 100;

interface FollowedBranch {
  readonly repository: string;
  readonly branch: string;
}

/** What came of one branch. */
export type CaughtUp = FollowedBranch &
  (
    | { readonly kind: "read"; readonly followed: readonly FollowedTarget[] }
    /** GitHub did not answer. */
    | { readonly kind: "unread"; readonly error?: unknown }
  );

/**
 * Reads the branches that environments follow, and gives their heads to those that have them not: GitHub does not send a
 * push again that it could not deliver while no process of Slipway ran. Only an environment that was given a head of that
 * very branch before gets one: what moved before Slipway followed it is nobody's request.
 */
export async function catchUpBranches(parts: AppParts): Promise<readonly CaughtUp[]> {
  const caughtUp: CaughtUp[] = [];
  for (const [index, { targets, ...branch }] of branchesOf(parts).entries()) {
    if (index > 0) await pause(BETWEEN_BRANCHES_MS);
    const known = await followedBefore(parts, targets, branch.branch);
    if (known.length === 0) continue;
    caughtUp.push(
      await catchUp(parts, branch, known).catch((error: unknown) => unread(parts, branch, error)),
    );
  }
  return caughtUp;
}

async function catchUp(
  parts: AppParts,
  { repository, branch }: FollowedBranch,
  targets: readonly FoundTarget[],
): Promise<CaughtUp> {
  const named = await parts.readRepository(repository);
  if (named.kind === "unavailable") return { kind: "unread", repository, branch };
  if (named.kind === "unseen") return { kind: "read", repository, branch, followed: [] };
  const { id, name } = named.repository;
  // Another repository may have taken the name meanwhile.
  const { projects } = await projectsOf(parts, targets, { repository: name, repositoryId: id });
  const own = targets.filter(({ project }) => projects.has(project));
  const head = await parts.branches.head(repository, branch);
  if (head.kind === "unavailable") return unread(parts, { repository, branch });
  if (head.kind !== "head") return { kind: "read", repository, branch, followed: [] };
  const { followed, again } = await followAll(parts, own, { repository, branch, head, certain: false });
  if (again) await lookAgain(parts, { repository, branch });
  return { kind: "read", repository, branch, followed };
}

async function unread(parts: AppParts, branch: FollowedBranch, error?: unknown): Promise<CaughtUp> {
  await lookAgain(parts, branch);
  return { kind: "unread", ...branch, ...(error !== undefined && { error }) };
}

async function lookAgain({ queues, now }: AppParts, { repository, branch }: FollowedBranch): Promise<void> {
  const identity = createHash("sha256").update(JSON.stringify([repository.toLowerCase(), branch]));
  const id = `start-${identity.digest("hex").slice(0, 24)}`;
  await queues.addBranchCheck({ id, repository, branch, since: now(), onlyFollowed: true });
}

/** Each branch once, with the environments that follow it. */
function branchesOf({ config }: AppParts): readonly (FollowedBranch & { targets: FoundTarget[] })[] {
  const branches: (FollowedBranch & { targets: FoundTarget[] })[] = [];
  for (const target of allTargets(config)) {
    const { projectConfig, config: environment } = target;
    const { repository } = projectConfig;
    const branch = environment.triggers.push;
    if (branch === undefined) continue;
    const known = branches.find((each) => each.branch === branch && isSameName(each.repository, repository));
    if (known === undefined) branches.push({ repository, branch, targets: [target] });
    else known.targets.push(target);
  }
  return branches;
}
