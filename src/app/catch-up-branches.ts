import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Config } from "../config/schema.js";
import { allTargets, type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import { isSameName, isSameRepository } from "../repositories/known-repository.js";
import { type FollowedTarget, followAll, followers } from "./deploy-push.js";
import type { AppParts } from "./ports.js";
import { projectsOf, repositoryOf } from "./repositories.js";

/** GitHub is asked about one branch after the other. Milliseconds. */
const BETWEEN_BRANCHES_MS = 100;

interface Branch {
  /** As it is configured. */
  readonly repository: string;
  readonly branch: string;
}

interface Read {
  readonly kind: "read";
  readonly followed: readonly FollowedTarget[];
  /** Whether the branch must be read again later. */
  readonly again: boolean;
}

/** GitHub did not answer. */
interface Unread {
  readonly kind: "unread";
  readonly error?: unknown;
}

/** What came of one branch. `failed`: it could not even be arranged that it is read again. */
export type CaughtUp = Branch & (Read | Unread | { readonly kind: "failed"; readonly error: unknown });

/**
 * Reads the branches that environments follow, and gives their heads to those that have them not: GitHub does not send a
 * push again that it could not deliver while no process of Slipway ran. Only an environment that was given a head of that
 * very branch before, and has followed it since, gets one: what moved before Slipway followed it is nobody's request.
 */
export async function catchUpBranches(parts: AppParts): Promise<readonly CaughtUp[]> {
  await forgetBranches(parts);
  const caughtUp: CaughtUp[] = [];
  for (const [index, branch] of branchesOf(parts.config).entries()) {
    if (index > 0) await pause(BETWEEN_BRANCHES_MS);
    const result = await catchUpOrAskAgain(parts, branch);
    if (result !== undefined) caughtUp.push({ ...branch, ...result });
  }
  return caughtUp;
}

/** @returns undefined where no environment was given a head of the branch before */
async function catchUpOrAskAgain(parts: AppParts, branch: Branch) {
  try {
    const before = await followedBefore(parts, followers(parts.config, branch), branch.branch);
    if (before.length === 0) return undefined;
    const result = await catchUpBranch(parts, branch, false).catch(
      (error: unknown): Unread => ({ kind: "unread", error }),
    );
    if (result.kind === "unread" || result.again) await lookAgain(parts, branch);
    return result;
  } catch (error) {
    return { kind: "failed", error } as const;
  }
}

/** Reads one branch. @param certain see `BranchNews` */
export async function catchUpBranch(
  parts: AppParts,
  { repository, branch }: Branch,
  certain: boolean,
): Promise<Read | Unread> {
  const targets = await followedBefore(parts, followers(parts.config, { repository, branch }), branch);
  if (targets.length === 0) return NOTHING;
  const named = await parts.readRepository(repository);
  if (named.kind === "unavailable") return { kind: "unread" };
  let own = targets;
  if (named.kind === "found") {
    const { id, name } = named.repository;
    // Another repository may have taken the name meanwhile.
    const { projects } = await projectsOf(parts, targets, { repository: name, repositoryId: id });
    own = targets.filter(({ project }) => projects.has(project));
  }
  const known = await ofThisRepository(parts, own, branch);
  if (named.kind === "unseen" || known.length === 0) return NOTHING;
  const head = await parts.branches.head(repository, branch);
  // The repository was seen a moment ago: that it is not any more is no answer.
  if (head.kind === "unavailable" || head.kind === "unseen") return { kind: "unread" };
  if (head.kind === "missing") return NOTHING;
  const news = { repository, branch, head, certain, missed: true } as const;
  return { kind: "read", ...(await followAll(parts, known, news)) };
}

const NOTHING: Read = { kind: "read", followed: [], again: false };

/** What is not followed now does not count as followed when the configuration names it again. */
async function forgetBranches({ config, followed }: AppParts): Promise<void> {
  for (const { target, head } of await followed.all()) {
    const pushed = lookUpTarget(config, target)?.config.triggers.push;
    if (pushed !== head.branch) await followed.forget(target, head);
  }
}

/** Those whose head is of the repository that they have now; of the others it is forgotten. */
async function ofThisRepository(
  parts: AppParts,
  targets: readonly FoundTarget[],
  branch: string,
): Promise<readonly FoundTarget[]> {
  const own: FoundTarget[] = [];
  for (const target of targets) {
    const head = await parts.followed.find(target, branch);
    if (head?.repository === undefined) continue;
    if (isSameRepository(head.repository, await repositoryOf(parts, target))) own.push(target);
    else await parts.followed.forget(target, head);
  }
  return own;
}

/** Those of the environments that were given a head of a branch of that name before. */
async function followedBefore(
  { followed }: Pick<AppParts, "followed">,
  targets: readonly FoundTarget[],
  branch: string,
): Promise<readonly FoundTarget[]> {
  const heads = await Promise.all(targets.map((target) => followed.find(target, branch)));
  return targets.filter((_, index) => heads[index]?.repository !== undefined);
}

async function lookAgain({ queues, now }: AppParts, { repository, branch }: Branch): Promise<void> {
  const identity = createHash("sha256").update(JSON.stringify([repository.toLowerCase(), branch]));
  const id = `start-${identity.digest("hex").slice(0, 24)}`;
  await queues.addBranchCheck({ id, repository, branch, since: now(), onlyFollowed: true });
}

/** Each branch that environments follow, once. */
function branchesOf(config: Config): readonly Branch[] {
  const branches: Branch[] = [];
  for (const { projectConfig, config: environment } of allTargets(config)) {
    const { repository } = projectConfig;
    const branch = environment.triggers.push;
    if (branch === undefined) continue;
    if (branches.some((each) => each.branch === branch && isSameName(each.repository, repository))) continue;
    branches.push({ repository, branch });
  }
  return branches;
}
