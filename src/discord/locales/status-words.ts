import type { DeploymentState } from "../../deployments/record.js";

/** `/status`. Arguments are links, times and names that are already safe to show. */
export interface StatusWords {
  readonly nothing: string;
  readonly since: (at: string) => string;
  readonly through: (number: number, by: string) => string;
  /** It runs through a deployment that did not succeed. @param through names it */
  readonly unsuccessful: (through: string) => string;
  /** Release 0: read from the host, and started by nobody that Slipway knows. */
  readonly adopted: string;
  readonly mixed: string;
  /** What runs is not known on at least one host. @param last ran for certain somewhere */
  readonly unknown: (last: string | undefined) => string;
  /** Nothing is known of any host: no deployment, and no reading. */
  readonly unread: string;
  readonly host: {
    readonly nothing: string;
    readonly unknown: (last: string | undefined) => string;
    readonly between: (from: string | undefined, to: string) => string;
    readonly unreadable: string;
    /** The host was asked and did not answer. */
    readonly noAnswer: string;
    /** The host was asked and did not answer, and nothing was ever recorded of it. */
    readonly neverAnswered: string;
    /** Its checkout was moved by hand. */
    readonly drift: (commit: string, since: string) => string;
    /** The checkout is on another commit than the one that runs. */
    readonly head: (commit: string) => string;
  };
  readonly last: (number: number, outcome: string, at: string) => string;
  readonly outcome: Readonly<Partial<Record<DeploymentState, string>>>;
  readonly down: (since: string) => string;
  readonly recovering: (since: string) => string;
  readonly healthy: (at: string) => string;
  /** The last checks failed, which is not confirmed yet. */
  readonly failing: (since: string) => string;
  /** Slipway could not look, or hears of nothing. */
  readonly unheard: (since: string) => string;
  readonly locked: (by: string, until: string, reason: string) => string;
  readonly lockUnreadable: string;
  readonly frozen: (until: string | undefined, reason: string) => string;
}
