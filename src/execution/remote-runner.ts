/** One program on one host. Nothing here is shell text: the adapter quotes every word. */
export interface RemoteCommand {
  readonly argv: readonly [string, ...string[]];
  /** Where to run; relative to the user's home unless absolute. The command does not run if it is missing. */
  readonly directory?: string;
  /** Visible to other users of the host in its process list: not a place for secrets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Counted from the moment the command is handed to a live connection. */
  readonly timeoutSeconds: number;
}

/** What is known about a command that may have started. */
export type CommandOutcome =
  | { readonly kind: "exited"; readonly code: number }
  /** A signal ended the remote process. */
  | { readonly kind: "killed"; readonly signal: string }
  /** Slipway stopped waiting. The remote process may still be running. */
  | { readonly kind: "timed-out"; readonly afterSeconds: number }
  /** The link dropped or the caller gave up: nobody knows the outcome. */
  | { readonly kind: "lost"; readonly reason: string };

/** The way that steps reach a host. */
export interface RemoteRunner {
  /**
   * Runs one command and reports its output as whole UTF-8 text, stdout and stderr as they come.
   * @param host name of a configured host
   * @throws HostUnreachableError only while the command cannot have started; afterwards there is always an outcome
   */
  run(
    host: string,
    command: RemoteCommand,
    onOutput: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<CommandOutcome>;
}
