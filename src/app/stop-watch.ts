import type { Logger } from "pino";
import type { DeploymentStore } from "../deployments/store.js";

/** Beyond the grace, for the host to say that the step was ended; the rest of the 20 s is for a last look at the host. */
const MARGIN_MS = 13_000;
const LOOK_EVERY_MS = 1_000;

export interface StopWatchParts {
  readonly store: Pick<DeploymentStore, "find">;
  readonly now: () => number;
  readonly logger: Logger;
  /** From TERM to KILL on the host. */
  readonly graceMs: number;
}

/**
 * Watches whether a running deployment is to be stopped now. The request is in the record, with its time: a worker that
 * takes over, or that was frozen, waits no longer than the first one would have.
 */
export class StopWatch {
  readonly #parts: StopWatchParts;
  readonly #id: string;
  readonly #requested = new AbortController();
  readonly #overdue = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: StopWatchParts, id: string) {
    this.#parts = parts;
    this.#id = id;
  }

  /** Aborted once somebody asked for the stop. */
  get requested(): AbortSignal {
    return this.#requested.signal;
  }

  /** Aborted when the host has had its time to end the step. */
  get overdue(): AbortSignal {
    return this.#overdue.signal;
  }

  start(): void {
    this.#lookLater();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    const { store, now, logger, graceMs } = this.#parts;
    let stopBy: number | undefined;
    try {
      const record = await store.find(this.#id);
      if (record?.stopRequestedBy !== undefined)
        stopBy = (record.stopRequestedAt ?? now()) + graceMs + MARGIN_MS;
    } catch (error) {
      logger.debug(
        { err: error, deployment: this.#id },
        "could not read whether a deployment is to be stopped",
      );
    }
    if (this.#closed) return;
    if (stopBy === undefined) {
      this.#lookLater();
      return;
    }
    this.#requested.abort();
    const left = Math.min(Math.max(0, stopBy - now()), graceMs + MARGIN_MS);
    this.#timer = setTimeout(() => this.#overdue.abort(), left);
  }
}
