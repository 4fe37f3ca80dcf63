import type { Logger } from "pino";
import { underEither } from "../either-signal.js";
import { HostUnreachableError, type UnreachableCode } from "../host-unreachable-error.js";
import type { CommandOutcome, OutputListener } from "../remote-runner.js";
import { Backoff } from "./backoff.js";
import { badFence, checkSeenToken } from "./fence-token.js";
import { type FollowResult, followRun, QUIET, REST } from "./follow-run.js";
import { type HostRunner, throwRefusal } from "./host-runner.js";
import { lastLook } from "./last-look.js";
import { RunFaults } from "./run-faults.js";
import { RunLimits, type RunTimes } from "./run-limits.js";
import { RunLog } from "./run-log.js";
import { type EndedRun, outcomeOf } from "./run-status.js";

/** What starts a run: the words of the call, and what the runner reads. */
export interface RunStart {
  /** The file of the token that the start is compared with; absent for a run without a fence. */
  readonly fenceKey?: string | undefined;
  readonly words: (offset: number) => readonly [verb: string, ...args: (string | number)[]];
  readonly input: string;
}

export interface RunToOutcomeOptions extends RunTimes {
  readonly runner: HostRunner;
  readonly runId: string;
  /** Without it the run is only followed. */
  readonly start?: RunStart | undefined;
  /** An earlier process may have started it. */
  readonly resumed?: boolean;
  readonly offset: number;
  readonly onOutput: OutputListener;
  readonly signal: AbortSignal;
  /** How long a host may stay out of reach before the run is given up as lost. */
  readonly patienceSeconds: number;
  /** How long a step of another deployment may be at work there before this one is given up. */
  readonly busySeconds: number;
  /** How much output is taken in, from the beginning and from the end of the log; bytes. */
  readonly fetchedBytes: number;
  /** How long a host may take for the first word of an answer. */
  readonly answerSeconds: number;
  /** How long a host may take to say how the run ended, once its time is over. */
  readonly lookSeconds: number;
  readonly logger: Logger;
}

/** `absent`: the host does not know the run, and it was not to be started. */
export type AttachOutcome = CommandOutcome | { readonly kind: "absent" };

/** An exchange that lasted so long was of use, even if nothing was printed. Milliseconds. */
const USEFUL_MS = 2_000;
/** So often a host may end a call before it has sent all of the output that it says there is. */
const SHORT_LOGS = 3;

/**
 * Starts a run at most once and follows it to its outcome, over as many links as that takes, but not longer than its
 * limits let it.
 * @throws HostUnreachableError while the run cannot have started
 */
export async function runToOutcome(options: RunToOutcomeOptions): Promise<AttachOutcome> {
  const limits = new RunLimits(options);
  try {
    return await underEither(options.signal, limits.signal, (either) =>
      new RunAttempts(options, limits, either).run(),
    );
  } finally {
    limits.close();
  }
}

class RunAttempts {
  readonly #options: RunToOutcomeOptions;
  readonly #limits: RunLimits;
  /** Aborted when this process lets go of the run, or when a limit is reached. */
  readonly #signal: AbortSignal;
  readonly #log: RunLog;
  readonly #faults: RunFaults;
  readonly #backoff = new Backoff();
  /** `sent`: the start may have arrived, so that the host is asked before anything else. */
  #run: "not-sent" | "sent" | "claimed";
  /** From the first start that may have arrived: one that is still on its way can always claim the run. */
  #mayHaveStarted: boolean;
  #hasInstalled = false;
  #lastHeard = performance.now();
  #busySince: number | undefined;
  #shortLogs = 0;
  #hasEnded = false;

  constructor(options: RunToOutcomeOptions, limits: RunLimits, signal: AbortSignal) {
    this.#options = options;
    this.#limits = limits;
    this.#signal = signal;
    this.#log = new RunLog(options.offset, options.onOutput, options.logger);
    this.#faults = new RunFaults(options.logger, { host: options.runner.host, run: options.runId });
    this.#mayHaveStarted = options.start === undefined || options.resumed === true;
    // Output that was taken in before proves that the host had the run.
    const wasThere = options.resumed === true && options.offset > 0;
    this.#run = wasThere ? "claimed" : this.#mayHaveStarted ? "sent" : "not-sent";
  }

