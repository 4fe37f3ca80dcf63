export const VIOLATION_KINDS = [
  /** A step began more than once. */
  "ran-twice",
  /** A step began while another one still ran on the same environment. */
  "overlapped",
  /** The record has no end, or says something else than the host. */
  "lost",
  /** The record says that it succeeded, the host does not. */
  "false-success",
  /** The runner was killed, and the record claims to know the outcome. */
  "not-indeterminate",
  /** No runner was killed, and the record does not know the outcome. */
  "unexplained-indeterminate",
  /** Not exactly one message, or one that does not show how it ended. */
  "message",
  /** Output is missing, there twice, or in another order. */
  "output",
  /** What is said to run is not what the host has, or it is called unknown though it is known. */
  "untrue",
  /** A message or an answer says what is not so, or something that the judge cannot read. */
  "words",
  /** An entry of the audit log is missing, is there twice, or says what did not happen; or the chain is broken. */
  "audit",
  /** A restarted process took too long to follow what ran. */
  "slow-reattach",
  /** It was killed again and again, and never followed anything: nothing was put to the test. */
  "no-reattach",
] as const;
export type ViolationKind = (typeof VIOLATION_KINDS)[number];

/** One promise that was broken, with what a person needs to find out why. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly environment: string;
  readonly sha: string;
  /** Absent where the subject has none. */
  readonly deployment?: string;
  readonly detail: string;
}
