/** A state that a channel is told of. */
export type LockEvent =
  | "locked"
  | "renewed"
  | "unlocked"
  | "reminder"
  | "expired"
  | "frozen"
  | "unfrozen"
  | "thawed";

/**
 * What is said about locks and freezes, in one language. Arguments are ready to be shown: mentions, times, names and
 * reasons that the caller has cleaned.
 */
export interface LockWords {
  readonly allEnvironments: string;
  /** The words of a notice's headline, without its emoji. */
  readonly headline: Readonly<Record<LockEvent, (where: string) => string>>;
  readonly fields: Readonly<Record<"owner" | "frozenBy" | "liftedBy" | "since" | "until", string>>;
  /** Instead of the end of a freeze that has none. */
  readonly untilUnfrozen: string;
  /** Instead of a reason that nobody gave. */
  readonly noReason: string;
  readonly unreadable: Readonly<Record<"lock" | "freeze", string>>;
  /** What a notice says beside its fields. */
  readonly hint: {
    readonly locked: string;
    readonly unlocked: (by: string) => string;
    readonly reminder: (end: string) => string;
    readonly free: string;
    readonly frozen: string;
  };
  readonly unlockButton: string;
  readonly reply: {
    readonly locked: (where: string, end: string) => string;
    readonly heldLock: (where: string, owner: string, reason: string, end: string) => string;
    readonly unlocked: (where: string) => string;
    readonly unlockedFor: (where: string, owner: string) => string;
    readonly notLocked: (where: string) => string;
    readonly projectLocked: (project: string, command: string) => string;
    readonly frozen: (where: string, end: string | undefined) => string;
    readonly heldFreeze: (where: string, by: string, reason: string) => string;
    readonly unfrozen: (where: string) => string;
    readonly notFrozen: (where: string) => string;
    readonly projectFrozen: (project: string, command: string) => string;
    readonly roleMissing: (where: string, roles: string) => string;
    /** @param environments those of all in which the person may not */
    readonly rolesMissing: (environments: string, roles: string) => string;
    readonly whichProject: (projects: string) => string;
    readonly unknownSpan: (typed: string) => string;
    readonly nothing: string;
    readonly list: string;
    readonly deploying: (number: number, by: string) => string;
    readonly more: (count: number) => string;
  };
}
