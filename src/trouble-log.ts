import type { Logger } from "pino";

/** How often trouble that lasts is logged again, with its count. Milliseconds. */
const AGAIN_AFTER_MS = 30_000;
/** Keys come from our own code; the bound only covers a mistake there. */
const MAX_KEYS = 500;

export interface TroubleLogOptions {
  /** @defaultValue 30 s */
  readonly againAfterMs?: number;
  /** Milliseconds since the epoch. @defaultValue Date.now */
  readonly now?: () => number;
}

interface Trouble {
  readonly since: number;
  loggedAt: number;
  /** Since the last line. */
  unlogged: number;
  total: number;
}

/**
 * Logs trouble that repeats: the first time at once, then one line with a count every 30 s, and one line when it is
 * over. A fault of a few seconds can otherwise fill a disk.
 */
export class TroubleLog {
  readonly #logger: Logger;
  readonly #againAfterMs: number;
  readonly #now: () => number;
  readonly #troubles = new Map<string, Trouble>();

  constructor(logger: Logger, { againAfterMs = AGAIN_AFTER_MS, now = Date.now }: TroubleLogOptions = {}) {
    this.#logger = logger;
    this.#againAfterMs = againAfterMs;
    this.#now = now;
  }

  /** @param key what is taken for the same trouble */
  report(key: string, fields: object, message: string, level: "warn" | "error" = "warn"): void {
    const at = this.#now();
    const known = this.#troubles.get(key);
    if (known === undefined) {
      this.#remember(key, { since: at, loggedAt: at, unlogged: 0, total: 1 });
      this.#logger[level](fields, message);
      return;
    }
    known.total++;
    known.unlogged++;
    if (at - known.loggedAt < this.#againAfterMs) return;
    this.#logger[level]({ ...fields, repeated: known.unlogged }, message);
    known.loggedAt = at;
    known.unlogged = 0;
  }

  /** Logs that the trouble is over; nothing where there was none. */
  over(key: string, message: string): void {
    const known = this.#troubles.get(key);
    if (known === undefined) return;
    this.#troubles.delete(key);
    const seconds = Math.round((this.#now() - known.since) / 1000);
    this.#logger.info({ faults: known.total, seconds }, message);
  }

  #remember(key: string, trouble: Trouble): void {
    const oldest = this.#troubles.size >= MAX_KEYS ? this.#troubles.keys().next().value : undefined;
    if (oldest !== undefined) this.#troubles.delete(oldest);
    this.#troubles.set(key, trouble);
  }
}

/** The kind of an error, for a key: its code, or the first word where that is one (`READONLY`, `OOM`), or its name. */
export function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  return /^[A-Z]{3,}\b/.exec(error.message)?.[0] ?? error.name;
}
