import type { Logger } from "pino";
import type { OutputListener } from "../remote-runner.js";
import { Utf8Text } from "./utf8-text.js";

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

  take(bytes: Buffer): Promise<void> | undefined {
    this.#received += bytes.length;
    return this.#deliver(this.#text.write(bytes));
  }

  /** Delivers what became no character. */
  async end(): Promise<void> {
    await this.#deliver(this.#text.end());
  }

  #deliver(text: string): Promise<void> | undefined {
    if (text === "") return undefined;
    const pending = this.#call(text);
    if (pending === undefined) return undefined;
    this.#busy = pending.finally(() => {
      this.#busy = undefined;
    });
    return this.#busy;
  }

  /** A listener that fails must not change what becomes of the run. */
  #call(text: string): Promise<void> | undefined {
    const failed = (error: unknown) =>
      this.#logger.error({ err: error }, "the consumer of a step's output failed");
    try {
      const pending = this.#listener(text, this.#received - this.#text.heldBytes);
      return pending ? Promise.resolve(pending).catch(failed) : undefined;
    } catch (error) {
      failed(error);
      return undefined;
    }
  }
}
