/** What has to be closed, the last one opened first. */
export class Closers {
  readonly #closers: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  /** @returns what was given */
  closing<T extends { close(): Promise<unknown> }>(opened: T): T {
    this.add(() => opened.close());
    return opened;
  }

  async closeAll(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) await close();
  }
}