  async run(): Promise<AttachOutcome> {
    for (;;) {
      if (this.#options.signal.aborted) return { kind: "detached" };
      const outcome = this.#limits.signal.aborted ? await this.#endAtLimit() : await this.#attempt();
      if (outcome !== undefined) {
        await this.#log.end();
        return outcome;
      }
      const givenUp = this.#outOfPatience();
      if (givenUp) return givenUp;
      await this.#backoff.wait(this.#signal);
    }
  }

  /** @returns `undefined` to try again */
  async #attempt(): Promise<AttachOutcome | undefined> {
    try {
      const [received, startedAt] = [this.#log.received, performance.now()];
      const result = await this.#followToPause();
      const isUseful = this.#log.received > received || performance.now() - startedAt > USEFUL_MS;
      this.#note(result, isUseful);
      return await this.#decide(result, isUseful);
    } catch (error) {
      if (!(error instanceof HostUnreachableError)) throw error;
      if (!this.#mayHaveStarted) throw error;
      const { host } = this.#options.runner;
      this.#options.logger.debug({ err: error, host, run: this.#options.runId }, "cannot reach a run's host");
      return undefined;
    }
  }

  /** Leaves out the middle of a long log, and goes on at once. */
  async #followToPause(): Promise<FollowResult> {
    for (;;) {
      const result = await this.#follow();
      if (result.kind !== "paused") return result;
      if (result.status === undefined) continue;
      this.#hasEnded = true;
      const { fetchedBytes } = this.#options;
      const tail = result.status.logBytes - fetchedBytes;
      if (tail > Math.max(this.#log.received, fetchedBytes)) this.#log.skipTo(tail);
      await this.#log.settled;
    }
  }

  async #follow(): Promise<FollowResult> {
    const { runner, runId, start, answerSeconds, fetchedBytes } = this.#options;
    const log = this.#log;
    const onClaimed = () => {
      this.#run = "claimed";
    };
    const shared = { runner, log, signal: this.#signal, answerSeconds, fetchedBytes, onClaimed };
    const mode = this.#hasEnded ? REST : log.received >= fetchedBytes ? QUIET : "live";
    if (!start || this.#run !== "not-sent")
      return followRun({ ...shared, words: ["follow", runId, log.received, mode] });
    const { input, words } = start;
    const result = await followRun({ ...shared, input, words: words(log.received) });
    if (result.kind === "cut" || result.kind === "fault") this.#startIsUncertain();
    return result;
  }

  /** Only what makes sense counts as contact, and only progress brings the next attempt sooner. */
  #note(result: FollowResult, isUseful: boolean): void {
    if (result.kind === "fault") {
      this.#faults.add(result.fault, result.said);
      return;
    }
    if (result.kind === "cut" && !result.heard) return;
    this.#lastHeard = performance.now();
    if (!isUseful) return;
    this.#backoff.reset();
    this.#faults.clear();
  }

  async #decide(result: FollowResult, isUseful: boolean): Promise<AttachOutcome | undefined> {
    switch (result.kind) {
      case "ended":
        return outcomeOf(result.status);
      case "cut":
        return result.status && this.#endedShort(result.status, isUseful);
      case "paused":
        return undefined;
      case "fault":
        return this.#faults.areTooMany && this.#run !== "claimed" ? this.#giveUpOnNonsense() : undefined;
    }
    const { word } = result;
    const { runner, start } = this.#options;
    const fenceKey = start?.fenceKey ?? "";
    throwRefusal(runner.host, word);
    switch (word.word) {
      case "fenced":
        return { kind: "fenced", token: checkSeenToken(runner, fenceKey, word.token) };
      case "spoiled":
        throw badFence(runner, fenceKey);
      case "missing":
        return this.#install();
      case "absent":
        return this.#absent();
      case "busy":
        return this.#busy();
      case "incomplete":
        this.#faults.add("incomplete", "the text of the command arrived incomplete");
        return this.#faults.areTooMany ? this.#giveUpOnNonsense() : undefined;
      default:
        return undefined;
    }
  }

  /** The outcome is known, and the host has less output than it says. */
  #endedShort(status: EndedRun, isUseful: boolean): AttachOutcome | undefined {
    this.#shortLogs = isUseful ? 1 : this.#shortLogs + 1;
    this.#faults.add("short-log", `${status.logBytes} bytes of output announced, ${this.#log.received} sent`);
    if (this.#shortLogs < SHORT_LOGS) return undefined;
    this.#log.skipTo(status.logBytes);
    return outcomeOf(status);
  }

  #absent(): AttachOutcome | undefined {
    if (this.#run === "claimed")
      return { kind: "indeterminate", reason: "the host has lost its record of the run" };
    if (!this.#options.start) return { kind: "absent" };
    if (this.#faults.areTooMany) return this.#giveUpOnNonsense();
    // The start never arrived. Should it still be on its way, the claim lets only one of the two through.
    this.#run = "not-sent";
    return undefined;
  }

  #busy(): AttachOutcome | undefined {
    const { busySeconds, logger, runner, runId } = this.#options;
    const now = performance.now();
    if (this.#busySince === undefined) {
      logger.warn(
        { host: runner.host, run: runId },
        "waiting: a step of another deployment is at work there",
      );
      this.#limits.addWait(busySeconds * 1000);
    }
    this.#busySince ??= now;
    if (now - this.#busySince < busySeconds * 1000) return undefined;
    return this.#giveUp("busy", `a step of another deployment is still at work there after ${busySeconds} s`);
  }

  async #install(): Promise<AttachOutcome | undefined> {
    const isThere = await this.#options.runner.install(this.#signal);
    // Only once without a pause: a host where it is missing again at once has another problem.
    if (isThere && !this.#hasInstalled) {
      this.#hasInstalled = true;
      return this.#attempt();
    }
    this.#faults.add(
      "missing-again",
      isThere ? "the runner was stored and is not there" : "the runner was not stored",
    );
    return this.#faults.areTooMany && this.#run !== "claimed" ? this.#giveUpOnNonsense() : undefined;
  }

  #startIsUncertain(): void {
    if (this.#run === "not-sent") this.#run = "sent";
    this.#mayHaveStarted = true;
  }

  #outOfPatience(): AttachOutcome | undefined {
    const { patienceSeconds } = this.#options;
    if (performance.now() - this.#lastHeard <= patienceSeconds * 1000) return undefined;
    if (this.#faults.said !== undefined) return this.#giveUpOnNonsense();
    return this.#giveUp("timeout", `no contact for ${patienceSeconds} s`);
  }

  /** A run that has ended meanwhile has its outcome, also where this process was frozen until now. */
  async #endAtLimit(): Promise<AttachOutcome> {
    const { runner, runId, lookSeconds, signal } = this.#options;
    const cause = this.#limits.cause ?? "deadline";
    if (!this.#mayHaveStarted) return this.#neverStarted(cause);
    const found = await lastLook({ runner, runId, log: this.#log, cause, lookSeconds, signal });
    if (found !== undefined) return found;
    if (signal.aborted) return { kind: "detached" };
    if (cause === "deadline" && this.#faults.said !== undefined) return this.#giveUpOnNonsense();
    return { ...this.#lost(cause === "stop" ? "not stopped in time" : "no outcome in time"), cause };
  }

  #neverStarted(cause: "deadline" | "stop"): AttachOutcome {
    if (cause === "stop") return { kind: "cancelled" };
    const { said } = this.#faults;
    return this.#giveUp(said === undefined ? "timeout" : "nonsense", said ?? "no answer in time");
  }

  #giveUpOnNonsense(): AttachOutcome {
    const said = this.#faults.said ?? "";
    if (!this.#mayHaveStarted) return this.#giveUp("nonsense", said);
    return { ...this.#lost("the host gives no valid answer"), cause: "nonsense" };
  }

  #giveUp(code: UnreachableCode, why: string): AttachOutcome {
    if (this.#mayHaveStarted) return { kind: "lost", reason: why };
    throw new HostUnreachableError(this.#options.runner.host, code, { detail: why });
  }

  #lost(reason: string) {
    const { said } = this.#faults;
    return { kind: "lost", reason, ...(said !== undefined && { said }) } as const;
  }
}
