import { setMaxListeners } from "node:events";
import type { HealthCheck } from "../config/health-checks.js";
import type { Probe } from "./create-prober.js";
import type { ProbeResult } from "./probe-result.js";

export interface SweepOptions {
  /** How many probes are made at once. @defaultValue 50 */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
}

/** What came of one probe of a sweep; `failed` is a fault of Slipway itself, not of what is probed. */
export type Swept<Item> =
  | { readonly kind: "probed"; readonly item: Item; readonly result: ProbeResult }
  | { readonly kind: "failed"; readonly item: Item; readonly error: unknown };

/**
 * Makes all probes and gives each result as soon as it is there. A slow probe holds one place and nobody up. Nothing
 * is begun that the caller has no room for: begun probes and results not yet taken are never more than `concurrency`.
 * Who leaves the loop early ends the probes that are under way.
 * @throws the reason of the signal
 */
export async function* sweepProbes<Item extends { readonly check: HealthCheck }>(
  items: Iterable<Item>,
  probe: Probe,
  { concurrency = 50, signal }: SweepOptions = {},
): AsyncGenerator<Swept<Item>, void, void> {
  const stop = new AbortController();
  // Every probe under way listens; Node warns of a leak from the eleventh on.
  setMaxListeners(0, stop.signal);
  const onAbort = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const source = items[Symbol.iterator]();
  const finished: Swept<Item>[] = [];
  let running = 0;
  let wake: () => void = () => undefined;
  const finish = (swept: Swept<Item>) => {
    running--;
    finished.push(swept);
    wake();
  };
  try {
    for (;;) {
      signal?.throwIfAborted();
      while (running + finished.length < concurrency) {
        const next = source.next();
        if (next.done) break;
        running++;
        void probeOne(next.value, probe, stop.signal).then(finish);
      }
      const swept = finished.shift();
      if (swept !== undefined) yield swept;
      else if (running === 0) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    stop.abort();
    source.return?.();
  }
}

async function probeOne<Item extends { readonly check: HealthCheck }>(
  item: Item,
  probe: Probe,
  signal: AbortSignal,
): Promise<Swept<Item>> {
  try {
    return { kind: "probed", item, result: await probe(item.check, signal) };
  } catch (error) {
    return { kind: "failed", item, error };
  }
}
