import { setTimeout as pause } from "node:timers/promises";
import { HostUnreachableError } from "../host-unreachable-error.js";
import { type HostRunner, throwRefusal } from "./host-runner.js";
import type { RunStatus } from "./run-status.js";
import type { RunnerWord } from "./runner-word.js";

const ATTEMPTS = 4;
const PAUSE_MS = 250;

/**
 * Asks the runner on a host, again where the link ended before the answer: all that is asked this way may be asked
 * twice.
 * @throws HostUnreachableError
 */
export async function insist(
  runner: HostRunner,
  words: readonly [verb: string, ...args: (string | number)[]],
  signal?: AbortSignal,
): Promise<RunnerWord> {
  for (let attempt = 1; ; attempt++) {
    const word = await runner.ask(words, signal);
    if (word !== undefined) throwRefusal(runner.host, word);
    if (word && word.word !== "unclear") return word;
    if (attempt === ATTEMPTS || signal?.aborted) throw noAnswer(runner.host);
    await pause(PAUSE_MS * attempt);
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
  return new HostUnreachableError(host, "protocol", { detail: `its runner answers "${word}"` });
}

function noAnswer(host: string): HostUnreachableError {
  return new HostUnreachableError(host, "protocol", { detail: "the link ended before the answer" });
}
