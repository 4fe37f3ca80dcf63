import type { Drop } from "../deployments/dropped.js";
import type { Followed as Head } from "../deployments/followed-branches.js";
import type { Origin } from "../deployments/record.js";
import type { Release, Sha } from "../deployments/release.js";
import type { FoundTarget } from "../deployments/targets.js";
import { deploymentId } from "./admit-deployment.js";
import { admitTrigger, type TriggerOutcome } from "./admit-trigger.js";
import { countAgain, keepDrop } from "./dropped.js";
import { type BranchEvidence, judgeBranch } from "./judge-branch.js";
import { judgeMissed } from "./judge-missed.js";
import type { AppParts, BranchHead } from "./ports.js";
import { repositoryOf } from "./repositories.js";

/** GitHub's API was seen a minute behind its webhooks: after twice that, what it says counts. Milliseconds. */
export const BRANCH_LAG_MS = 120_000;

/** What is known of a branch at one moment, for every environment that follows it. */
export interface BranchNews {
  readonly repository: string;
  readonly branch: string;
  readonly head: BranchHead;
  /** The push that brought the news; absent where the branch was only read again. */
  readonly push?: PushNews;
  /** GitHub had the time to catch up with its own webhooks. */
  readonly certain: boolean;
  /** Nobody pushed to the knowledge of Slipway: what people did since comes before a head that it missed. */
  readonly missed?: true;
}

export interface PushNews {
  /** GitHub's id of the delivery. */
  readonly delivery: string;
  readonly before: string;
  readonly release: Release;
  readonly forced: boolean;
  readonly pusher: string;
  readonly author?: string | undefined;
  /** Whether no later push is known. */
  readonly isLatest: boolean;
}

export type Followed =
  | TriggerOutcome
  /** That head was taken before, and is not deployed again. */
  | { readonly kind: "known" }
  /** A missed head runs already. */
  | { readonly kind: "runs" }
  /** What runs is not for certain the head before a missed one. */
  | { readonly kind: "kept" }
  /** Not (yet) a reason to deploy anything. */
  | { readonly kind: "waits" };

/**
 * Makes the head of the branch what the environment gets next. A push is a hint: it says that the branch moved, but
 * not that its commit is still the head.
 *
 * @returns what came of it, and whether the branch must be read again later
 */
export async function followBranch(
  parts: AppParts,
  target: FoundTarget,
  news: BranchNews,
): Promise<{ readonly outcome: Followed; readonly again: boolean }> {
  const { branch, push } = news;
  for (;;) {
    const known = await parts.followed.find(target, branch);
    const evidence: BranchEvidence = {
      ...{ head: news.head, certain: news.certain, known: known?.sha },
      ...(push && { push: { ...push, after: push.release.sha } }),
      relation: (base, head) => parts.branches.relation(news.repository, base, head),
    };
    const { deploy, again } = await judgeBranch(evidence);
    if (deploy === undefined) return { outcome: WAITS, again };
    const missed = news.missed ? await judgeMissed(parts, target, deploy, known) : "deploy";
    if (missed === "keep") return { outcome: { kind: "kept" }, again: false };
    const repository = await repositoryOf(parts, target);
    const head = await parts.followed.advance(target, { repository, branch }, deploy, known);
    // Another push was quicker: whether this one is still news must be asked anew.
    if (head === undefined) continue;
    if (missed === "deploy") return { outcome: await deployHead(parts, target, news, head), again };
    await parts.followed.settle(target, head);
    return { outcome: { kind: "runs" }, again: false };
  }
}

const WAITS = { kind: "waits" } as const;

async function deployHead(
  parts: AppParts,
  target: FoundTarget,
  news: BranchNews,
  head: Head,
): Promise<Followed> {
  const { repository, branch, push } = news;
  const { sha } = head;
  const identity = ["branch-head", branch, sha, String(head.generation)];
  const isPushed = push?.release.sha === sha;
  if (head.settled) return known(parts, target, news, { sha, identity });
  const release = isPushed ? push.release : await parts.branches.release(repository, branch, sha);
  const outcome = await admitTrigger(parts, {
    identity,
    target,
    origin: isPushed ? originOf(branch, push) : { kind: "push", branch, pusher: release.author },
    release: async () => ({ kind: "resolved", release }),
    replacesWaiting: target.config.triggers.replaceWaiting,
  });
  const key = push?.delivery ?? identity.join(" ");
  await keepDrop(parts, target, identity, dropOf(parts, news, release, key), outcome);
  await parts.followed.settle(target, head);
  return outcome;
}

/** That head was taken before: it has its deployment, or was refused. */
async function known(
  parts: AppParts,
  target: FoundTarget,
  news: BranchNews,
  { sha, identity }: { readonly sha: Sha; readonly identity: readonly string[] },
): Promise<Followed> {
  const { push } = news;
  if (push === undefined) return { kind: "known" };
  const record =
    push.release.sha === sha ? await parts.store.find(deploymentId(identity, target)) : undefined;
  if (record !== undefined) return { kind: "accepted", record };
  await countAgain(parts, target, { branch: news.branch, sha, key: push.delivery });
  return { kind: "known" };
}

function dropOf({ now }: AppParts, { repository, branch }: BranchNews, release: Release, key: string): Drop {
  return { key, source: "push", ref: branch, repository, release, at: now() };
}

function originOf(branch: string, { pusher, author }: PushNews): PushOrigin {
  return { kind: "push", branch, pusher, ...(author !== undefined && { author }) };
}

type PushOrigin = Extract<Origin, { kind: "push" }>;
