import type { LostCause } from "../deployments/record.js";
import type { Secret } from "../secret.js";

/** One program on one host. Nothing here is shell text: the adapter quotes every word. */
export interface RemoteCommand {
  readonly argv: readonly [string, ...string[]];
  /** Where to run; relative to the user's home unless absolute. The command does not run if it is missing. */
  readonly directory?: string;
  /** Visible to other users of the host in its process list: not a place for secrets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Seen by the command and by nobody else on the host. Needs `run`: only a durable runner can bring it there. */
  readonly secretEnvironment?: Readonly<Record<string, Secret>>;
  /** Counted from the moment the command is handed to a live connection; of a durable run, on the host. */
  readonly timeoutSeconds: number;
  /** Makes the command durable: it runs at most once under this id, whatever happens to the link or to Slipway. */
  readonly run?: DurableRun;
}

export interface DurableRun {
  /** 1 to 100 of `A-Z a-z 0-9 _ . -`, not beginning with a dot or dash. */
  readonly id: string;
  readonly fence?: Fence;
  /** Bytes of the log that were taken in before, by an earlier process. @defaultValue 0 */
  readonly offset?: number;
  /** An earlier process may have started it: the host is asked first, and waited for where it is out of reach. */
  readonly resumed?: true;
  /** When it was begun, also by an earlier process: the wait for it is counted from then on. Milliseconds since the epoch. */
  readonly startedAt?: number;
  /** The time of its command, for a run that is only followed. */
  readonly timeoutSeconds?: number;
  /** Aborted when a stop was not confirmed in time: the wait for the run ends, and its outcome may stay unknown. */
  readonly stopOverdue?: AbortSignal;
}

/** A host starts nothing for a token that is smaller than the largest one it has seen under the key. */
export interface Fence {
  /** Same letters as the id of a run. */
  readonly key: string;
  /** A safe integer, 0 or more. */
  readonly token: number;
}

/** What is known about a command that may have started. */
export type CommandOutcome =
  /**
   * `unstarted`: the code is the shell's own, which could not start the command. `unchanged`: a restart proved that it
   * has changed nothing. Only a durable run tells.
   */
  | { readonly kind: "exited"; readonly code: number; readonly unstarted?: true; readonly unchanged?: true }
  /** A signal ended the remote process. */
  | { readonly kind: "killed"; readonly signal: string }
  /** Without a run id Slipway stopped waiting, and the remote process may still be running; with one it was ended. */
  | { readonly kind: "timed-out"; readonly afterSeconds: number }
  /** The link dropped or the caller gave up: nobody knows the outcome. That of a durable run can still be asked for. */
  | {
      readonly kind: "lost";
      readonly reason: string;
      /** Absent: the host is out of reach. */
      readonly cause?: LostCause;
      /** Quotes the host: hostile text. */
      readonly said?: string;
    }
  /** Slipway stopped following a durable run, which goes on. */
  | { readonly kind: "detached" }
  /** A durable run was ended on demand. */
  | { readonly kind: "cancelled" }
  /** A durable run did not start, because a newer token was seen on the host. */
  | { readonly kind: "fenced"; readonly token: number }
  /** A durable run started and ended without an outcome, for good: only a person can tell what it did. */
  | { readonly kind: "indeterminate"; readonly reason: string };

/**
 * Takes a command's output.
 * @param offset of a durable run: position in its log after this text, bytes, where a later process can go on
 * @returns a promise to be spared further output until it settles; only durable runs wait for it
 */
export type OutputListener = (text: string, offset?: number) => void | PromiseLike<void>;

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
    onOutput: OutputListener,
    signal?: AbortSignal,
  ): Promise<CommandOutcome>;
}
