import type { Logger } from "pino";
import type { HostRunner } from "./host-runner.js";
import { insist } from "./insist.js";

const EVERY_MS = 3_600_000;
const SECONDS_A_DAY = 86_400;

interface SweeperOptions {
  readonly logger: Logger;
  readonly keepRuns: number;
  readonly keepDays: number;
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
    await insist(runner, ["sweep", keepRuns, Math.round(keepDays * SECONDS_A_DAY)], this.#closing.signal);
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
