import type { FaultRule, RestFault } from "../types.js";

interface QueuedFault {
  readonly rule: FaultRule;
  readonly fault: RestFault;
  left: number;
}

/** The faults that await the requests that they are meant for. */
export class RestFaults {
  #queue: QueuedFault[] = [];

  add(rule: FaultRule, fault: RestFault): void {
    this.#queue.push({ rule, fault, left: rule.times ?? 1 });
  }

  /** The fault for this request, used up once by the call. */
  take(method: string, path: string): RestFault | undefined {
    const found = this.#queue.find(({ rule }) => fits(rule, method, path));
    if (!found) return undefined;
    found.left--;
    if (found.left <= 0) this.#queue = this.#queue.filter((queued) => queued !== found);
    return found.fault;
  }

  clear(): void {
    this.#queue = [];
  }
}

function fits(rule: FaultRule, method: string, path: string): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  // A pattern with the flag g would remember where it stopped.
  return rule.path === undefined || new RegExp(rule.path.source, rule.path.flags.replace("g", "")).test(path);
}
