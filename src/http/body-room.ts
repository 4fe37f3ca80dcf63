/** A body that is being read: takes room as it grows, until it is closed. */
export interface HeldBody {
  grow(bytes: number): void;
  /** Gives the room back. May be called more than once. */
  close(): void;
}

interface Entry {
  bytes: number;
  readonly since: number;
  readonly evict: () => void;
}

/**
 * The memory that bodies may take together while nobody knows yet who sends them. Where it is full, the body that has
 * cost the most gives way, by bytes and by time: a slow or large one before a delivery that comes as fast as the line
 * can carry it. So nobody can keep others out by holding all of it.
 */
export class BodyRoom {
  readonly #entries = new Set<Entry>();
  readonly #limit: number;
  readonly #now: () => number;
  #held = 0;

  /** @param limit bytes @param now milliseconds */
  constructor(limit: number, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Bytes that are held now. */
  get held(): number {
    return this.#held;
  }

  /** @param evict drops what was read; called once at most, when the body has already lost its room */
  open(evict: () => void): HeldBody {
    const entry: Entry = { bytes: 0, since: this.#now(), evict };
    this.#entries.add(entry);
    return { grow: (bytes) => this.#grow(entry, bytes), close: () => this.#remove(entry) };
  }

  #grow(entry: Entry, bytes: number): void {
    if (!this.#entries.has(entry)) return;
    entry.bytes += bytes;
    this.#held += bytes;
    while (this.#held > this.#limit) this.#evictCostliest();
  }

  #evictCostliest(): void {
    const now = this.#now();
    // A millisecond more: of those that have just begun, the largest.
    const cost = ({ bytes, since }: Entry) => bytes * (now - since + 1);
    const costliest = [...this.#entries].reduce((most, entry) => (cost(entry) > cost(most) ? entry : most));
    this.#remove(costliest);
    costliest.evict();
  }

  #remove(entry: Entry): void {
    if (!this.#entries.delete(entry)) return;
    this.#held -= entry.bytes;
  }
}
