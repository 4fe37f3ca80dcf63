import type { HostRunner } from "./host-runner.js";
import type { FaultKind } from "./run-faults.js";
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
  /** Enough came of the output that is wanted next; `status` when the run is over. */
  | { readonly kind: "paused"; readonly status?: EndedRun }
  /** The host does not follow the protocol, or does not answer; `said` quotes it. */
  | { readonly kind: "fault"; readonly fault: FaultKind; readonly said: string }
  /** The link has gone, or the runner has. `status`: the run is over, and part of its output is missing. */
  | { readonly kind: "cut"; readonly heard: boolean; readonly status?: EndedRun };

interface FollowOptions {
  readonly runner: HostRunner;
  readonly words: readonly [verb: string, ...args: (string | number)[]];
  readonly input?: string;
  readonly log: RunLog;
  /** How much output is taken in, from the beginning and from the end of the log; bytes. */
  readonly fetchedBytes: number;
  readonly signal: AbortSignal;
  /** How long the host may take for its first word, and for more output of a run that is over. */
  readonly answerSeconds: number;
  /** The run is there. */
  readonly onClaimed: () => void;
}

/** The last word of a call that waits for the end of a run, and wants no output before that. */
export const QUIET = "quiet";

/** The last word of a call for all that is left of a run that is known to be over. */
export const REST = "rest";

/** What may come before there is anything to follow. A `follow` starts nothing, so that no fence can refuse it. */
const ANSWERS: ReadonlySet<string> = new Set(["absent", "missing"]);
const START_ANSWERS: ReadonlySet<string> = new Set([
  ...ANSWERS,
  ...["incomplete", "busy", "fenced", "spoiled", "refused", "full"],
]);

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
  if (result.kind !== "ended") opened.close();
  await log.settled;
  return result;
}

class Follower {
  readonly #options: FollowOptions;
  readonly #done: Promise<FollowResult>;
  #finish: (result: FollowResult) => void = () => undefined;
  #exchange: RunnerExchange | undefined;
  #isThere = false;
  #end: EndedRun | undefined;
  #answer: RunnerWord | undefined;
  #silence: NodeJS.Timeout | undefined;
  #over = false;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  attach(exchange: RunnerExchange): void {
    this.#exchange = exchange;
    if (!this.#isThere) this.#expect();
    this.#checkEnd();
  }

  /** The end of the channel settles it where nothing else did. */
  async result(closed: Promise<void>): Promise<FollowResult> {
    const cut = async (): Promise<FollowResult> => {
      await closed;
      await this.#options.log.settled;
      if (this.#answer) return { kind: "answered", word: this.#answer };
      return { kind: "cut", heard: this.#isThere, ...(this.#end && { status: this.#end }) };
    };
    try {
      return await Promise.race([this.#done, cut()]);
    } finally {
      clearTimeout(this.#silence);
    }
  }

  onLog(bytes: Buffer): Promise<void> | undefined {
    const { log, fetchedBytes } = this.#options;
    if (this.#over) return undefined;
    if (this.#end) this.#expect();
    const until = this.#wantsAll ? (this.#end?.logBytes ?? Number.MAX_SAFE_INTEGER) : fetchedBytes;
    const wanted = Math.max(0, until - log.received);
    const busy = log.take(bytes.subarray(0, wanted));
    if (busy) return busy.then(() => this.#checkEnd());
    this.#checkEnd();
    return undefined;
  }

  onWord(word: RunnerWord): void {
    if (this.#over) return;
    const isStart = this.#options.input !== undefined;
    if (word.word === "unclear") {
      this.#fault("nonsense", word.said);
    } else if (this.#isThere) {
      this.#onEnd(word);
    } else if (word.word === "exists" || (isStart && word.word === "claimed")) {
      clearTimeout(this.#silence);
      this.#isThere = true;
      this.#options.onClaimed();
    } else if (this.#answer !== undefined) {
      this.#fault("contradiction", `${this.#answer.word}, then ${word.word}`);
    } else if ((isStart ? START_ANSWERS : ANSWERS).has(word.word)) {
      this.#answer = word;
    } else {
      this.#fault("nonsense", word.word);
    }
  }

  /** A run that is there can only end, and only once. */
  #onEnd(word: RunnerWord): void {
    if (word.word !== "end" || this.#end !== undefined) {
      this.#fault("contradiction", `${this.#end?.kind ?? "exists"}, then ${word.word}`);
      return;
    }
    this.#end = word.status;
    this.#expect();
    this.#checkEnd();
  }

  /** Whether what comes now goes up to the end. The middle of a long log is left out: the host may have dropped it. */
  get #wantsAll(): boolean {
    const { log, fetchedBytes, words } = this.#options;
    if (words.at(-1) === REST) return true;
    if (this.#end === undefined) return false;
    const { logBytes } = this.#end;
    return logBytes <= 2 * fetchedBytes || logBytes - log.received <= fetchedBytes;
  }

  /** The host owes something: silence is no answer. */
  #expect(): void {
    clearTimeout(this.#silence);
    const { answerSeconds } = this.#options;
    this.#silence = setTimeout(() => {
      // The reader of the output may be the slow one.
      if (this.#options.log.isBusy) this.#expect();
      else if (this.#end) this.#settle({ kind: "cut", heard: true, status: this.#end });
      else this.#fault("silence", `no answer within ${answerSeconds} s`);
    }, answerSeconds * 1000);
  }

  #fault(fault: FaultKind, said: string): void {
    this.#settle({ kind: "fault", fault, said });
  }

  #settle(result: FollowResult): void {
    this.#over = true;
    clearTimeout(this.#silence);
    this.#finish(result);
  }

  #checkEnd(): void {
    const { log, fetchedBytes, words } = this.#options;
    if (this.#over || !this.#exchange || log.isBusy) return;
    // Of a long log nothing more is wanted until its end is known.
    const isPaused = !this.#wantsAll && log.received >= fetchedBytes;
    if (!this.#end) {
      if (isPaused && words.at(-1) !== QUIET) this.#settle({ kind: "paused" });
      return;
    }
    if (log.received < this.#end.logBytes) {
      if (isPaused || words.at(-1) === QUIET) this.#settle({ kind: "paused", status: this.#end });
      return;
    }
    // The runner waits for this line before it leaves.
    this.#exchange.write("done\n");
    this.#exchange.endInput();
    this.#settle({ kind: "ended", status: this.#end });
  }
}
