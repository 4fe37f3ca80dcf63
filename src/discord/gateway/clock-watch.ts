import type { Logger } from "pino";
import { TroubleLog } from "../../trouble-log.js";

/** Slow events alone make a difference, too: the quickest of so many tells how far the clocks are apart. */
const SAMPLES = 5;
const AHEAD_MS = 1_000;
/** No event arrives before it was made. */
const BEHIND_MS = -250;
const AGAIN_AFTER_MS = 3_600_000;

/**
 * Compares the clock of this machine with Discord's, by the moments that are in the ids of interactions. Nothing that
 * Slipway does depends on it; but times that people read would be wrong by as much.
 */
export class ClockWatch {
  readonly #trouble: TroubleLog;
  #differences: number[] = [];

  constructor(logger: Logger, now: () => number = Date.now) {
    this.#trouble = new TroubleLog(logger, { againAfterMs: AGAIN_AFTER_MS, now });
  }

  /** @param createdAt by Discord's clock @param arrivedAt by this machine's, both in milliseconds since the epoch */
  observe(createdAt: number, arrivedAt: number): void {
    this.#differences = [...this.#differences, arrivedAt - createdAt].slice(-SAMPLES);
    const quickest = Math.min(...this.#differences);
    if (quickest < BEHIND_MS) this.#report(quickest, "behind Discord's");
    else if (this.#differences.length < SAMPLES) return;
    else if (quickest > AHEAD_MS) this.#report(quickest, "ahead of Discord's, or its events come late");
    else this.#trouble.over("clock", "the clock of this machine is Discord's again");
  }

  #report(differenceMs: number, how: string): void {
    const message = `the clock of this machine is ${how}: have it set by NTP (timedatectl set-ntp true)`;
    this.#trouble.report("clock", { differenceMs }, message);
  }
}
