import type { RemoteCommand } from "../remote-runner.js";
import { commandText } from "./command-text.js";
import type { RunStart } from "./run-to-outcome.js";

/** Becomes the name of a file on the host. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

/** @throws TypeError on a name that is no run id and no key of a fence */
export function checkName(name: string): string {
  if (!NAME.test(name)) throw new TypeError("The id of a run, or the key of a fence, is not valid");
  return name;
}

/** @throws TypeError unless it is a safe integer, 0 or more */
export function checkToken(token: number): number {
  if (!Number.isSafeInteger(token) || token < 0) throw new TypeError("The token of a fence is not valid");
  return token;
}

export interface RunBounds {
  readonly graceSeconds: number;
  /** How much output is fetched from the beginning of the log, and as much from its end; the host never drops that. */
  readonly fetchedBytes: number;
  /** How much of the log the host keeps. */
  readonly logBytes: number;
}

/**
 * How a durable command is started.
 * @throws TypeError on a command that cannot be expressed safely
 */
export function startOf(command: RemoteCommand, runId: string, bounds: RunBounds): RunStart {
  const { graceSeconds, fetchedBytes, logBytes } = bounds;
  const { run, timeoutSeconds, ...plain } = command;
  const fence = run?.fence;
  const words = fence ? [checkName(fence.key), checkToken(fence.token)] : ["-", 0];
  if (!(timeoutSeconds > 0)) throw new TypeError("The time-out of a durable run is not positive");
  const log = [fetchedBytes, Math.max(logBytes, 2 * fetchedBytes)];
  return {
    fenceKey: fence?.key,
    input: commandText({ ...plain, timeoutSeconds }),
    // Without an exponent, which the host's programs would not understand.
    words: (offset) => ["start", runId, offset, timeoutSeconds.toFixed(3), graceSeconds, ...words, ...log],
  };
}
