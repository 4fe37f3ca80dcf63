import { setTimeout as pause } from "node:timers/promises";

/** @returns what the work gives; undefined where it takes longer, and goes on unheard */
export async function within<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
  const over = new AbortController();
  const late = pause(limitMs, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
  return Promise.race([work, late]).finally(() => over.abort());
}
