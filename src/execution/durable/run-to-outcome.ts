import type { Logger } from "pino";
import { HostUnreachableError, type UnreachableCode } from "../host-unreachable-error.js";
import type { CommandOutcome, OutputListener } from "../remote-runner.js";
import { Backoff } from "./backoff.js";
import { badFence, checkSeenToken } from "./fence-token.js";
import { type FollowResult, followRun } from "./follow-run.js";
import { type HostRunner, throwRefusal } from "./host-runner.js";
import { RunLog } from "./run-log.js";
import type { EndedRun } from "./run-status.js";

/** What starts a run: the words of the call, and what the runner reads. */
export interface RunStart {
  /** The file of the token that the start is compared with; absent for a run without a fence. */
  readonly fenceKey?: string | undefined;
  readonly words: (offset: number) => readonly [verb: string, ...args: (string | number)[]];
  readonly input: string;
}

export interface RunToOutcomeOptions {
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
  readonly logger: Logger;
}

/** `absent`: the host does not know the run, and it was not to be started. */
export type AttachOutcome = CommandOutcome | { readonly kind: "absent" };

/**
 * Starts a run at most once and follows it to its outcome, over as many links as that takes.
 * @throws HostUnreachableError while the run cannot have started
 */
export function runToOutcome(options: RunToOutcomeOptions): Promise<AttachOutcome> {
  return new RunAttempts(options).run();
}

class RunAttempts {
  readonly #options: RunToOutcomeOptions;
  readonly #log: RunLog;
  readonly #backoff = new Backoff();
  /** `sent`: the start may have arrived, so that the host is asked before anything else. */
  #run: "not-sent" | "sent" | "claimed";
  /** From the first start that may have arrived: one that is still on its way can always claim the run. */
  #mayHaveStarted: boolean;
  #hasInstalled = false;
  #lastHeard = performance.now();
  #busySince: number | undefined;

  constructor(options: RunToOutcomeOptions) {
    this.#options = options;
    this.#log = new RunLog(options.offset, options.onOutput, options.logger);
    this.#mayHaveStarted = options.start === undefined || options.resumed === true;
    // Output that was taken in before proves that the host had the run.
    const wasThere = options.resumed === true && options.offset > 0;
    this.#run = wasThere ? "claimed" : this.#mayHaveStarted ? "sent" : "not-sent";
  }

  async run(): Promise<AttachOutcome> {
    const { signal, patienceSeconds } = this.#options;
    for (;;) {
      if (signal.aborted) return { kind: "detached" };
      const outcome = await this.#attempt();
      if (outcome !== undefined) {
        await this.#log.end();
        return outcome;
      }
      if (performance.now() - this.#lastHeard > patienceSeconds * 1000) {
        return this.#giveUp("timeout", `no contact for ${patienceSeconds} s`);
      }
      await this.#backoff.wait(signal);
    }
  }

  /** @returns `undefined` to try again */
  async #attempt(): Promise<AttachOutcome | undefined> {
    try {
      const result = await this.#follow();
      if (result.kind !== "cut" || result.heard) this.#heard();
      return await this.#judge(result);
    } catch (error) {
      if (!(error instanceof HostUnreachableError)) throw error;
      if (!this.#mayHaveStarted) throw error;
      const { host } = this.#options.runner;
      this.#options.logger.debug({ err: error, host, run: this.#options.runId }, "cannot reach a run's host");
      return undefined;
    }
  }

  async #follow(): Promise<FollowResult> {
    const { runner, runId, start, signal } = this.#options;
    const log = this.#log;
    const onClaimed = () => {
      this.#run = "claimed";
    };
    const shared = { runner, log, signal, onClaimed };
    if (!start || this.#run !== "not-sent")
      return followRun({ ...shared, words: ["follow", runId, log.received] });
    const { input, words } = start;
    const result = await followRun({ ...shared, input, words: words(log.received) });
    if (result.kind === "cut") this.#startIsUncertain();
    return result;
  }

  async #judge(result: FollowResult): Promise<AttachOutcome | undefined> {
    if (result.kind === "ended") return outcomeOf(result.status);
    if (result.kind === "cut") return undefined;
    const { runner, start } = this.#options;
    const fenceKey = start?.fenceKey ?? "";
    throwRefusal(runner.host, result.word);
    switch (result.word.word) {
      case "fenced":
        return { kind: "fenced", token: checkSeenToken(runner, fenceKey, result.word.token) };
      case "spoiled":
        throw badFence(runner, fenceKey);
      case "missing":
        return this.#install();
      case "absent":
        return this.#absent();
      case "busy":
        return this.#busy();
      case "unclear":
        this.#startIsUncertain();
        return undefined;
      default:
        return undefined;
    }
  }

  #absent(): AttachOutcome | undefined {
    if (this.#run === "claimed")
      return { kind: "indeterminate", reason: "the host has lost its record of the run" };
    if (!this.#options.start) return { kind: "absent" };
    // The start never arrived. Should it still be on its way, the claim lets only one of the two through.
    this.#run = "not-sent";
    return undefined;
  }

  #busy(): AttachOutcome | undefined {
    const { busySeconds, logger, runner, runId } = this.#options;
    if (this.#busySince === undefined)
      logger.warn(
        { host: runner.host, run: runId },
        "waiting: a step of another deployment is at work there",
      );
    this.#busySince ??= performance.now();
    if (performance.now() - this.#busySince < busySeconds * 1000) return undefined;
    return this.#giveUp("busy", `a step of another deployment is still at work there after ${busySeconds} s`);
  }

  async #install(): Promise<AttachOutcome | undefined> {
    const { runner, signal } = this.#options;
    const isThere = await runner.install(signal);
    // Only once without a pause: a host where it is missing again at once has another problem.
    if (!isThere || this.#hasInstalled) return undefined;
    this.#hasInstalled = true;
    return this.#attempt();
  }

  #startIsUncertain(): void {
    if (this.#run === "not-sent") this.#run = "sent";
    this.#mayHaveStarted = true;
  }

  #giveUp(code: UnreachableCode, why: string): AttachOutcome {
    if (this.#mayHaveStarted) return { kind: "lost", reason: why };
    throw new HostUnreachableError(this.#options.runner.host, code, { detail: why });
  }

  #heard(): void {
    this.#lastHeard = performance.now();
    this.#backoff.reset();
  }
}

function outcomeOf(run: EndedRun): CommandOutcome {
  switch (run.kind) {
    case "exited":
      return { kind: "exited", code: run.code };
    case "timed-out":
      return { kind: "timed-out", afterSeconds: run.afterSeconds };
    case "cancelled":
      return { kind: "cancelled" };
    case "dead":
      return { kind: "indeterminate", reason: "the runner on the host was ended before the command" };
  }
}
