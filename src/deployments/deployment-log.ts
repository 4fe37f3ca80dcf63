import { LOG_LIMIT_BYTES, type LogCall, type LogMark, type LogStore } from "./log-store.js";

const FLUSH_AFTER_MS = 250;
/** What a step prints fast goes out in pieces of about this size: each is in memory twice until Redis has it. */
const FLUSH_AFTER_BYTES = 64 * 1024;
const TAIL_LINES = 15;
const TAIL_CHARACTERS = 1_200;
/** Enough characters to hold the tail whatever the line lengths. */
const TAIL_WINDOW = 8_192;

/** Collects the output of one deployment and writes it to the store in pieces; its memory is bounded. */
export class DeploymentLog {
  readonly #store: LogStore;
  readonly #id: string;
  readonly #writer: number;
  readonly #onError: (error: unknown) => void;
  #calls = 0;
  #pending = "";
  #pendingBytes = 0;
  #mark: LogMark | undefined;
  #accepted = 0;
  #window = "";
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param writer the fence token of this worker
   * @param onError told when the store does not take a piece: a lost log never fails a deployment
   */
  constructor(store: LogStore, id: string, writer: number, onError: (error: unknown) => void) {
    this.#store = store;
    this.#id = id;
    this.#writer = writer;
    this.#onError = onError;
  }

  /**
   * Begins the part that the following text is of; `tail()` speaks of this part alone.
   * @returns where the part's own output goes on, bytes: more than 0 where an earlier worker began it
   */
  async begin(part: string, heading: string): Promise<number> {
    await this.flush();
    const start = await this.#store
      .begin(this.#id, this.#nextCall(), part, TAIL_WINDOW)
      .catch((error: unknown) => {
        this.#onError(error);
        return undefined;
      });
    const offset = start?.offset ?? 0;
    if (offset === 0) this.write(`\n== ${heading}\n`);
    // The tail is of the output alone, the heading is not in it.
    this.#window = offset === 0 ? "" : (start?.text ?? "");
    return offset;
  }

  /** @param offset where the part's own output goes on, when this text is all of it up to there; bytes */
  write(text: string, offset?: number): void {
    // A long text is all that counts: put together with the rest it would be copied for nothing.
    this.#window = (text.length < TAIL_WINDOW ? this.#window + text : text).slice(-TAIL_WINDOW);
    if (this.#accepted <= LOG_LIMIT_BYTES) {
      const bytes = Buffer.byteLength(text);
      this.#accepted += bytes;
      this.#pendingBytes += bytes;
      this.#pending += text;
    }
    if (offset !== undefined) this.#mark = { offset, length: this.#pendingBytes };
    if (this.#pendingBytes >= FLUSH_AFTER_BYTES) this.#flushPending();
    else this.#timer ??= setTimeout(() => this.#flushPending(), FLUSH_AFTER_MS);
  }

  /** The last lines written since the part began. */
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

  #nextCall(): LogCall {
    return { writer: this.#writer, seq: ++this.#calls };
  }

  #flushPending(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [text, mark] = [this.#pending, this.#mark];
    if (text === "" && mark === undefined) return;
    this.#pending = "";
    this.#pendingBytes = 0;
    this.#mark = undefined;
    this.#writing = this.#writing
      .then(() => this.#store.append(this.#id, this.#nextCall(), text, mark))
      .catch(this.#onError);
  }
}
