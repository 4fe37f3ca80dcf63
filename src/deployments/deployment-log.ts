import { LOG_LIMIT_BYTES, type LogStore } from "./log-store.js";

const FLUSH_AFTER_MS = 250;
const TAIL_LINES = 15;
const TAIL_CHARACTERS = 1_200;
/** Enough characters to hold the tail whatever the line lengths. */
const TAIL_WINDOW = 8_192;

/** Collects the output of one deployment and writes it to the store in pieces; its memory is bounded. */
export class DeploymentLog {
  readonly #store: LogStore;
  readonly #id: string;
  readonly #onError: (error: unknown) => void;
  #pending = "";
  #accepted = 0;
  #window = "";
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param onError told when the store does not take a piece: a lost log never fails a deployment */
  constructor(store: LogStore, id: string, onError: (error: unknown) => void) {
    this.#store = store;
    this.#id = id;
    this.#onError = onError;
  }

  write(text: string): void {
    this.#window = (this.#window + text).slice(-TAIL_WINDOW);
    if (this.#accepted > LOG_LIMIT_BYTES) return;
    this.#accepted += Buffer.byteLength(text);
    this.#pending += text;
    this.#timer ??= setTimeout(() => this.#flushPending(), FLUSH_AFTER_MS);
  }

  /** Forgets the tail, so that `tail()` speaks of what comes next. */
  startTail(): void {
    this.#window = "";
  }

  /** The last lines written since `startTail`. */
  tail(): string {
    const lines = this.#window.trimEnd().split("\n").slice(-TAIL_LINES);
    // A cut through a character would leave its second half.
    return lines
      .join("\n")
      .slice(-TAIL_CHARACTERS)
      .replace(/^[\udc00-\udfff]/, "");
  }

  /** Resolves when all that was written is in the store. */
  async flush(): Promise<void> {
    this.#flushPending();
    await this.#writing;
  }

  #flushPending(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending === "") return;
    const text = this.#pending;
    this.#pending = "";
    this.#writing = this.#writing.then(() => this.#store.append(this.#id, text)).catch(this.#onError);
  }
}
