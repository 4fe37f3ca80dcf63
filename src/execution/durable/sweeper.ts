import type { Logger } from "pino";
import type { HostRunner } from "./host-runner.js";
import { insist } from "./insist.js";

const EVERY_MS = 3_600_000;
/** A host with many runs on a slow disk takes its time; one that hangs must not take a place for ever. */
const LIMIT_MS = 600_000;
const SECONDS_A_DAY = 86_400;
/** A few runs that print without end would fill a disk long before they are too many. */
const KEPT_BYTES = 1024 ** 3;

interface SweeperOptions {
  readonly logger: Logger;
  readonly keepRuns: number;
  readonly keepDays: number;
  /** How much output of ended runs a host keeps. @defaultValue 1 GiB */
  readonly keptBytes?: number | undefined;
}

/** Has hosts forget what is old, so that nobody needs to clean up there. */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #closing = new AbortController();
  readonly #sweptAt = new Map<string, number>();
  readonly #sweeping = new Set<Promise<void>>();

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  /** @throws HostUnreachableError */
  async sweep(runner: HostRunner): Promise<void> {
    const { keepRuns, keepDays } = this.#options;
    this.#sweptAt.set(runner.host, performance.now());
    const { keptBytes = KEPT_BYTES } = this.#options;
    const words = ["sweep", keepRuns, Math.round(keepDays * SECONDS_A_DAY), keptBytes] as const;
    await insist(runner, words, { signal: this.#closing.signal, limitMs: LIMIT_MS });
  }

  /** In the background, and not more than once an hour. What goes wrong is tried again an hour later. */
  sweepSoon(runner: HostRunner): void {
    const last = this.#sweptAt.get(runner.host);
    if (this.#closing.signal.aborted || (last !== undefined && performance.now() - last < EVERY_MS)) return;
    const sweeping = this.sweep(runner)
      .catch((error: unknown) => {
        this.#options.logger.debug({ err: error, host: runner.host }, "cannot sweep old runs");
      })
      .finally(() => this.#sweeping.delete(sweeping));
    this.#sweeping.add(sweeping);
  }

  /** Gives up what is under way in the background. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#sweeping);
  }
}
