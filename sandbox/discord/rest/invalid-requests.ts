const windowMs = 10 * 60_000;

/**
 * Counts the answers 401, 403 and 429: Discord blocks an address that earns 10,000 of them in ten minutes.
 */
export class InvalidRequests {
  readonly #now: () => number;
  readonly #limit: number;
  #times: number[] = [];

  constructor(now: () => number, limit: number) {
    this.#now = now;
    this.#limit = limit;
  }

  note(status: number): void {
    if (status === 401 || status === 403 || status === 429) this.#times.push(this.#now());
  }

  count(): number {
    const oldest = this.#now() - windowMs;
    this.#times = this.#times.filter((time) => time > oldest);
    return this.#times.length;
  }

  isBlocked(): boolean {
    return this.#times.length >= this.#limit && this.count() >= this.#limit;
  }
}
