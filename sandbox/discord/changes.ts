import type { DiscordChange } from "./types.js";

export type ChangeListener = (change: DiscordChange) => void;

/** Tells listeners what a person may now see differently. */
export class Changes {
  readonly #listeners = new Set<ChangeListener>();
  readonly #closing = new Set<(reason: Error) => void>();

  emit(change: DiscordChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }

  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves with the first value that `probe` finds, asked now and after each change.
   *
   * @param describe - what was awaited and what is there instead, for the error
   * @throws Error after `timeoutMs` or when the stand-in closes
   */
  waitFor<T>(probe: () => T | undefined, timeoutMs: number, describe: () => string): Promise<T> {
    const found = probe();
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const fail = (reason: Error) => {
        end();
        reject(reason);
      };
      const timer = setTimeout(() => fail(new Error(`Waited ${timeoutMs} ms: ${describe()}`)), timeoutMs);
      const unsubscribe = this.subscribe(() => {
        const value = probe();
        if (value === undefined) return;
        end();
        resolve(value);
      });
      const end = () => {
        clearTimeout(timer);
        unsubscribe();
        this.#closing.delete(fail);
      };
      this.#closing.add(fail);
    });
  }

  close(): void {
    for (const fail of [...this.#closing]) fail(new Error("The Discord stand-in was closed"));
    this.#listeners.clear();
  }
}
