import type { Readable } from "node:stream";
import type { ClientChannel } from "ssh2";
import { MarkFinder } from "./find-mark.js";
import { newGreeting, toLine } from "./shell-text.js";

/** Shell text for a host, and how long the host may take until our own shell answers there. */
export interface ShellRequest {
  /** POSIX shell text. Sent once our own shell has answered, and never before. */
  readonly script: string;
  readonly answerSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** A host that signed us in and did not start our shell. */
export interface NotRun {
  readonly kind: "not-run";
  /** The last words that the host printed, from both streams as they came; not clean. */
  readonly said: string;
  /** How the login shell ended; absent where it did not, or did not tell. */
  readonly exitCode?: number;
  /** How long the host had for an answer; absent where it ended the session itself. */
  readonly seconds?: number;
}

/**
 * `open`: the script was sent, and both streams hold nothing but what comes after our own shell's answer. In all other
 * cases the script has not left Slipway. `not-sent`: the link failed, so that another one may do better.
 */
export type OpenResult =
  | { readonly kind: "open"; readonly channel: ClientChannel }
  | { readonly kind: "not-sent"; readonly cause: unknown }
  | { readonly kind: "aborted" }
  | NotRun;

/** Bytes of the host's words that are kept: the last ones say why it gives up. */
const SAID_BYTES = 8_192;

/** Follows one session from its beginning to our own shell's answer, or to the reason why there will be none. */
export class ShellOpening {
  readonly #request: ShellRequest;
  readonly #linkClosed: Promise<void>;
  readonly #resolve: (result: OpenResult) => void;
  readonly #greeting = newGreeting();
  readonly #timer: NodeJS.Timeout;
  #channel: ClientChannel | undefined;
  #streams: readonly AnsweringStream[] = [];
  #said: Buffer = Buffer.alloc(0);
  #exitCode: number | undefined;
  #finished = false;

  constructor(request: ShellRequest, linkClosed: Promise<void>, onResult: (result: OpenResult) => void) {
    this.#request = request;
    this.#linkClosed = linkClosed;
    this.#resolve = onResult;
    const { answerSeconds: seconds, signal } = request;
    this.#timer = setTimeout(() => this.#notRun({ seconds }), seconds * 1000);
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** Text for the login shell. */
  get greeting(): string {
    return this.#greeting.text;
  }

  follow(channel: ClientChannel): void {
    // Stays: without a listener an error of a stream would end the process.
    for (const stream of [channel, channel.stderr]) stream.on("error", () => channel.close());
    this.#channel = channel;
    if (this.#finished) {
      discard(channel);
      return;
    }
    channel.on("exit", this.#onExit);
    channel.once("close", this.#onClose);
    const onNoise = (noise: Buffer) => this.#hear(noise);
    const onAnswer = () => this.#checkAnswers();
    this.#streams = [channel, channel.stderr].map(
      (stream) => new AnsweringStream(stream, { mark: this.#greeting.mark, onNoise, onAnswer }),
    );
  }

  /** The host ended the session, or refused it; or the link has ended, which is noticed in the same moment. */
  endedByHost(): void {
    const linkClosed = this.#linkClosed.then(() => true);
    void Promise.race([linkClosed, nextTurn()]).then((closed) => {
      if (closed) this.finish({ kind: "not-sent", cause: new Error("the link ended before the answer") });
      else this.#notRun(this.#exitCode === undefined ? {} : { exitCode: this.#exitCode });
    });
  }

  finish(result: OpenResult): void {
    if (this.#finished) return;
    this.#finished = true;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener("abort", this.#abort);
    for (const stream of this.#streams) stream.release();
    this.#channel?.off("exit", this.#onExit).off("close", this.#onClose);
    if (result.kind !== "open" && this.#channel) discard(this.#channel);
    this.#resolve(result);
  }

  readonly #abort = () => this.finish({ kind: "aborted" });

  readonly #onExit = (code: number | null) => {
    if (Number.isInteger(code)) this.#exitCode = Number(code);
  };

  readonly #onClose = () => this.endedByHost();

  #notRun(facts: { readonly exitCode?: number; readonly seconds?: number }): void {
    // A forced command may repeat our own text, which explains nothing.
    const said = this.#said.toString("utf8").replaceAll(this.#greeting.text, "…");
    this.finish({ kind: "not-run", said, ...facts });
  }

  #hear(noise: Buffer): void {
    if (noise.length > 0) this.#said = Buffer.concat([this.#said, noise]).subarray(-SAID_BYTES);
  }

  #checkAnswers(): void {
    const channel = this.#channel;
    if (this.#finished || channel === undefined) return;
    if (this.#streams.length < 2 || this.#streams.some(({ answered }) => !answered)) return;
    channel.write(toLine(this.#request.script));
    this.finish({ kind: "open", channel });
  }
}

interface AnsweringStreamOptions {
  readonly mark: string;
  /** Bytes before the mark. */
  readonly onNoise: (noise: Buffer) => void;
  readonly onAnswer: () => void;
}

/** One stream of a session, read up to our own shell's mark. Reads on before that, so that noise never blocks the host. */
class AnsweringStream {
  readonly #stream: Readable;
  readonly #finder: MarkFinder;
  readonly #options: AnsweringStreamOptions;
  /** What came after the mark. */
  readonly #rest: Buffer[] = [];
  answered = false;

  constructor(stream: Readable, options: AnsweringStreamOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#finder = new MarkFinder(options.mark);
    // With "data" the stream would go on flowing after that listener is gone, and lose what comes next.
    stream.on("readable", this.#read);
  }

  /** Leaves the stream to its next reader, with what came after the mark. */
  release(): void {
    this.#stream.off("readable", this.#read);
    const rest = Buffer.concat(this.#rest);
    if (rest.length > 0) this.#stream.unshift(rest);
  }

  readonly #read = () => {
    for (let chunk = this.#next(); chunk !== undefined; chunk = this.#next()) this.#take(chunk);
    if (this.answered) this.#options.onAnswer();
  };

  #next(): Buffer | undefined {
    const chunk: unknown = this.#stream.read();
    return Buffer.isBuffer(chunk) ? chunk : undefined;
  }

  #take(chunk: Buffer): void {
    if (this.answered) {
      this.#rest.push(chunk);
      return;
    }
    const { before, after } = this.#finder.write(chunk);
    this.#options.onNoise(before);
    if (after === undefined) return;
    this.answered = true;
    if (after.length > 0) this.#rest.push(after);
  }
}

function nextTurn(): Promise<false> {
  return new Promise((resolve) => setImmediate(() => setImmediate(() => resolve(false))));
}

/** For a channel that nobody uses: ssh2 tells that it is closed once everything was read. */
function discard(channel: ClientChannel): void {
  channel.resume();
  channel.stderr.resume();
  channel.close();
}
