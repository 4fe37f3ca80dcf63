import type { RequestRecord } from "../types.js";

/** How many requests are remembered. */
const capacity = 10_000;

/** Every REST request with its outcome, newest last. */
export class RequestLog {
  readonly records: RequestRecord[] = [];

  add(record: RequestRecord): void {
    this.records.push(record);
    if (this.records.length > capacity) this.records.shift();
  }
}
