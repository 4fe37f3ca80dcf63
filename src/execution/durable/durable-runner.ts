import { setMaxListeners } from "node:events";
import type { Logger } from "pino";
import { underEither } from "../either-signal.js";
import { HostUnreachableError } from "../host-unreachable-error.js";
import type {
  CommandOutcome,
  DurableRun,
  Fence,
  OutputListener,
  RemoteCommand,
  RemoteRunner,
} from "../remote-runner.js";
import { badFence, checkSeenToken } from "./fence-token.js";
import { type ChannelOpener, HostRunner } from "./host-runner.js";
import { insist, misunderstood, statusOf } from "./insist.js";
import type { RunStatus } from "./run-status.js";
import { type AttachOutcome, type RunToOutcomeOptions, runToOutcome } from "./run-to-outcome.js";
import { checkName, checkToken, startOf } from "./start-run.js";
import { Sweeper } from "./sweeper.js";

/** Beyond the grace, for the host to say that a run was ended. */
const CANCEL_MARGIN_SECONDS = 10;

/** A stored log holds no more than this of all steps together. */
const FETCHED_BYTES = 8 * 1024 * 1024;
const LOG_BYTES = 64 * 1024 * 1024;

export interface DurableRunnerOptions {
  /** Stays open when the durable runner is closed. */
  readonly ssh: RemoteRunner & ChannelOpener;
  readonly logger: Logger;
  /** On the host, relative to the user's home unless absolute; runs lie in `runs` below it. @defaultValue `.slipway` */
  readonly directory?: string;
  /** From TERM to KILL when a run is timed out or cancelled, whole seconds. @defaultValue 10 */
  readonly graceSeconds?: number;
  /** How long a host may stay out of reach before a run is given up as lost. @defaultValue 900 */
  readonly patienceSeconds?: number;
  /** How long a run waits for a step of another deployment of its environment on the host. @defaultValue 60 */
  readonly busySeconds?: number;
  /** How much output of a run is fetched from its beginning, and as much from its end; bytes. @defaultValue 8 MiB */
  readonly fetchedBytes?: number;
  /** How much of the log of one run a host keeps, at least twice `fetchedBytes`; bytes. @defaultValue 64 MiB */
  readonly logBytes?: number;
  /** How long a host may take for the first word of an answer about a run. @defaultValue 30 */
  readonly answerSeconds?: number;
  /** How long a host may take to say how a run ended, once its time is over. @defaultValue 15 */
  readonly lookSeconds?: number;
  /** How many runs keep their output on a host. @defaultValue 200 */
  readonly keepRuns?: number;
  /** How many bytes of output a host keeps of ended runs, the newest first. @defaultValue 1 GiB */
  readonly keptBytes?: number;
  /** How long a host remembers a run, so that its id cannot run again. @defaultValue 14 */
  readonly keepDays?: number;
}

export interface DurableRunner extends RemoteRunner {
  /**
   * Runs a command; with `run` at most once per run id. A run that was claimed before, by whatever process, is
   * followed from its `offset` instead. An abort, like `close`, only stops following: the run goes on.
   * @throws HostUnreachableError only while the command cannot have started
   * @throws TypeError on a command that cannot be expressed safely
   */
  run(
    host: string,
    command: RemoteCommand,
    onOutput: OutputListener,
    signal?: AbortSignal,
  ): Promise<CommandOutcome>;
  /**
   * Follows a run from its offset to its outcome, and never starts it. Waits for a host that is out of reach. Absent is
   * for good where the run has a fence: a start that is still on its way comes too late then.
   */
  attach(
    host: string,
    run: DurableRun,
    onOutput: OutputListener,
    signal?: AbortSignal,
  ): Promise<AttachOutcome>;
  /** @throws HostUnreachableError */
  status(host: string, runId: string): Promise<RunStatus>;
  /**
   * Ends the whole process group of a run, TERM then KILL, and waits for that. The status tells how the run ended,
   * which may be by itself; an absent run stays absent and can still be started.
   * @throws HostUnreachableError when nobody knows whether the host was told
   */
  cancel(host: string, runId: string): Promise<RunStatus>;
  /**
   * Makes the host refuse starts with smaller tokens, without starting anything.
   * @throws HostUnreachableError
   */
  raiseFence(host: string, fence: Fence): Promise<FenceAnswer>;
  /** Whether any run was started there under this key of a fence. @throws HostUnreachableError */
  hasSeen(host: string, fenceKey: string): Promise<boolean>;
  /** Removes the output of an ended run; its outcome stays. @throws HostUnreachableError */
  clean(host: string, runId: string): Promise<"cleaned" | "running" | "absent">;
  /** Names the programs that durable runs need and the host has not. @throws HostUnreachableError */
  preflight(host: string): Promise<readonly string[]>;
  /** Forgets old runs and output, which happens by itself once an hour on hosts in use. @throws HostUnreachableError */
  sweep(host: string): Promise<void>;
  /** Stops following; what was followed becomes `detached`. */
  close(): Promise<void>;
}

export type FenceAnswer = { readonly kind: "raised" } | { readonly kind: "fenced"; readonly token: number };

