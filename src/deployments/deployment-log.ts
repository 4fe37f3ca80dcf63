import { HeadAndTail } from "./head-and-tail.js";
import { LOG_LIMIT_BYTES, type LogMark, type LogStore } from "./log-store.js";
import { LogWriter } from "./log-writer.js";

const FLUSH_AFTER_MS = 250;
/** What a step prints fast goes out in pieces of about this size: each is in memory twice until Redis has it. */
const FLUSH_AFTER_BYTES = 64 * 1024;
const TAIL_LINES = 15;
const TAIL_CHARACTERS = 1_200;
/** Enough characters to hold the tail whatever the line lengths. */
const TAIL_WINDOW = 8_192;
/** Of one output; less where many more are to come. */
const OUTPUT_LIMIT_BYTES = 1024 * 1024;
/** Room for headings and notes. */
const RESERVED_BYTES = 64 * 1024;
/** How long a store that refuses to write is waited for at the end of a part. */
const PATIENCE_MS = 30_000;

const NOTES = {
  broken: "\n[Slipway: the end of the output above is missing: it could not be stored.]\n",
  unavailable: "\n[Slipway: the rest of this output is missing: it could not be read from the host again.]\n",
} as const;

/**
 * Collects the output of one deployment and writes it to the store in pieces. Of each output the start and the end are
 * kept, so that a noisy one does not push out the others; its memory is bounded.
 */
export class DeploymentLog {
  readonly #writer: LogWriter;
  readonly #patienceMs: number;
  #part = "";
  #isOpen = false;
  #output = new HeadAndTail(OUTPUT_LIMIT_BYTES);
  /** Bytes that the log still takes. */
  #room = LOG_LIMIT_BYTES - RESERVED_BYTES;
  #pending = "";
  #pendingBytes = 0;
  #mark: LogMark | undefined;
  #window = "";
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param writer the fence token of this worker
   * @param onError told when the store does not take a piece: a log never fails a deployment
   */
  constructor(
    store: LogStore,
    id: string,
    writer: number,
    onError: (error: unknown) => void,
    { patienceMs = PATIENCE_MS }: { readonly patienceMs?: number } = {},
  ) {
    this.#writer = new LogWriter(store, id, writer, onError);
    this.#patienceMs = patienceMs;
  }

  /**
   * Begins the part that the following text is of; `tail()` speaks of this part alone.
   * @param others how many more outputs are to come, which need their share of the room
   * @returns where the part's own output goes on, bytes: more than 0 where an earlier worker began it
   */
  async begin(part: string, heading: string, others = 0): Promise<number> {
    await this.end();
    this.#part = part;
    const start = await this.#beginInStore(false);
    const offset = start?.offset ?? 0;
    if (start !== undefined)
      this.#room = LOG_LIMIT_BYTES - RESERVED_BYTES - start.packed - start.length + start.own;
    this.#output = new HeadAndTail(this.#share(others), offset === 0 ? 0 : start?.own);
    this.#room -= offset === 0 ? 0 : (start?.own ?? 0);
    if (start?.broken && offset === 0) this.#add(NOTES.broken);
    if (offset === 0) this.#add(`\n== ${heading}\n`);
    // The tail is of the output alone, the heading is not in it.
    this.#window = offset === 0 ? "" : (start?.text ?? "");
    return offset;
  }

  /** Another output of the same part, which keeps its own start and end. */
  section(heading: string, others = 0): void {
    this.#endOutput(false);
    this.#output = new HeadAndTail(this.#share(others));
    this.#add(`\n== ${heading}\n`);
  }

  /** @param offset where the part's own output goes on, when this text is all of it up to there; bytes */
  write(text: string, offset?: number): void {
    // A long text is all that counts: put together with the rest it would be copied for nothing.
    this.#window = (text.length < TAIL_WINDOW ? this.#window + text : text).slice(-TAIL_WINDOW);
    this.#add(this.#output.take(text));
    if (offset !== undefined && this.#output.isHeadOpen) this.#mark = { offset, length: this.#pendingBytes };
    if (this.#pendingBytes >= FLUSH_AFTER_BYTES) this.#flushPending();
    else if (this.#pendingBytes > 0 || this.#mark !== undefined)
      this.#timer ??= setTimeout(() => this.#flushPending(), FLUSH_AFTER_MS);
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

  /** Resolves when the store has all that a later worker needs to go on, or has been waited for long enough. */
  async flush(): Promise<void> {
    this.#flushPending();
    await this.#writer.settle(this.#patienceMs);
  }

  /** Ends the part: its last lines are given to the store, which is waited for within a limit. */
  async end(): Promise<void> {
    this.#endOutput(true);
    await this.#writer.settle(this.#patienceMs);
  }

  /**
   * For a part whose output is not complete in the store although it was all written: cuts it to what is certain.
   * @returns where its own output is to be read from again, bytes; undefined where nothing is missing, or nothing can be done
   */
  async reopen(): Promise<number | undefined> {
    if (!this.#writer.lacksOutput || !(await this.#writer.settle(0))) return undefined;
    const start = await this.#beginInStore(true);
    if (start === undefined) return undefined;
    this.#output = new HeadAndTail(OUTPUT_LIMIT_BYTES, start.own);
    this.#window = start.text;
    return start.offset;
  }

  /** What {@link reopen} asked for is not there any more. */
  missing(): void {
    this.#flushPending();
    this.#writer.append({ text: NOTES.unavailable, mark: undefined, missing: true });
  }

  /** Gives up what the store has not taken. */
  close(): void {
    clearTimeout(this.#timer);
    this.#writer.close();
  }

  async #beginInStore(again: boolean) {
    this.#isOpen = true;
    const begun = this.#writer.begin(this.#part, TAIL_WINDOW, again);
    return (await this.#writer.settle(this.#patienceMs)) ? begun : undefined;
  }

  #share(others: number): number {
    return Math.max(0, Math.min(OUTPUT_LIMIT_BYTES, Math.floor(this.#room / (others + 1))));
  }

  #add(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.#room -= bytes;
    this.#pendingBytes += bytes;
    this.#pending += text;
  }

  /** @param closes whether nothing more of the part comes */
  #endOutput(closes: boolean): void {
    const { text, leftOut } = this.#output.end();
    this.#output = new HeadAndTail(this.#share(0));
    this.#flushPending();
    const note = leftOut > 0 ? cutNote(leftOut) : "";
    const piece = note + text;
    this.#room -= Buffer.byteLength(piece);
    const ends = closes && this.#isOpen;
    if (piece === "" && !ends) return;
    this.#writer.append({ text: piece, mark: undefined, cut: leftOut > 0, closes: ends });
    if (ends) this.#isOpen = false;
  }

  #flushPending(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [text, mark] = [this.#pending, this.#mark];
    if (text === "" && mark === undefined) return;
    this.#pending = "";
    this.#pendingBytes = 0;
    this.#mark = undefined;
    this.#writer.append({ text, mark });
  }
}

function cutNote(bytes: number): string {
  const amount = new Intl.NumberFormat("en-US").format(bytes);
  return `\n[Slipway: ${amount} bytes of this output were left out here; its start and its end are kept.]\n`;
}
