import { underEither } from "../either-signal.js";
import { HostUnreachableError } from "../host-unreachable-error.js";
import type { CommandOutcome } from "../remote-runner.js";
import { followRun, REST } from "./follow-run.js";
import type { HostRunner } from "./host-runner.js";
import type { RunLog } from "./run-log.js";
import { outcomeOf } from "./run-status.js";

/** How long a host may take once a stop is overdue: a person waits. Seconds. */
const AFTER_STOP_SECONDS = 4;

/** There is no time for more. */
const MOST_BYTES = 1024 * 1024;

interface LastLook {
  readonly runner: HostRunner;
  readonly runId: string;
  readonly log: RunLog;
  readonly cause: "deadline" | "stop";
  /** How long the host may take once the step's time is over. */
  readonly lookSeconds: number;
  readonly signal: AbortSignal;
}

/**
 * Asks once more how a run ended, and takes in what output there is time for.
 * @returns undefined when the host does not say that it has ended
 */
export async function lastLook({
  runner,
  runId,
  log,
  cause,
  lookSeconds,
  signal,
}: LastLook): Promise<CommandOutcome | undefined> {
  const limit = new AbortController();
  const seconds = cause === "stop" ? AFTER_STOP_SECONDS : lookSeconds;
  const timer = setTimeout(() => limit.abort(), seconds * 1000);
  try {
    return await underEither(signal, limit.signal, async (either) => {
      const word = await runner.ask(["status", runId], either);
      if (word?.word !== "end") return undefined;
      const { status } = word;
      if (status.logBytes - log.received <= MOST_BYTES) await fetchRest(runner, runId, log, either);
      if (log.received < status.logBytes) log.skipTo(status.logBytes);
      return outcomeOf(status);
    });
  } catch (error) {
    if (error instanceof HostUnreachableError) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The outcome is known: what goes wrong here only costs output. */
async function fetchRest(runner: HostRunner, runId: string, log: RunLog, signal: AbortSignal): Promise<void> {
  const words = ["follow", runId, log.received, REST] as const;
  const options = {
    runner,
    log,
    signal,
    words,
    fetchedBytes: Number.MAX_SAFE_INTEGER,
    answerSeconds: AFTER_STOP_SECONDS,
    onClaimed: () => undefined,
  };
  await followRun(options).catch((error: unknown) => {
    if (!(error instanceof HostUnreachableError)) throw error;
  });
}
