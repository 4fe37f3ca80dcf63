import type { LostCause } from "../../deployments/record.js";

/** A step whose time is not known, because an earlier version began it: as long as any may take. */
const LONGEST_SECONDS = 24 * 3600;

export interface RunTimes {
  /** When the step began, milliseconds since the epoch; a later process counts on from there. @defaultValue now */
  readonly startedAt?: number | undefined;
  /** The step's own time, which the host counts from the claim on. */
  readonly timeoutSeconds?: number | undefined;
  readonly graceSeconds: number;
  readonly patienceSeconds: number;
  /** Aborted when *Stop now* has had its time. */
  readonly stopOverdue?: AbortSignal | undefined;
}

/**
 * Ends the wait for one run, whatever its host says or does not say: when the step's time, the grace and the patience
 * are over, or when a stop was not confirmed in time.
 */
export class RunLimits {
  readonly #reached = new AbortController();
  readonly #stopOverdue: AbortSignal | undefined;
  #cause: Extract<LostCause, "deadline" | "stop"> | undefined;
  #dueAt: number;
  #timer: NodeJS.Timeout | undefined;

  constructor({ startedAt, timeoutSeconds, graceSeconds, patienceSeconds, stopOverdue }: RunTimes) {
    const whole = ((timeoutSeconds ?? LONGEST_SECONDS) + graceSeconds + patienceSeconds) * 1000;
    // The wall clock only tells what an earlier process has used up: it may be changed while this one waits.
    const used = startedAt === undefined ? 0 : Math.min(Math.max(0, Date.now() - startedAt), whole);
    this.#dueAt = performance.now() + whole - used;
    this.#stopOverdue = stopOverdue;
    this.#arm();
    if (stopOverdue?.aborted) this.#stop();
    else stopOverdue?.addEventListener("abort", this.#stop, { once: true });
  }

  /** Aborted at the first limit. */
  get signal(): AbortSignal {
    return this.#reached.signal;
  }

  get cause(): Extract<LostCause, "deadline" | "stop"> | undefined {
    return this.#cause;
  }

  /** The host counts the step's time from the claim on: a wait before that is no part of it. */
  addWait(ms: number): void {
    this.#dueAt += ms;
    this.#arm();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stopOverdue?.removeEventListener("abort", this.#stop);
  }

  readonly #stop = () => this.#reach("stop");

  #arm(): void {
    clearTimeout(this.#timer);
    const ms = Math.max(0, this.#dueAt - performance.now());
    this.#timer = setTimeout(() => this.#reach("deadline"), ms);
  }

  #reach(cause: Extract<LostCause, "deadline" | "stop">): void {
    this.#cause ??= cause;
    this.#reached.abort();
  }
}
