import { StringDecoder } from "node:string_decoder";
import type { ClientChannel } from "ssh2";
import type { CommandOutcome } from "../remote-runner.js";
import { ExitReader } from "./exit-reader.js";
import { openShell, type ShellLink } from "./open-shell.js";
import type { OpenResult } from "./shell-opening.js";
import { newExitMark, reportingExit } from "./shell-text.js";

/** One command in the words of the channel layer. */
export interface ChannelRequest {
  /** Shell text; see `toShellCommand`. */
  readonly text: string;
  /** Counted from the moment the text is sent. */
  readonly timeoutSeconds: number;
  /** How long the host may take until our own shell answers there, before the text is sent. */
  readonly answerSeconds: number;
  /** Must not throw. */
  readonly onOutput: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Everything but an outcome means that the text was not sent. */
export type ChannelResult = CommandOutcome | Exclude<OpenResult, { kind: "open" }>;

/** setTimeout fires at once for anything longer (about 24.8 days). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long the second stream may take to come to its end after the first one did, ms. */
const SECOND_STREAM_MS = 2_000;

/**
 * Runs one command in our own shell, on a session channel of its own. The exit code is what that shell reports: a
 * channel's own exit code is that of the login shell, which may be 0 though nothing was run.
 * @param onAccepted called once the host has opened the channel
 */
export function runOnChannel(
  link: ShellLink,
  request: ChannelRequest,
  onAccepted: () => void,
): Promise<ChannelResult> {
  return new Promise((resolve) => {
    const mark = newExitMark();
    const { text, answerSeconds, signal } = request;
    const script = reportingExit(text, mark);
    openShell(link, { script, answerSeconds, signal }, onAccepted, (result) => {
      if (result.kind === "open") new ChannelRun(request, mark, resolve).follow(result.channel);
      else resolve(result);
    });
  });
}

/** Follows one command to its outcome: the first of its exit code, the end of the channel, the time-out and the abort. */
class ChannelRun {
  readonly #request: ChannelRequest;
  readonly #resolve: (result: CommandOutcome) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #mark: string;
  #secondStream: NodeJS.Timeout | undefined;
  #channel: ClientChannel | undefined;
  #exit: CommandOutcome | undefined;
  #ended = 0;
  #finished = false;
  readonly #flushes: (() => void)[] = [];

  constructor(request: ChannelRequest, mark: string, resolve: (result: CommandOutcome) => void) {
    this.#request = request;
    this.#mark = mark;
    this.#resolve = resolve;
    const { timeoutSeconds, signal } = request;
    const timeoutMs = Math.min(timeoutSeconds * 1000, LONGEST_TIMER_MS);
    this.#timer = setTimeout(
      () => this.#finish({ kind: "timed-out", afterSeconds: timeoutSeconds }),
      timeoutMs,
    );
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  follow(channel: ClientChannel): void {
    this.#channel = channel;
    this.#read(channel);
    this.#read(channel.stderr);
    channel.on("exit", (_code: number | null, signal?: string) => {
      if (signal !== undefined) this.#exit ??= { kind: "killed", signal };
    });
    channel.on("close", () =>
      this.#finish({ kind: "lost", reason: "the session ended before the exit code came" }),
    );
    // For one, data after the end of the stream is an error of the stream.
    for (const stream of [channel, channel.stderr]) {
      stream.on("error", () => this.#finish({ kind: "lost", reason: "the host broke the SSH protocol" }));
    }
    channel.end();
  }

  /** Settles with `result`, or with how the command ended where that is known. */
  #finish(result: CommandOutcome): void {
    if (this.#finished) return;
    for (const flush of this.#flushes) flush();
    this.#finished = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#secondStream);
    this.#request.signal?.removeEventListener("abort", this.#abort);
    this.#channel?.close();
    this.#resolve(this.#exit ?? result);
  }

  readonly #abort = () => this.#finish({ kind: "lost", reason: "aborted" });

  #read(stream: NodeJS.ReadableStream): void {
    const decoder = new StringDecoder("utf8");
    const reader = new ExitReader(this.#mark);
    this.#flushes.push(() => this.#deliver(decoder.write(reader.end()) + decoder.end()));
    stream.on("data", (chunk: Buffer) => {
      const { output, code } = reader.write(chunk);
      this.#deliver(decoder.write(output));
      if (code !== undefined) this.#streamEnded(code);
    });
  }

  #deliver(text: string): void {
    if (!this.#finished && text !== "") this.#request.onOutput(text);
  }

  /** The code comes last on each stream, so that all output before it was read. */
  #streamEnded(code: number): void {
    this.#exit = { kind: "exited", code };
    this.#ended += 1;
    if (this.#ended === 2) this.#finish(this.#exit);
    else this.#secondStream = setTimeout(this.#abort, SECOND_STREAM_MS);
  }
}
