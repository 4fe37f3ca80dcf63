import { setTimeout as pause } from "node:timers/promises";

const FIRST_MS = 200;
const LONGEST_MS = 10_000;

/** Longer and longer pauses, each cut short at random, so that many who lost the same host do not return at once. */
export class Backoff {
  #next = FIRST_MS;

  /** Ends early when the signal is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    const ms = this.#next * (0.5 + Math.random() / 2);
    this.#next = Math.min(this.#next * 2, LONGEST_MS);
    await pause(ms, undefined, { signal }).catch(() => undefined);
  }

  /** Something worked: the next pause is short again. */
  reset(): void {
    this.#next = FIRST_MS;
  }
}
