import { checkLabel } from "../config/health-checks.js";
import { DeploymentLog } from "../deployments/deployment-log.js";
import {
  type DeploymentRecord,
  type Failure,
  isFinal,
  leavesUnknown,
  type StepRecord,
  type Target,
} from "../deployments/record.js";
import { isRefusedByRedis, StaleRecordError, type UpdateOptions } from "../deployments/store.js";
import {
  changeStep,
  type FailureReport,
  fail,
  failStep,
  loseTrack,
  stopCancelled,
  succeed,
} from "../deployments/transitions.js";
import {
  endFailed,
  executePlan,
  followCommand,
  type PlanOutcome,
  type PlanProgress,
  type PlanTools,
  type StepProgress,
} from "../execution/execute-plan.js";
import { FencedError } from "../execution/fenced-error.js";
import type { DurableRun } from "../execution/remote-runner.js";
import type { CommandStep, Plan, Step } from "../strategies/step.js";
import { announce, endedEntry, type RunParts, runEntry } from "./run-parts.js";
import { RunningHosts, runName } from "./running-hosts.js";
import { settleReleases } from "./settle-releases.js";
import { StopWatch } from "./stop-watch.js";

/** What became of one worker's part in a deployment. */
export type RunResult =
  | { readonly kind: "ended"; readonly record: DeploymentRecord }
  /** Another worker has taken it over, and writes its end down. */
  | { readonly kind: "overtaken" }
  /** This process ends; the next one goes on. */
  | { readonly kind: "detached" };

type Outcome =
  | PlanOutcome
  | { readonly kind: "wound-up" }
  | { readonly kind: "broken"; readonly error: unknown };

/** A running deployment in this process: keeps the record in step with the plan. */
export class DeploymentRun implements PlanProgress {
  readonly #parts: RunParts;
  readonly #log: DeploymentLog;
  readonly #running: RunningHosts;
  readonly #stop: StopWatch;
  readonly #tools: PlanTools;
  #record: DeploymentRecord;

