import { type FSWatcher, watch } from "node:fs";

/** Longer than any subject needs. Milliseconds. */
const LIMIT_MS = 60_000;

/** Sees on the host itself that the last step ran: the restart command touches one file. */
export class HostChange {
  readonly #watcher: FSWatcher;
  #seen: ((at: number) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param file a file on the host that exists already */
  constructor(file: string) {
    this.#watcher = watch(file, () => this.#seen?.(performance.now()));
  }

  /** Resolves with the time (`performance.now()`) of the next change. */
  next(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#timer = setTimeout(() => reject(new Error("the host did not change")), LIMIT_MS);
      this.#seen = (at) => {
        clearTimeout(this.#timer);
        this.#seen = undefined;
        resolve(at);
      };
    });
  }

  /** A change that is still waited for never comes. */
  close(): void {
    clearTimeout(this.#timer);
    this.#watcher.close();
  }
}
