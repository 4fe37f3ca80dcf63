import type { Logger } from "pino";

/** So many answers that make no sense are tried again before a run that was never claimed is given up. */
const MOST_FAULTS = 20;

/** `nonsense`: no word of the protocol, or not at this point; `silence`: no word at all; `endless`: asked in vain again. */
export type FaultKind =
  | "nonsense"
  | "silence"
  | "contradiction"
  | "missing-again"
  | "incomplete"
  | "short-log";

/** What was wrong with the answers of a host about one run. Each kind is logged once. */
export class RunFaults {
  readonly #logger: Logger;
  readonly #facts: { readonly host: string; readonly run: string };
  readonly #logged = new Set<FaultKind>();
  #count = 0;
  #said: string | undefined;

  constructor(logger: Logger, facts: { readonly host: string; readonly run: string }) {
    this.#logger = logger;
    this.#facts = facts;
  }

  /** The last one, in the host's own words or ours. */
  get said(): string | undefined {
    return this.#said;
  }

  get areTooMany(): boolean {
    return this.#count >= MOST_FAULTS;
  }

  add(kind: FaultKind, said: string): void {
    this.#count += 1;
    this.#said = said;
    if (this.#logged.has(kind)) return;
    this.#logged.add(kind);
    this.#logger.warn({ ...this.#facts, fault: kind, said }, "the runner on a host gave no valid answer");
  }

  /** The host makes sense again. */
  clear(): void {
    this.#count = 0;
    this.#said = undefined;
  }
}
