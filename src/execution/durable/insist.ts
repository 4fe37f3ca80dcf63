import { setTimeout as pause } from "node:timers/promises";
import { underEither } from "../either-signal.js";
import { HostUnreachableError } from "../host-unreachable-error.js";
import { type HostRunner, throwRefusal } from "./host-runner.js";
import type { RunStatus } from "./run-status.js";
import type { RunnerWord } from "./runner-word.js";

const ATTEMPTS = 4;
const PAUSE_MS = 250;
/** All attempts together, where the caller sets no limit. Milliseconds. */
const LIMIT_MS = 60_000;

export interface InsistOptions {
  readonly signal?: AbortSignal | undefined;
  /** From the call to its end, whatever the host does. @defaultValue 60 s */
  readonly limitMs?: number;
  /** Comes at once, whatever else is asked of the host. */
  readonly urgent?: boolean;
}

/**
 * Asks the runner on a host, again where the link ended before the answer: all that is asked this way may be asked
 * twice.
 * @throws HostUnreachableError also when the limit is over before the answer
 */
export async function insist(
  runner: HostRunner,
  words: readonly [verb: string, ...args: (string | number)[]],
  { signal, limitMs = LIMIT_MS, urgent = false }: InsistOptions = {},
): Promise<RunnerWord> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  try {
    return await underEither(limit.signal, signal, (either) => askAgain(runner, words, either, urgent));
  } catch (error) {
    if (!limit.signal.aborted) throw error;
    const detail = `no answer within ${limitMs / 1000} s`;
    throw new HostUnreachableError(runner.host, "timeout", { detail, cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function askAgain(
  runner: HostRunner,
  words: readonly [verb: string, ...args: (string | number)[]],
  signal: AbortSignal,
  urgent: boolean,
): Promise<RunnerWord> {
  for (let attempt = 1; ; attempt++) {
    const word = await runner.ask(words, signal, urgent);
    if (word !== undefined) throwRefusal(runner.host, word);
    if (word && word.word !== "unclear") return word;
    if (attempt === ATTEMPTS || signal.aborted) throw noAnswer(runner.host, word);
    await pause(PAUSE_MS * attempt, undefined, { signal }).catch(() => undefined);
  }
}

/** @throws HostUnreachableError on a word that tells no status */
export function statusOf(host: string, word: RunnerWord): RunStatus {
  if (word.word === "absent") return { kind: "absent" };
  if (word.word === "status" || word.word === "end") return word.status;
  throw misunderstood(host, word);
}

/** A word that does not answer the question: the runner on the host is not the one that is expected. */
export function misunderstood(host: string, { word }: RunnerWord): HostUnreachableError {
  return new HostUnreachableError(host, "nonsense", { detail: `its runner answers "${word}"` });
}

function noAnswer(host: string, word: RunnerWord | undefined): HostUnreachableError {
  if (word?.word === "unclear") return new HostUnreachableError(host, "nonsense", { detail: word.said });
  return new HostUnreachableError(host, "protocol", { detail: "the link ended before the answer" });
}
