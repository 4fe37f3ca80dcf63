import { randomBytes } from "node:crypto";
import type { ClientChannel } from "ssh2";
import { HostUnreachableError } from "../host-unreachable-error.js";
import { ABORTED, untilAborted } from "../ssh/until-aborted.js";
import { RunnerCalls } from "./runner-calls.js";
import { type ExchangeListener, RunnerExchange } from "./runner-exchange.js";
import { RUNNER_SCRIPT } from "./runner-script.js";
import type { RunnerWord } from "./runner-word.js";

/** What the durable runner needs of SSH; see `SshRunner.open`. */
export interface ChannelOpener {
  open(
    host: string,
    text: string,
    options?: { readonly signal?: AbortSignal | undefined; readonly short?: boolean },
  ): Promise<ClientChannel | undefined>;
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
  ): Promise<RunnerWord | undefined> {
    const once = () => this.#firstWord((tag) => this.#calls.call(tag, ...words), undefined, signal);
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
    const word = await this.#firstWord((tag) => this.#calls.install(tag), RUNNER_SCRIPT, signal);
    if (word?.word === "lacks") {
      throw this.#unfit(`it lacks ${word.programs.join(", ")}`);
    }
    if (word !== undefined) throwRefusal(this.host, word);
    return word?.word === "installed";
  }

  /** Names the programs that the runner needs and the host has not. `undefined` when the link ended before. */
  async check(signal?: AbortSignal): Promise<readonly string[] | undefined> {
    const word = await this.#firstWord((tag) => this.#calls.check(tag), undefined, signal);
    if (word?.word === "lacks") return word.programs;
    return word?.word === "fit" ? [] : undefined;
  }

  /** Whether the host has seen a token of this fence. `undefined` when the link ended before. */
  async hasSeen(key: string, signal?: AbortSignal): Promise<boolean | undefined> {
    const word = await this.#firstWord((tag) => this.#calls.seen(tag, key), undefined, signal);
    return word === undefined ? undefined : word.word === "raised";
  }

  #unfit(detail: string): HostUnreachableError {
    return new HostUnreachableError(this.host, "unfit", { detail });
  }

  async #firstWord(
    text: (tag: string) => string,
    input: Buffer | undefined,
    signal: AbortSignal | undefined,
  ): Promise<RunnerWord | undefined> {
    let first: RunnerWord | undefined;
    const listener: ExchangeListener = {
      onLog: () => undefined,
      onWord: (word) => {
        first ??= word;
      },
    };
    const tag = newTag();
    const exchange = await this.#open(text(tag), tag, listener, { signal, short: true });
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
    options: { readonly signal: AbortSignal | undefined; readonly short?: boolean },
  ): Promise<Opened> {
    const opened = await untilAborted(this.#ssh.open(this.host, text, options), options.signal, discard);
    if (opened === ABORTED || opened === undefined) return "cut";
    return new RunnerExchange(opened, tag, listener);
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
