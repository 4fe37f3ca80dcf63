import type { Sha } from "../deployments/release.js";
import type { BranchHead, Relation } from "./ports.js";

/** All that is known of a branch. */
export interface BranchEvidence {
  /** What GitHub's API says. */
  readonly head: BranchHead;
  /** The head that the environment was given last. */
  readonly known: Sha | undefined;
  /** What a webhook says. */
  readonly push?: {
    readonly before: string;
    readonly after: Sha;
    readonly forced: boolean;
    /** Whether no later push is known. */
    readonly isLatest: boolean;
  };
  /** GitHub had the time to catch up with its own webhooks. */
  readonly certain: boolean;
  /** How `head` stands to `base`. */
  readonly relation: (base: Sha, head: Sha) => Promise<Relation>;
}

export interface BranchVerdict {
  /** The commit that the environment should get; undefined: nothing for now. */
  readonly deploy: Sha | undefined;
  /** Whether the branch must be read again. */
  readonly again: boolean;
}

const WAIT: BranchVerdict = { deploy: undefined, again: true };

/**
 * Decides which commit of a branch is to be deployed. Two witnesses can be late: a webhook can arrive long after newer
 * ones, and GitHub's API can be a minute behind. The head that the API names is deployed once it is sure not to be an
 * older one: the push names it too, or it has what was deployed last, or the push, as an ancestor.
 */
export async function judgeBranch(evidence: BranchEvidence): Promise<BranchVerdict> {
  const { head, push, known, certain } = evidence;
  if (head.kind !== "head") return judgeWithoutHead(evidence);
  const { sha } = head;
  const disagrees = push !== undefined && push.after !== sha;
  if (certain) return { deploy: sha, again: false };
  if (known === sha) return { deploy: sha, again: disagrees };
  if (!disagrees && push !== undefined && followsOn(push, known)) return { deploy: sha, again: push.forced };
  if (known !== undefined && (await goesBack(evidence, known, sha))) return WAIT;
  if (!disagrees) return { deploy: sha, again: push !== undefined };
  const isOlder = (await evidence.relation(push.after, sha)) === "ahead";
  // A branch that a forced push moved back looks the same as a late push, while the API is behind.
  return isOlder ? { deploy: sha, again: push.forced } : WAIT;
}

/** Both witnesses name the commit, and the push explains how the branch got there. */
function followsOn(push: NonNullable<BranchEvidence["push"]>, known: Sha | undefined): boolean {
  return known === undefined || push.forced || push.before === known;
}

/** An API that is behind may name an old head: one that does not contain what was deployed last needs a witness. */
async function goesBack({ push, relation }: BranchEvidence, known: Sha, sha: Sha): Promise<boolean> {
  const stands = await relation(known, sha);
  if (stands === "ahead" || stands === "identical") return false;
  // The last commit is gone from GitHub, or GitHub does not say: the push is the second witness.
  return stands === "behind" || push === undefined || push.after !== sha;
}

/** GitHub does not say where the branch is: the pushes themselves must do. */
function judgeWithoutHead({ head, push, certain }: BranchEvidence): BranchVerdict {
  // It was deleted, or it is so new that the API does not know it yet.
  if (head.kind === "missing") return { deploy: undefined, again: !certain };
  return { deploy: push?.isLatest ? push.after : undefined, again: head.kind === "unavailable" };
}
