import { randomBytes } from "node:crypto";
import type { ClientChannel } from "ssh2";
import { underEither } from "../either-signal.js";
import { HostUnreachableError } from "../host-unreachable-error.js";
import type { ChannelKind, OpenOptions } from "../ssh/host-link.js";
import { ABORTED, untilAborted } from "../ssh/until-aborted.js";
import { RunnerCalls } from "./runner-calls.js";
import { type ExchangeListener, RunnerExchange } from "./runner-exchange.js";
import { RUNNER_SCRIPT } from "./runner-script.js";
import type { RunnerWord } from "./runner-word.js";

/** A call whose caller sets no limit. Milliseconds. */
const SHORT_CALL_MS = 30_000;
/** No call that only asks or tells takes longer than a sweep. Milliseconds. */
const LONGEST_CALL_MS = 600_000;

interface FirstWordOptions {
  readonly input?: Buffer;
  readonly signal: AbortSignal | undefined;
  readonly kind?: ChannelKind;
}

/** What the durable runner needs of SSH; see `SshRunner.open`. */
export interface ChannelOpener {
  open(host: string, text: string, options?: OpenOptions): Promise<ClientChannel | undefined>;
}

/** `cut`: the signal was aborted before the call was sent. */
export type Opened = RunnerExchange | "cut";

/** The runner on one host. */
export class HostRunner {
  readonly host: string;
  readonly #ssh: ChannelOpener;
  readonly #calls: RunnerCalls;
  readonly #directory: string;

  constructor(host: string, ssh: ChannelOpener, directory: string) {
    this.host = host;
    this.#ssh = ssh;
    this.#directory = directory;
    this.#calls = new RunnerCalls(directory);
  }

  /** Names a file of the runner's folder as a person would look for it on the host. */
  pathOf(name: string): string {
    const base = /^(?:~\/|\/)/.test(this.#directory) ? this.#directory : `~/${this.#directory}`;
    return `${base.replace(/\/+$/, "")}/${name}`;
  }

  /**
   * Calls the runner and leaves its answer to the listener.
   * @param input what the runner reads first; its end is marked by a line that no input can contain
   * @throws HostUnreachableError while the call cannot have reached the runner
   */
  async call(
    words: readonly [verb: string, ...args: (string | number)[]],
    { input, listener, signal }: { input?: string; listener: ExchangeListener; signal?: AbortSignal },
  ): Promise<Opened> {
    const tag = newTag();
    const exchange = await this.#open(this.#calls.call(tag, ...words), tag, listener, { signal });
    if (exchange !== "cut" && input !== undefined) exchange.write(`${input}\n${tag}\n`);
    return exchange;
  }

  /**
   * Calls the runner for one word, and puts it on the host first where it is missing.
   * @returns `undefined` when the link ended before the answer
   * @throws HostUnreachableError
   */
  async ask(
    words: readonly [verb: string, ...args: (string | number)[]],
    signal?: AbortSignal,
    urgent = false,
  ): Promise<RunnerWord | undefined> {
    const kind = urgent ? "urgent" : "short";
    const once = () => this.#firstWord((tag) => this.#calls.call(tag, ...words), { signal, kind });
    const word = await once();
    if (word?.word !== "missing") return word;
    return (await this.install(signal)) ? once() : undefined;
  }

  /**
   * Puts the runner on the host.
   * @returns false when the link ended before it was all there
   * @throws HostUnreachableError also when the host lacks a program or refuses to store the runner
   */
  async install(signal?: AbortSignal): Promise<boolean> {
    const word = await this.#firstWord((tag) => this.#calls.install(tag), { input: RUNNER_SCRIPT, signal });
    if (word?.word === "lacks") {
      throw this.#unfit(`it lacks ${word.programs.join(", ")}`);
    }
    if (word !== undefined) throwRefusal(this.host, word);
    return word?.word === "installed";
  }

  /** Names the programs that the runner needs and the host has not. `undefined` when the link ended before. */
  async check(signal?: AbortSignal): Promise<readonly string[] | undefined> {
    const word = await this.#firstWord((tag) => this.#calls.check(tag), { signal });
    if (word?.word === "lacks") return word.programs;
    return word?.word === "fit" ? [] : undefined;
  }

  /** Whether the host has seen a token of this fence. `undefined` when the link ended before. */
  async hasSeen(key: string, signal?: AbortSignal): Promise<boolean | undefined> {
    const word = await this.#firstWord((tag) => this.#calls.seen(tag, key), { signal });
    return word === undefined ? undefined : word.word === "raised";
  }

  #unfit(detail: string): HostUnreachableError {
    return new HostUnreachableError(this.host, "unfit", { detail });
  }

  /** Ends with its limit, also where the host never ends the call. */
  async #firstWord(
    text: (tag: string) => string,
    { signal, ...options }: FirstWordOptions,
  ): Promise<RunnerWord | undefined> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), signal ? LONGEST_CALL_MS : SHORT_CALL_MS);
    try {
      return await underEither(limit.signal, signal, (either) =>
        this.#firstWordUntil(text, { ...options, signal: either }),
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async #firstWordUntil(
    text: (tag: string) => string,
    { input, signal, kind = "short" }: FirstWordOptions,
  ): Promise<RunnerWord | undefined> {
    let first: RunnerWord | undefined;
    const listener: ExchangeListener = {
      onLog: () => undefined,
      onWord: (word) => {
        first ??= word;
      },
    };
    const tag = newTag();
    const exchange = await this.#open(text(tag), tag, listener, { signal, kind });
    if (exchange === "cut") return undefined;
    if (input) exchange.write(input);
    exchange.endInput();
    if ((await untilAborted(exchange.closed, signal)) === ABORTED) exchange.close();
    return first;
  }

  async #open(
    text: string,
    tag: string,
    listener: ExchangeListener,
    options: { readonly signal: AbortSignal | undefined; readonly kind?: ChannelKind },
  ): Promise<Opened> {
    const abandoned = new AbortController();
    const opening = this.#ssh.open(this.host, text, { ...options, abandoned: abandoned.signal });
    const opened = await untilAborted(opening, options.signal, (late) => {
      discard(late);
      abandoned.abort();
    });
    if (opened === ABORTED || opened === undefined) return "cut";
    return new RunnerExchange(opened, tag, listener, () => abandoned.abort());
  }
}

/** @throws HostUnreachableError on a word that says why the host does not do what was asked */
export function throwRefusal(host: string, word: RunnerWord): void {
  if (word.word === "refused") throw new HostUnreachableError(host, "unfit", { detail: word.reason });
  if (word.word === "full") throw new HostUnreachableError(host, "no-space", { detail: word.folder });
}

/** Nobody waits for this channel any more. */
function discard(late: ClientChannel | undefined): void {
  late?.on("error", () => late.close()).resume();
  late?.stderr.on("error", () => late.close()).resume();
  late?.close();
}

/** Marks what the runner says; nothing that a step prints, or that is passed to it, can contain it. */
function newTag(): string {
  return `slipway-${randomBytes(12).toString("hex")}`;
}
