interface Entry {
  readonly at: number;
  readonly order: number;
  readonly act: (now: number) => void;
}

/** A clock that jumps from one thing to do to the next: a binary heap, in order of time and then of arrival. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #order = 0;
  #now = 0;

  at(at: number, act: (now: number) => void): void {
    this.#heap.push({ at: Math.max(at, this.#now), order: this.#order++, act });
    this.#up(this.#heap.length - 1);
  }

  runUntil(end: number): void {
    for (let next = this.#take(); next !== undefined && next.at <= end; next = this.#take()) {
      this.#now = next.at;
      next.act(next.at);
    }
  }

  #take(): Entry | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#down();
    }
    return first;
  }

  #up(start: number): void {
    for (let index = start; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  #down(): void {
    for (let index = 0; ; ) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      const child = right < this.#heap.length && this.#isEarlier(right, left) ? right : left;
      if (child >= this.#heap.length || !this.#swapIfEarlier(child, index)) return;
      index = child;
    }
  }

  #swapIfEarlier(index: number, than: number): boolean {
    const [entry, other] = [this.#heap[index], this.#heap[than]];
    if (entry === undefined || other === undefined || !this.#isEarlier(index, than)) return false;
    this.#heap[index] = other;
    this.#heap[than] = entry;
    return true;
  }

  #isEarlier(index: number, than: number): boolean {
    const [a, b] = [this.#heap[index], this.#heap[than]];
    if (a === undefined || b === undefined) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }
}
