import { setTimeout as pause } from "node:timers/promises";
import { isLastingError, type LogMark, type LogNotes, type LogStart, type LogStore } from "./log-store.js";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** How long a store that did not take anything in time is waited for afterwards. */
const NO_PATIENCE_MS = 500;

export interface LogPiece extends Pick<LogNotes, "cut" | "missing" | "closes"> {
  readonly text: string;
  readonly mark: LogMark | undefined;
}

type Work = () => Promise<void>;

/**
 * Brings the pieces of a log to the store in their order, and each of them again until the store has taken it. What
 * waits is in memory: the log's own limits bound it.
 */
export class LogWriter {
  readonly #store: LogStore;
  readonly #id: string;
  readonly #writer: number;
  readonly #onError: (error: unknown) => void;
  readonly #closing = new AbortController();
  #calls = 0;
  #work: Work[] = [];
  #pump: Promise<void> | undefined;
  #part = "";
  #length: number | undefined;
  #lacks = false;
  /** Bytes that the store will never take, since it last took any. */
  #dropped = 0;
  #gaveUp = false;
  #failing = false;

  /** @param onError told once when the store begins to refuse pieces, and of each piece that it will never take */
  constructor(store: LogStore, id: string, writer: number, onError: (error: unknown) => void) {
    this.#store = store;
    this.#id = id;
    this.#writer = writer;
    this.#onError = onError;
  }

  /** Something of the present part is not in the log. */
  get lacksOutput(): boolean {
    return this.#lacks;
  }

  /** @returns undefined where the store does not take it, or a newer writer has begun */
  begin(part: string, tailBytes: number, again: boolean): Promise<LogStart | undefined> {
    const call = { writer: this.#writer, seq: ++this.#calls };
    return new Promise((resolve) => {
      this.#add(
        async () => {
          this.#part = part;
          const start = await this.#store.begin(this.#id, call, part, tailBytes, again);
          this.#length = start?.length;
          this.#lacks = false;
          resolve(start);
        },
        () => resolve(undefined),
      );
    });
  }

  append({ text, mark, ...flags }: LogPiece): void {
    const call = { writer: this.#writer, seq: ++this.#calls };
    this.#add(
      async () => {
        const expected = this.#length;
        const notes = {
          ...{ ...flags, part: this.#part, missing: flags.missing === true || this.#dropped > 0 },
          // Beyond a hole nothing is certain: a later worker must go back to where it begins.
          ...(mark !== undefined && !this.#lacks && { mark }),
          ...(expected !== undefined && { expected }),
        };
        const appended = await this.#store.append(this.#id, call, this.#droppedNote() + text, notes);
        this.#dropped = 0;
        this.#length = appended?.length;
        if (appended !== undefined && appended.lost > 0) this.#lacks = true;
      },
      () => {
        this.#dropped += Buffer.byteLength(text);
        this.#lacks = true;
      },
    );
  }

  #droppedNote(): string {
    if (this.#dropped === 0) return "";
    return `\n[Slipway: ${this.#dropped} bytes of output are missing here: Redis did not take them.]\n`;
  }

  /** @returns whether the store took everything within the time */
  async settle(patienceMs: number): Promise<boolean> {
    if (this.#pump === undefined) return true;
    const timer = new AbortController();
    const waited = pause(this.#gaveUp ? Math.min(NO_PATIENCE_MS, patienceMs) : patienceMs, false, {
      signal: timer.signal,
    }).catch(() => false);
    const settled = await Promise.race([this.#pump.then(() => true), waited]);
    timer.abort();
    this.#gaveUp = !settled;
    return settled;
  }

  /** Nothing is tried again any more. */
  close(): void {
    this.#closing.abort();
  }

  /** @param lost called when the store will never take it */
  #add(work: Work, lost: () => void): void {
    this.#work.push(() =>
      work().catch((error: unknown) => {
        if (!isLastingError(error)) throw error;
        this.#onError(error);
        lost();
      }),
    );
    this.#pump ??= this.#bringAll();
  }

  async #bringAll(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (let next = this.#work[0]; next !== undefined; next = this.#work[0]) {
      try {
        await next();
        this.#work.shift();
        pauseMs = FIRST_PAUSE_MS;
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) this.#onError(error);
        this.#failing = true;
        const { signal } = this.#closing;
        await pause(pauseMs, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) break;
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
    // Here, and not once the promise has settled: what is added in between would wait for nobody.
    this.#pump = undefined;
  }
}
