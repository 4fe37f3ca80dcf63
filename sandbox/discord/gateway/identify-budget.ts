import type { DiscordLimits } from "../types.js";

const dayMs = 24 * 60 * 60_000;

/** Discord's limits on IDENTIFY: one at a time, and so many a day before it resets the token. */
export class IdentifyBudget {
  readonly #limits: DiscordLimits;
  readonly #now: () => number;
  readonly #isLimited: boolean;
  #times: number[] = [];
  #total = 0;

  constructor(limits: DiscordLimits, now: () => number, isLimited: boolean) {
    this.#limits = limits;
    this.#now = now;
    this.#isLimited = isLimited;
  }

  /** Accepted since the start. */
  get total(): number {
    return this.#total;
  }

  /** Counts an IDENTIFY. @returns false when it comes too soon after the one before */
  take(): boolean {
    const last = this.#times.at(-1);
    const now = this.#now();
    if (this.#isLimited && last !== undefined && now - last < this.#limits.identifyIntervalMs) return false;
    this.#times.push(now);
    this.#total++;
    return true;
  }

  isExhausted(): boolean {
    return this.#isLimited && this.remaining() <= 0;
  }

  remaining(): number {
    this.#times = this.#times.filter((time) => time > this.#now() - dayMs);
    return Math.max(0, this.#limits.identifiesPerDay - this.#times.length);
  }

  /** The `session_start_limit` of GET /gateway/bot. */
  sessionStartLimit() {
    const first = this.#times[0] ?? this.#now();
    return {
      total: this.#limits.identifiesPerDay,
      remaining: this.remaining(),
      reset_after: first + dayMs - this.#now(),
      max_concurrency: 1,
    };
  }
}
