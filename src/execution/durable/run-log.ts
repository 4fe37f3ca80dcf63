import type { Logger } from "pino";
import type { OutputListener } from "../remote-runner.js";
import { Utf8Text } from "./utf8-text.js";

const LINE_FEED = 0x0a;

/** The log of one run as it arrives, over any number of links: whole characters, in order, each byte once. */
export class RunLog {
  readonly #listener: OutputListener;
  readonly #logger: Logger;
  readonly #text = new Utf8Text();
  #received: number;
  #busy: Promise<void> | undefined;

  constructor(offset: number, listener: OutputListener, logger: Logger) {
    this.#received = offset;
    this.#listener = listener;
    this.#logger = logger;
  }

  /** Bytes of the log that have arrived: where the next link goes on. */
  get received(): number {
    return this.#received;
  }

  get isBusy(): boolean {
    return this.#busy !== undefined;
  }

  /** Settles when the listener is ready for more. */
  get settled(): Promise<void> {
    return this.#busy ?? Promise.resolve();
  }

  /** Whole lines are delivered apart from what follows them, so that the listener learns where in the log they end. */
  take(bytes: Buffer): Promise<void> | undefined {
    const start = this.#received;
    this.#received += bytes.length;
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end === 0 || end === bytes.length) return this.#hold(this.#takePiece(bytes, this.#received));
    const rest = () => this.#takePiece(bytes.subarray(end), start + bytes.length);
    const lines = this.#takePiece(bytes.subarray(0, end), start + end);
    return this.#hold(lines === undefined ? rest() : lines.then(rest));
  }

  /**
   * Goes on at a later byte, because the output up to there is not to be had; says how much is missing.
   * @returns a promise where the listener is not ready for more
   */
  skipTo(offset: number): Promise<void> | undefined {
    const missing = offset - this.#received;
    if (missing <= 0) return undefined;
    const before = this.#text.end();
    this.#received = offset;
    const note = `${before}\n[Slipway: ${missing} bytes of output are left out here.]\n`;
    return this.#hold(this.#deliver(note, offset));
  }

  /** Delivers what became no character. */
  async end(): Promise<void> {
    await this.#hold(this.#deliver(this.#text.end(), this.#received));
  }

  #hold(pending: Promise<void> | undefined): Promise<void> | undefined {
    if (pending === undefined) return undefined;
    this.#busy = pending.finally(() => {
      this.#busy = undefined;
    });
    return this.#busy;
  }

  /** @param end where in the log the piece ends, bytes */
  #takePiece(bytes: Buffer, end: number): Promise<void> | undefined {
    const text = this.#text.write(bytes);
    return this.#deliver(text, end - this.#text.heldBytes);
  }

  #deliver(text: string, offset: number): Promise<void> | undefined {
    return text === "" ? undefined : this.#call(text, offset);
  }

  /** A listener that fails must not change what becomes of the run. */
  #call(text: string, offset: number): Promise<void> | undefined {
    const failed = (error: unknown) =>
      this.#logger.error({ err: error }, "the consumer of a step's output failed");
    try {
      const pending = this.#listener(text, offset);
      return pending ? Promise.resolve(pending).catch(failed) : undefined;
    } catch (error) {
      failed(error);
      return undefined;
    }
  }
}