/** Runs steps so that they survive cut links, killed workers and restarts of Slipway. */
export function createDurableRunner(options: DurableRunnerOptions): DurableRunner {
  const { ssh, logger, directory = ".slipway", graceSeconds = 10, keepRuns = 200, keepDays = 14 } = options;
  const { fetchedBytes = FETCHED_BYTES, logBytes = LOG_BYTES } = options;
  const follower = new Follower(options);
  const sweeper = new Sweeper({ logger, keepRuns, keepDays, keptBytes: options.keptBytes });
  const on = (host: string) => new HostRunner(host, ssh, directory);

  return {
    async run(host, command, onOutput, signal) {
      const { run } = command;
      if (!run) return ssh.run(host, command, onOutput, signal);
      const runId = checkName(run.id);
      const start = startOf(command, runId, { graceSeconds, fetchedBytes, logBytes });
      const { offset = 0, resumed = false } = run;
      const times = { ...timesOf(run), timeoutSeconds: command.timeoutSeconds };
      const request = { runner: on(host), runId, start, resumed, offset, onOutput, ...times };
      const outcome = await follower.follow(request, signal);
      if (outcome.kind === "absent") throw new TypeError("A run that is started is never absent");
      sweeper.sweepSoon(on(host));
      return outcome;
    },
    async attach(host, run, onOutput, signal) {
      const { id, offset = 0, fence } = run;
      const request = { runner: on(host), runId: checkName(id), offset, onOutput, ...timesOf(run) };
      const outcome = await follower.follow(request, signal);
      if (outcome.kind !== "absent" || fence === undefined) return outcome;
      try {
        const answer = await raiseFence(on(host), fence);
        return answer.kind === "fenced" ? answer : await follower.follow(request, signal);
      } catch (error) {
        if (!(error instanceof HostUnreachableError)) throw error;
        return { kind: "lost", reason: error.message };
      }
    },
    async status(host, runId) {
      return statusOf(host, await insist(on(host), ["status", checkName(runId)]));
    },
    async cancel(host, runId) {
      return statusOf(
        host,
        await insist(on(host), ["cancel", checkName(runId), graceSeconds], {
          limitMs: (graceSeconds + CANCEL_MARGIN_SECONDS) * 1000,
          urgent: true,
        }),
      );
    },
    raiseFence: (host, fence) => raiseFence(on(host), fence),
    async hasSeen(host, fenceKey) {
      return (await on(host).hasSeen(checkName(fenceKey))) ?? false;
    },
    clean: (host, runId) => clean(on(host), checkName(runId)),
    async preflight(host) {
      const lacks = await on(host).check();
      if (lacks) return lacks;
      throw new HostUnreachableError(host, "protocol", { detail: "the link ended before the answer" });
    },
    sweep: (host) => sweeper.sweep(on(host)),
    async close() {
      await Promise.all([follower.close(), sweeper.close()]);
    },
  };
}

type FollowRequest = Pick<
  RunToOutcomeOptions,
  | "runner"
  | "runId"
  | "start"
  | "resumed"
  | "offset"
  | "onOutput"
  | "startedAt"
  | "timeoutSeconds"
  | "stopOverdue"
>;

function timesOf({ startedAt, timeoutSeconds, stopOverdue }: DurableRun) {
  return { startedAt, timeoutSeconds, stopOverdue };
}

/** What is followed at the moment, to be let go of together. */
class Follower {
  readonly #options: DurableRunnerOptions;
  readonly #closing = new AbortController();
  readonly #following = new Set<Promise<unknown>>();

  constructor(options: DurableRunnerOptions) {
    this.#options = options;
    // Every run that is followed listens; Node warns of a leak from the eleventh on.
    setMaxListeners(0, this.#closing.signal);
  }

  follow(request: FollowRequest, signal: AbortSignal | undefined): Promise<AttachOutcome> {
    const { logger, graceSeconds = 10, patienceSeconds = 900, busySeconds = 60 } = this.#options;
    const { answerSeconds = 30, lookSeconds = 15, fetchedBytes = FETCHED_BYTES } = this.#options;
    const limits = { fetchedBytes, graceSeconds, patienceSeconds, busySeconds, answerSeconds, lookSeconds };
    const work = underEither(this.#closing.signal, signal, (either) =>
      runToOutcome({ ...request, ...limits, logger, signal: either }),
    ).finally(() => this.#following.delete(work));
    this.#following.add(work);
    return work;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#following);
  }
}

async function raiseFence(runner: HostRunner, { key, token }: Fence): Promise<FenceAnswer> {
  const word = await insist(runner, ["fence", checkName(key), checkToken(token)]);
  if (word.word === "fenced") return { kind: "fenced", token: checkSeenToken(runner, key, word.token) };
  if (word.word === "spoiled") throw badFence(runner, key);
  if (word.word === "raised") return { kind: "raised" };
  throw misunderstood(runner.host, word);
}

async function clean(runner: HostRunner, runId: string): Promise<"cleaned" | "running" | "absent"> {
  const word = await insist(runner, ["clean", runId]);
  if (word.word === "status") return "running";
  if (word.word === "cleaned" || word.word === "absent") return word.word;
  throw misunderstood(runner.host, word);
}
