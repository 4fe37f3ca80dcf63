import { setTimeout as pause } from "node:timers/promises";

export const FIRST_RETRY_MS = 1_000;
/** Discord resets the token of a bot that starts 1,000 sessions a day: one in 90 s stays below. */
export const LONGEST_RETRY_MS = 90_000;
/** A connection that held for so long was no failure. Milliseconds. */
const STABLE_MS = 60_000;
/** Discord asks for a heartbeat every 41.25 s; half of that again is patience enough. Milliseconds. */
const HEARTBEAT_PATIENCE_MS = 62_000;

export interface ConnectionWatchOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 to 1, spreads the delays of many bots. */
  readonly random: () => number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** Knows of one client's connection whether it works, and when it may be tried again. */
export class ConnectionWatch {
  readonly #options: ConnectionWatchOptions;
  #readySince: number | undefined;
  #answeredAt = 0;
  #lastBeatAt: number | undefined;
  #lastGap: number | undefined;
  #patienceMs = HEARTBEAT_PATIENCE_MS;
  #failures = 0;
  #mayConnect: Promise<unknown> = Promise.resolve();
  #isOver = false;

  constructor(options: Partial<ConnectionWatchOptions> = {}) {
    this.#options = { now: Date.now, random: Math.random, pause: waitIdly, ...options };
  }

  /** Whether events arrive: the session is open, and Discord answers its heartbeats. */
  ready(): boolean {
    if (this.#readySince === undefined) return false;
    return this.#options.now() - this.#answeredAt < this.#patienceMs;
  }

  /** Resolves when the next connection may be made; never once the client was given up. */
  mayConnect(): Promise<unknown> {
    return this.#isOver ? NEVER : this.#mayConnect.then(() => (this.#isOver ? NEVER : undefined));
  }

  opened(): void {
    this.#readySince = this.#options.now();
    this.#answeredAt = this.#readySince;
    this.#lastBeatAt = undefined;
    this.#lastGap = undefined;
    this.#patienceMs = HEARTBEAT_PATIENCE_MS;
  }

  /** @param beatAt when the heartbeat that was answered now was sent, in milliseconds since the epoch */
  heartbeatAnswered(beatAt: number): void {
    const gap = this.#lastBeatAt === undefined ? undefined : beatAt - this.#lastBeatAt;
    // How often the server wants a beat is seen by the beats alone; it may ask for one more at any time.
    if (gap !== undefined && this.#lastGap !== undefined && Math.abs(gap - this.#lastGap) < gap / 10) {
      this.#patienceMs = Math.min(HEARTBEAT_PATIENCE_MS, gap * 1.5);
    }
    this.#lastGap = gap;
    this.#lastBeatAt = beatAt;
    this.#answeredAt = this.#options.now();
  }

  /** @returns after how many milliseconds a new connection may be made: 1 s, 2 s, 4 s … 90 s, up to half of it less */
  closed(): number {
    const { now, random } = this.#options;
    const wasStable = this.#readySince !== undefined && now() - this.#readySince >= STABLE_MS;
    this.#failures = wasStable ? 1 : this.#failures + 1;
    this.#readySince = undefined;
    const longest = Math.min(FIRST_RETRY_MS * 2 ** (this.#failures - 1), LONGEST_RETRY_MS);
    const delay = Math.round(longest * (1 - random() / 2));
    this.#mayConnect = this.#options.pause(delay);
    return delay;
  }

  /** No connection is made any more. */
  giveUp(): void {
    this.#isOver = true;
    this.#readySince = undefined;
  }
}

const NEVER = new Promise<never>(() => undefined);

function waitIdly(milliseconds: number): Promise<unknown> {
  return pause(milliseconds, undefined, { ref: false });
}
