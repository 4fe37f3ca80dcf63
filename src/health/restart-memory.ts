/** How often a container fell, as its host's Docker counts it. Times in milliseconds, by the host's clock. */
export interface Restarts {
  /** Another one for a container that was made anew. */
  readonly id: string;
  readonly count: number;
  readonly createdAt: number;
  readonly startedAt: number;
}

interface Seen {
  readonly at: number;
  readonly count: number;
}

/** From so many falls in short succession on, it does not stay. */
const FALLS = 3;
/** On average; slower ones are outages of their own. Milliseconds. */
const LONGEST_INTERVAL_MS = 120_000;
/** It stays once it has run for so many times the time between two falls. */
const STAYS_INTERVALS = 2;
const KEPT_LOOKS = 20;
const KEPT_CONTAINERS = 10_000;

/**
 * Remembers the counts between probes: between two falls a container runs, and a probe that comes just then finds it well.
 * In this process alone; what another one has seen is in Docker's own count since the container was made.
 */
export class RestartMemory {
  readonly #seen = new Map<string, readonly Seen[]>();

  /** Notes a look, and says whether the container keeps falling. @param now by the host's clock */
  keepsFalling({ id, count, createdAt, startedAt }: Restarts, now: number): boolean {
    const known = (this.#seen.get(id) ?? []).filter((seen) => seen.count <= count && seen.at < now);
    this.#note(id, [...known, { at: now, count }].slice(-KEPT_LOOKS));
    return [{ at: createdAt, count: 0 }, ...known].some((before) => {
      const falls = count - before.count;
      const interval = (startedAt - before.at) / falls;
      return (
        falls >= FALLS && interval <= LONGEST_INTERVAL_MS && now - startedAt < STAYS_INTERVALS * interval
      );
    });
  }

  #note(id: string, looks: readonly Seen[]): void {
    // The longest unseen one is the first.
    this.#seen.delete(id);
    this.#seen.set(id, looks);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > KEPT_CONTAINERS && oldest !== undefined) this.#seen.delete(oldest);
  }
}
