import { underEither } from "../either-signal.js";
import { HostUnreachableError } from "../host-unreachable-error.js";
import type { CommandOutcome } from "../remote-runner.js";
import { followRun, REST } from "./follow-run.js";
import type { HostRunner } from "./host-runner.js";
import type { RunLog } from "./run-log.js";
import { outcomeOf } from "./run-status.js";

/** How long a host may take once a limit is reached, ms: short after a stop, because a person waits. */
const LOOK_MS = { deadline: 15_000, stop: 4_000 } as const;

/** There is no time for more. */
const MOST_BYTES = 1024 * 1024;

interface LastLook {
  readonly runner: HostRunner;
  readonly runId: string;
  readonly log: RunLog;
  readonly cause: keyof typeof LOOK_MS;
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
  signal,
}: LastLook): Promise<CommandOutcome | undefined> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), LOOK_MS[cause]);
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
    answerSeconds: LOOK_MS.stop / 1000,
    onClaimed: () => undefined,
  };
  await followRun(options).catch((error: unknown) => {
    if (!(error instanceof HostUnreachableError)) throw error;
  });
}
