import type { AuditTrail } from "../audit/audit-trail.js";
import type { Config } from "../config/schema.js";
import type { BadReleases } from "../deployments/bad-releases.js";
import type { DroppedStore } from "../deployments/dropped-store.js";
import type { FollowedBranches } from "../deployments/followed-branches.js";
import type { CiState } from "../deployments/gates.js";
import type { LockStore } from "../deployments/lock-store.js";
import type { Comparison, Target } from "../deployments/record.js";
import type { RefRefusal } from "../deployments/refusal.js";
import type { Release, Sha } from "../deployments/release.js";
import type { RunningStore } from "../deployments/running-store.js";
import type { DeploymentStore } from "../deployments/store.js";
import type { RepositoryStore } from "../repositories/repository-store.js";
import type { CheckoutReader } from "./look-up-running.js";
import type { ProjectSighting, RepositoryReader } from "./repositories.js";

/** Wakes up those who do the work. Adding the same id again changes nothing. */
export interface WorkQueue {
  addDeployment(target: Target, id: string): Promise<void>;
  addAnnouncement(id: string, when: "now" | "soon"): Promise<void>;
  /**
   * Frees a deployment's job from a worker that is dead: it comes to another one without waiting for its lock to end.
   * @param claim of that worker; a job that another one has by now stays where it is
   */
  releaseDeployment(target: Target, id: string, claim: string): Promise<void>;
  /** Has the current step of a deployment ended on its host. */
  addStop(id: string): Promise<void>;
  /** @param at milliseconds since the epoch */
  addExpiry(id: string, at: number): Promise<void>;
  /** Has a branch read again, because GitHub has not confirmed yet what was said of it. */
  addBranchCheck(check: BranchCheck): Promise<void>;
  /** Has people told that a configured repository was renamed, or that another one has its name. */
  addRepositoryNotice(about: ProjectSighting): Promise<void>;
  /** Has the environment looked at, where pushes were dropped, and its message brought up to date. */
  addDropped(target: Target): Promise<void>;
}

/** A branch that is to be read again. */
export interface BranchCheck {
  /** Names the reason: the same reason is one check. */
  readonly id: string;
  readonly repository: string;
  readonly branch: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Only for environments that were given a head of the branch before. */
  readonly onlyFollowed?: boolean | undefined;
}

/** Where refs become commits. */
export interface RefResolver {
  /** Resolves a branch, tag or SHA once; what it answers holds for the whole deployment. */
  resolve(
    repository: string,
    ref: string,
  ): Promise<{ kind: "resolved"; release: Release } | { kind: "refused"; refusal: RefRefusal }>;
}

/** What GitHub says of a branch at this moment. */
export type BranchHead =
  | { readonly kind: "head"; readonly sha: Sha }
  /** The repository is there, the branch is not. */
  | { readonly kind: "missing" }
  /** The repository does not exist, or the token cannot read it. */
  | { readonly kind: "unseen" }
  | { readonly kind: "unavailable" };

/** How one commit stands to another: `ahead` has it as an ancestor, `behind` is an ancestor of it. */
export type Relation = "identical" | "ahead" | "behind" | "diverged" | "unknown";

/** Where branches point to now. */
export interface Branches {
  /** Never throws. */
  head(repository: string, branch: string): Promise<BranchHead>;
  /** How `head` stands to `base`. Never throws. */
  relation(repository: string, base: Sha, head: Sha): Promise<Relation>;
  /** The commit as a release of the branch. @throws Error when GitHub does not answer */
  release(repository: string, branch: string, sha: Sha): Promise<Release>;
}

/** What GitHub knows of a release. */
export interface ReleaseFacts {
  /**
   * @param commits.base what runs now; undefined where nothing does
   * @param commits.branch the ref that the release must not be behind of
   * @returns undefined when GitHub does not know the commits
   * @throws Error when GitHub does not answer
   */
  compare(
    repository: string,
    commits: { readonly base: Sha | undefined; readonly head: Sha; readonly branch: string },
  ): Promise<Comparison | undefined>;
  /** Never throws: what GitHub does not say is `unknown`. */
  ciState(repository: string, sha: Sha): Promise<CiState>;
}

/** The people of the guild, as Discord knows them at this moment. */
export interface Members {
  /** @returns undefined for somebody who is not a member (any more). @throws Error when Discord does not answer */
  rolesOf(userId: string): Promise<readonly string[] | undefined>;
}

/** What the use cases work with. */
export interface AppParts {
  readonly config: Config;
  readonly store: DeploymentStore;
  readonly locks: LockStore;
  readonly badReleases: BadReleases;
  /** What runs on each host. */
  readonly running: RunningStore;
  readonly readCheckout: CheckoutReader;
  readonly queues: WorkQueue;
  readonly refs: RefResolver;
  readonly facts: ReleaseFacts;
  readonly branches: Branches;
  readonly repositories: RepositoryStore;
  readonly readRepository: RepositoryReader;
  readonly followed: FollowedBranches;
  readonly dropped: DroppedStore;
  readonly members: Members;
  readonly audit: AuditTrail;
  readonly now: () => number;
}
