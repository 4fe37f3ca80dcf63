import { StringDecoder } from "node:string_decoder";
import type { Client, ClientChannel } from "ssh2";
import type { CommandOutcome } from "../remote-runner.js";
import { openChannel } from "./open-channel.js";

/** One command in the words of the channel layer. */
export interface ChannelRequest {
  /** Shell text; see `toShellCommand`. */
  readonly text: string;
  readonly timeoutSeconds: number;
  /** Must not throw. */
  readonly onOutput: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** `not-sent`: the host was never asked to run the command, so that it is safe to ask again. */
export type ChannelResult = CommandOutcome | { readonly kind: "not-sent"; readonly cause: unknown };

/** setTimeout fires at once for anything longer (about 24.8 days). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * How long output may go on after the exit code came, ms. A process that the command left behind can hold the
 * output open for ever; the code is known all the same.
 */
const SILENCE_AFTER_EXIT_MS = 2_000;

/**
 * Runs one command on a session channel of its own.
 * @param onSent called once the channel is open and the command goes out
 */
export function runOnChannel(
  client: Client,
  request: ChannelRequest,
  onSent: () => void,
): Promise<ChannelResult> {
  return new Promise((resolve) => {
    const run = new ChannelRun(request, resolve);
    openChannel(client, request.text, onSent, (result) => {
      if (result.kind === "open") run.follow(result.channel);
      else if (result.kind === "not-sent") run.finish(result);
      else run.finish({ kind: "lost", reason: "the host did not confirm that the command started" });
    });
  });
}

/** Follows one command to its outcome: the first of the end of the channel, the time-out and the caller's abort. */
class ChannelRun {
  readonly #request: ChannelRequest;
  readonly #resolve: (result: ChannelResult) => void;
  readonly #timer: NodeJS.Timeout;
  #silence: NodeJS.Timeout | undefined;
  #channel: ClientChannel | undefined;
  #exit: CommandOutcome | undefined;
  #finished = false;
  readonly #decoders: StringDecoder[] = [];

  constructor(request: ChannelRequest, resolve: (result: ChannelResult) => void) {
    this.#request = request;
    this.#resolve = resolve;
    const { timeoutSeconds, signal } = request;
    const timeoutMs = Math.min(timeoutSeconds * 1000, LONGEST_TIMER_MS);
    this.#timer = setTimeout(
      () => this.finish({ kind: "timed-out", afterSeconds: timeoutSeconds }),
      timeoutMs,
    );
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  follow(channel: ClientChannel): void {
    if (this.#finished) {
      discard(channel);
      return;
    }
    this.#channel = channel;
    this.#read(channel);
    this.#read(channel.stderr);
    channel.on("exit", (code: number | null, signal?: string) => {
      if (Number.isInteger(code)) this.#exit = { kind: "exited", code: Number(code) };
      else if (signal !== undefined) this.#exit = { kind: "killed", signal };
      this.#waitForSilence();
    });
    channel.on("close", () =>
      this.finish({ kind: "lost", reason: "the connection ended before the command" }),
    );
    // For one, data after the end of the stream is an error of the stream.
    for (const stream of [channel, channel.stderr]) {
      stream.on("error", () => this.finish({ kind: "lost", reason: "the host broke the SSH protocol" }));
    }
    // The command reads an empty standard input.
    channel.end();
  }

  /** Settles with `result`, or with how the command ended where that is known. */
  finish(result: ChannelResult): void {
    if (this.#finished) return;
    for (const decoder of this.#decoders) this.#deliver(decoder.end());
    this.#finished = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#request.signal?.removeEventListener("abort", this.#abort);
    this.#channel?.close();
    this.#resolve(this.#exit ?? result);
  }

  readonly #abort = () => this.finish({ kind: "lost", reason: "aborted" });

  #read(stream: NodeJS.ReadableStream): void {
    const decoder = new StringDecoder("utf8");
    this.#decoders.push(decoder);
    stream.on("data", (chunk: Buffer) => {
      this.#deliver(decoder.write(chunk));
      if (this.#exit) this.#waitForSilence();
    });
  }

  #deliver(text: string): void {
    if (!this.#finished && text !== "") this.#request.onOutput(text);
  }

  #waitForSilence(): void {
    clearTimeout(this.#silence);
    if (this.#finished) return;
    this.#silence = setTimeout(
      () => this.finish({ kind: "lost", reason: "the host gave neither an exit code nor a signal" }),
      SILENCE_AFTER_EXIT_MS,
    );
  }
}

/** For a channel that opened after its command was given up. */
function discard(channel: ClientChannel): void {
  channel.resume();
  channel.stderr.resume();
  channel.close();
}
