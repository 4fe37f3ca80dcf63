import type { ClientChannel } from "ssh2";
import { parseRunnerWord, type RunnerWord } from "./runner-word.js";

/** The runner says little: a longer line is noise of the host's own. */
const LONGEST_LINE = 10_000;

const NEWLINE = 0x0a;

export interface ExchangeListener {
  /** Bytes of the log. Where it gives a promise, nothing more is read until that has settled. It must not fail. */
  onLog(bytes: Buffer): Promise<void> | undefined;
  onWord(word: RunnerWord): void;
}

/** One call to the runner on a host: tells its words and its bytes from whatever else the host prints. */
export class RunnerExchange {
  /** Settles when the channel has closed, and all that came was taken in; at once when it was given up. */
  readonly closed: Promise<void>;
  readonly #giveUp: () => void;
  #givenUp = false;
  readonly #channel: ClientChannel;
  readonly #mark: Buffer;
  readonly #listener: ExchangeListener;
  #line = "";
  /** What came before the log began, as far as it may be the beginning of the mark; `undefined` once it did. */
  #prologue: Buffer | undefined = Buffer.alloc(0);

  /** @param onGivenUp called when nobody waits for the channel any more, although the host may never close it */
  constructor(channel: ClientChannel, tag: string, listener: ExchangeListener, onGivenUp: () => void) {
    this.#channel = channel;
    this.#mark = Buffer.from(`${tag}\n`);
    this.#listener = listener;
    let giveUp: () => void = onGivenUp;
    this.closed = new Promise((resolve) => {
      channel.once("close", () => resolve());
      giveUp = () => {
        onGivenUp();
        resolve();
      };
    });
    this.#giveUp = giveUp;
    // Without a listener an error of a stream would end the process; the close that follows tells enough.
    for (const stream of [channel, channel.stderr]) stream.on("error", () => channel.close());
    channel.stderr.on("data", (chunk: Buffer) => this.#readWords(chunk.toString("latin1"), tag));
    channel.on("data", (chunk: Buffer) => this.#readLog(chunk));
  }

  write(text: string | Buffer): void {
    this.#channel.write(text);
  }

  /** No more is written: the runner reads the end of its input. */
  endInput(): void {
    this.#channel.end();
  }

  /** A host that hangs does not confirm the end of a channel: nothing waits for that. */
  close(): void {
    this.#givenUp = true;
    this.#channel.close();
    this.#giveUp();
  }

  #readWords(text: string, tag: string): void {
    if (this.#givenUp) return;
    const lines = (this.#line + text).split("\n");
    this.#line = (lines.pop() ?? "").slice(-LONGEST_LINE);
    for (const line of lines) {
      // A process that a start-up file left behind may have printed something before it, without a line break.
      const at = line.lastIndexOf(`${tag} `);
      if (at >= 0) this.#listener.onWord(parseRunnerWord(line.slice(at + tag.length + 1)));
    }
  }

  #readLog(chunk: Buffer): void {
    if (this.#givenUp) return;
    const bytes = this.#prologue === undefined ? chunk : this.#afterMark(this.#prologue, chunk);
    if (bytes.length === 0) return;
    const busy = this.#listener.onLog(bytes);
    if (busy === undefined) return;
    this.#channel.pause();
    void busy.then(() => this.#channel.resume());
  }

  /** A start-up file on the host may print something first. */
  #afterMark(before: Buffer, chunk: Buffer): Buffer {
    const bytes = Buffer.concat([before, chunk]);
    const found = bytes.indexOf(this.#mark);
    this.#prologue = found === -1 ? Buffer.from(bytes.subarray(1 - this.#mark.length)) : undefined;
    return found === -1 ? Buffer.alloc(0) : bytes.subarray(bytes.indexOf(NEWLINE, found) + 1);
  }
}