  /** @param record with this worker's claim */
  constructor(parts: RunParts, record: DeploymentRecord) {
    this.#parts = parts;
    this.#record = record;
    this.#running = new RunningHosts(parts);
    const graceMs = parts.config.execution.grace * 1000;
    this.#stop = new StopWatch({ ...parts, graceMs }, record.id);
    this.#tools = { ...parts.tools, stop: this.#stop };
    this.#log = new DeploymentLog(parts.logs, record.id, fenceOf(record), (error) =>
      parts.logger.error({ err: error, deployment: record.id }, "the deployment's log could not be stored"),
    );
  }

  /** Runs what is left of the plan. */
  execute(plan: Plan): Promise<RunResult> {
    return this.#toEnd(() => this.#executePlan(plan));
  }

  /** For a record whose plan is another one now: its step comes to its end, and nothing comes after it. */
  windUp(): Promise<RunResult> {
    return this.#toEnd(() => this.#endRunningStep());
  }

  async #toEnd(work: () => Promise<Exclude<Outcome, { kind: "broken" }>>): Promise<RunResult> {
    this.#stop.start();
    try {
      await announce(this.#parts, this.#record.id, "soon");
      await this.#running.derive(this.#record);
      const outcome = await this.#unlessBroken(work);
      // What is left open is written by the next process, from the host's own log.
      await (outcome.kind === "detached" ? this.#log.flush() : this.#log.end());
      if (outcome.kind === "detached") return outcome;
      if (outcome.kind === "succeeded") await settleReleases(this.#parts, this.#record);
      await this.#running.settle(this.#record);
      await this.#change((record) => this.#finish(record, outcome), endedEntry);
      return { kind: "ended", record: this.#record };
    } catch (error) {
      if (!(error instanceof StaleRecordError || error instanceof FencedError)) throw error;
      const { id } = this.#record;
      if (error instanceof FencedError) await this.#parts.locks.noteFence(this.#record, error.token);
      this.#parts.logger.warn({ deployment: id }, "another worker took this deployment over; stopping");
      return { kind: "overtaken" };
    } finally {
      this.#stop.close();
      this.#log.close();
    }
  }

  async #executePlan(plan: Plan): Promise<PlanOutcome> {
    const failed = this.#failedBefore(plan);
    if (failed !== undefined) return endFailed(plan, failed, this.#tools, this);
    return executePlan(plan, this.#tools, this);
  }

  async #endRunningStep(): Promise<{ readonly kind: "wound-up" | "detached" }> {
    const begun = this.#record.steps.find(({ state }) => state === "running");
    // A health check is Slipway's own: nothing goes on without it.
    if (begun?.host === undefined) return { kind: "wound-up" };
    const step = followedStep(begun, begun.host);
    const run = await this.stepStarted(step);
    const failure = run && (await followCommand(step.host, run, this.#tools, this));
    if (failure === "detached") return { kind: "detached" };
    if (failure !== "absent") await this.stepFinished(step, failure);
    else await this.#skip(step);
    return { kind: "wound-up" };
  }

  /** A step that was about to begin was never begun on its host. */
  async #skip(step: CommandStep): Promise<void> {
    await this.#running.neverBegan(this.#record, step);
    await this.#change((record) => changeStep(record, step.id, { state: "skipped" }));
  }

  async #unlessBroken(work: () => Promise<Exclude<Outcome, { kind: "broken" }>>): Promise<Outcome> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StaleRecordError || error instanceof FencedError) throw error;
      // What the hosts did is not lost: the job is tried again, and goes on from there.
      if (isRefusedByRedis(error)) throw error;
      this.#parts.logger.error({ err: error, deployment: this.#record.id }, "the deployment broke off");
      return { kind: "broken", error };
    }
  }

  /** An earlier worker saw a step fail, and did not come to the end. */
  #failedBefore({ steps }: Plan): { step: Step; failure: Failure } | undefined {
    const { failure, failedStep } = this.#record;
    const step = steps.find(({ id }) => id === failedStep);
    return failure && step && { step, failure };
  }

  #finish(record: DeploymentRecord, outcome: Exclude<Outcome, { kind: "detached" }>) {
    const at = this.#parts.now();
    switch (outcome.kind) {
      case "succeeded":
        return succeed(record, at);
      case "stopped":
        return stopCancelled(record, at);
      case "wound-up":
        return woundUp(record, at);
      case "broken":
        return loseTrack(record, { failure: { code: "internal", message: errorName(outcome.error) } }, at);
    }
    const { failure, step } = outcome;
    const report = { failure, failedStep: step.id, ...this.#explanation(failure) };
    if (outcome.kind === "indeterminate") return loseTrack(record, report, at);
    return stopped(record, failure, at) ?? fail(record, report, at);
  }

  #tail = "";
  #diagnosing = false;

  /** The lines that explain a failure: for an application that is not healthy, they are in its own log. */
  #explanation({ code }: Failure): Pick<FailureReport, "tail" | "tailOf"> {
    if (code === "unhealthy" && this.#diagnosing) return { tail: this.#log.tail(), tailOf: "diagnostics" };
    return { tail: this.#tail, tailOf: "step" };
  }

  progressOf({ id }: Step): StepProgress {
    const state = this.#record.steps.find((step) => step.id === id)?.state ?? "pending";
    if (state === "pending" || state === "running") return state;
    return "finished";
  }

  async stepStarted(step: Step): Promise<DurableRun | undefined> {
    if (step.kind === "health") {
      await this.#begin(step, undefined);
      await this.#log.begin(step.id, `health: ${checkLabel(step.check)}`, this.#outputsToCome());
      return undefined;
    }
    const run = runId(this.#record, step);
    const resumed = this.#stepRecord(step)?.run === run;
    await this.#begin(step, run);
    const { startedAt, timeoutSeconds } = this.#stepRecord(step) ?? {};
    const offset = await this.#log.begin(run, `${step.host}: ${step.id}`, this.#outputsToCome());
    const fence = { key: fenceKey(this.#record), token: fenceOf(this.#record) };
    return {
      ...{ id: run, fence, offset },
      ...(resumed && { resumed }),
      ...(startedAt !== undefined && { startedAt }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    };
  }

  #stepRecord({ id }: Step): StepRecord | undefined {
    return this.#record.steps.find((step) => step.id === id);
  }

  /** A step that an earlier worker began has begun already. */
  async #begin(step: Step, run: string | undefined): Promise<void> {
    if (this.progressOf(step) === "running") return;
    if (step.kind === "command" && run !== undefined) await this.#running.begins(this.#record, step, run);
    const before =
      step.kind === "command" && step.savesRollbackPoint
        ? await this.#running.before(this.#record, step.host)
        : {};
    const { timeoutSeconds } = step.kind === "command" ? step : {};
    const changes: Partial<StepRecord> = {
      state: "running",
      startedAt: this.#parts.now(),
      ...(run && { run }),
      ...(timeoutSeconds && { timeoutSeconds }),
    };
    await this.#change((record) => {
      const changed = changeStep(record, step.id, changes);
      return changed && { ...changed, before: { ...changed.before, ...before } };
    });
  }

  async stepFinished(step: Step, failure: Failure | undefined): Promise<void> {
    this.#tail = this.#log.tail();
    // Once the record says that it has ended, its output is not read from the host any more.
    await this.#log.end();
    await this.#fetchMissing(step);
    const at = this.#parts.now();
    if (step.kind === "command" && step.readsCheckout && failure === undefined)
      await this.#running.noteHead(this.#record, step.host, this.#tail);
    await this.#running.ended(this.#record, step, failure);
    const outcome = failure === undefined ? "succeeded" : "failed";
    await this.#change(
      (record) =>
        failure === undefined
          ? changeStep(record, step.id, { state: "succeeded", finishedAt: at })
          : failStep(record, step.id, { failure, tail: this.#tail }, at),
      runEntry("step", { step: step.id, outcome }),
    );
  }

  rollbackPoint({ host }: CommandStep): Promise<string | undefined> {
    return this.#running.rollbackPoint(this.#record, host);
  }

  heading(step: CommandStep): void {
    this.#log.section(`${step.host}: ${step.id}`, DIAGNOSTICS_SHARE);
  }

  /** Steps that have not ended, without the present one, and the diagnostics. */
  #outputsToCome(): number {
    return this.#record.steps.filter(({ state }) => state === "pending").length + 1;
  }

  /** Reads the output of a step once more from its host, where Redis has lost or refused a part of it. */
  async #fetchMissing(step: Step): Promise<void> {
    const offset = step.kind === "command" ? await this.#log.reopen() : undefined;
    if (step.kind !== "command" || offset === undefined) return;
    const run = { id: runId(this.#record, step), offset };
    const signal = AbortSignal.timeout(REFETCH_MS);
    const tools = { ...this.#parts.tools, follow: followUntil(this.#parts.tools.follow, signal) };
    const outcome = await followCommand(step.host, run, tools, this).catch(() => "absent" as const);
    if (outcome === "detached" || outcome === "absent") this.#log.missing();
    await this.#log.end();
  }

  output(text: string, offset?: number): void {
    this.#log.write(text, offset);
  }

  async diagnosticsStarted(): Promise<void> {
    this.#tail ||= this.#record.tail ?? "";
    await this.#log.begin("diagnostics", "diagnostics", DIAGNOSTICS_SHARE);
    this.#diagnosing = true;
  }

  async stopRequested(): Promise<boolean> {
    const now = await this.#parts.store.find(this.#record.id);
    return now?.cancelRequestedBy !== undefined;
  }

  /** Others may ask for a cancellation meanwhile; only a record that this run does not hold any more stops it. */
  async #change(
    transition: (record: DeploymentRecord) => DeploymentRecord | undefined,
    entry?: UpdateOptions["entry"],
  ): Promise<void> {
    const { store } = this.#parts;
    const { id, claim } = this.#record;
    const mine = (record: DeploymentRecord) =>
      record.claim === claim ? transition(this.#withOwn(record)) : undefined;
    const next = await store.update(id, mine, { known: this.#record, ...(entry && { entry }) });
    if (next === undefined) throw new StaleRecordError(id);
    this.#record = next;
    await announce(this.#parts, id, isFinal(next) ? "now" : "soon");
  }

  /** What the steps came to is this run's to say: a Redis that was killed may have forgotten the last second of it. */
  #withOwn(record: DeploymentRecord): DeploymentRecord {
    const { steps, before, failure, failedStep, tail } = this.#record;
    return {
      ...{ ...record, steps, before },
      ...(failure && { failure }),
      ...(failedStep && { failedStep }),
      ...(tail !== undefined && { tail }),
    };
  }
}

/** Of what the log still takes, each of the diagnostics gets at most a part like this: so many could follow it. */
const DIAGNOSTICS_SHARE = 7;
/** How long a host may take to give the output of an ended step once more. */
const REFETCH_MS = 60_000;

function followUntil(follow: PlanTools["follow"], signal: AbortSignal): PlanTools["follow"] {
  return (host, run, onOutput) => follow(host, run, onOutput, signal);
}

/** What it runs stands on its host: it is only followed. */
function followedStep({ id, title, effect }: StepRecord, host: string): CommandStep {
  return { kind: "command", id, title, host, argv: [""], timeoutSeconds: 0, ...(effect && { effect }) };
}

function runId(record: DeploymentRecord, step: Step): string {
  return runName(
    record,
    record.steps.findIndex(({ id }) => id === step.id),
  );
}

/** On a host, an environment has its own fence. */
export function fenceKey({ project, environment }: Target): string {
  return `${project}.${environment}`;
}

/** Records of earlier versions have none. */
function fenceOf({ fence = 0 }: DeploymentRecord): number {
  return fence;
}

/** Its last step has its outcome, and that is the deployment's where the step did not end well. */
function woundUp(record: DeploymentRecord, at: number): DeploymentRecord | undefined {
  const { failure } = record;
  if (failure === undefined)
    return stopCancelled(record, at) ?? fail(record, { failure: { code: "plan-changed" } }, at);
  if (leavesUnknown(failure)) return loseTrack(record, { failure }, at);
  return stopped(record, failure, at) ?? fail(record, { failure }, at);
}

/** A person had the step ended: that is no failure of the step. */
function stopped(record: DeploymentRecord, failure: Failure, at: number): DeploymentRecord | undefined {
  if (failure.code !== "killed" || record.stopRequestedBy === undefined) return undefined;
  return stopCancelled(record, at);
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}
