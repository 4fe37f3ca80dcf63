import type { HostRunner } from "./host-runner.js";
import type { RunLog } from "./run-log.js";
import type { EndedRun } from "./run-status.js";
import type { RunnerExchange } from "./runner-exchange.js";
import type { RunnerWord } from "./runner-word.js";

/** How one call that starts or follows a run came out. */
export type FollowResult =
  /** The run is over, and all of its output was delivered. */
  | { readonly kind: "ended"; readonly status: EndedRun }
  /** There is nothing to follow. */
  | { readonly kind: "answered"; readonly word: RunnerWord }
  /** The link has gone, or the runner has. */
  | { readonly kind: "cut"; readonly heard: boolean };

interface FollowOptions {
  readonly runner: HostRunner;
  readonly words: readonly [verb: string, ...args: (string | number)[]];
  readonly input?: string;
  readonly log: RunLog;
  readonly signal: AbortSignal;
  /** The run is there. */
  readonly onClaimed: () => void;
}

/**
 * Starts or follows a run over one channel, as long as that lasts.
 * @throws HostUnreachableError while the call cannot have reached the host
 */
export async function followRun(options: FollowOptions): Promise<FollowResult> {
  const { runner, words, input, signal, log } = options;
  const follower = new Follower(options);
  const opened = await runner.call(words, {
    ...(input !== undefined && { input }),
    listener: follower,
    signal,
  });
  if (opened === "cut") return { kind: "cut", heard: false };
  const abort = () => opened.close();
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  follower.attach(opened);
  const result = await follower.result(opened.closed);
  signal.removeEventListener("abort", abort);
  await log.settled;
  return result;
}

class Follower {
  readonly #options: FollowOptions;
  readonly #done: Promise<FollowResult>;
  #finish: (result: FollowResult) => void = () => undefined;
  #exchange: RunnerExchange | undefined;
  #end: EndedRun | undefined;
  #answer: RunnerWord | undefined;
  #heard = false;
  #over = false;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  attach(exchange: RunnerExchange): void {
    this.#exchange = exchange;
    this.#checkEnd();
  }

  /** The end of the channel settles it where nothing else did. */
  async result(closed: Promise<void>): Promise<FollowResult> {
    const cut = async (): Promise<FollowResult> => {
      await closed;
      await this.#options.log.settled;
      if (this.#answer) return { kind: "answered", word: this.#answer };
      return { kind: "cut", heard: this.#heard };
    };
    return Promise.race([this.#done, cut()]);
  }

  onLog(bytes: Buffer): Promise<void> | undefined {
    const { log } = this.#options;
    if (this.#over) return undefined;
    this.#heard = true;
    const busy = log.take(this.#end ? bytes.subarray(0, this.#end.logBytes - log.received) : bytes);
    if (busy) return busy.then(() => this.#checkEnd());
    this.#checkEnd();
    return undefined;
  }

  onWord(word: RunnerWord): void {
    this.#heard = true;
    if (word.word === "end") this.#end = word.status;
    else if (word.word === "claimed" || word.word === "exists") this.#options.onClaimed();
    else this.#answer ??= word;
    this.#checkEnd();
  }

  #checkEnd(): void {
    const { log } = this.#options;
    if (this.#over || !this.#end || !this.#exchange || log.isBusy || log.received < this.#end.logBytes)
      return;
    this.#over = true;
    // The runner waits for this line before it leaves.
    this.#exchange.write("done\n");
    this.#exchange.endInput();
    this.#finish({ kind: "ended", status: this.#end });
  }
}
