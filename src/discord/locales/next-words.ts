/** What can be pressed under the message; the texts name no other button. */
export interface Offered {
  readonly retry: boolean;
  readonly rollback: boolean;
}

/** What to do once a deployment has ended. */
export interface NextWords {
  readonly succeeded: (url: string) => string;
  /** After a rollback that a person asked for. */
  readonly lockedAfterRollback: (environment: string, until: string) => string;
  readonly failed: (offered: Offered, command: string) => string;
  readonly cancelled: (offered: Offered) => string;
  readonly askAgain: (offered: Offered, command: string) => string;
  /** The ref has moved, so that the same commit is no longer what was meant. */
  readonly refMoved: (command: string) => string;
  readonly unknownHostKey: string;
  readonly indeterminate: (rollback: boolean) => string;
  readonly superseded: (number: number) => string;
  /** How Discord shows commands and their options. */
  readonly command: Readonly<Record<"deploy" | "promote" | "rollback", string>>;
  readonly option: Readonly<Record<OptionName, string>>;
}

export type OptionName = "environment" | "project" | "ref" | "break-glass" | "from" | "to";
