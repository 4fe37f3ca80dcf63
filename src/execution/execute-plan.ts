import { setTimeout as pause } from "node:timers/promises";
import type { CommandSecrets } from "../config/command-secrets.js";
import { checkLabel, type HealthCheck } from "../config/health-checks.js";
import { secretId } from "../config/secret-reference.js";
import { type Failure, leavesUnknown } from "../deployments/record.js";
import { Sha } from "../deployments/release.js";
import { ownShortage } from "../health/own-shortage.js";
import type { ProbeResult } from "../health/probe-result.js";
import type { CommandStep, HealthStep, Plan, Step } from "../strategies/step.js";
import { describeReason } from "./describe-reason.js";
import { underEither } from "./either-signal.js";
import { FencedError } from "./fenced-error.js";
import { HostUnreachableError, type UnreachableCode } from "./host-unreachable-error.js";
import type { RedactingStream } from "./redact.js";
import type {
  CommandOutcome,
  DurableRun,
  OutputListener,
  RemoteCommand,
  RemoteRunner,
} from "./remote-runner.js";

/** How far a plan has come; an earlier worker may have begun it. */
export type StepProgress = "pending" | "running" | "finished";

/** Who is told how the plan goes. Every call is awaited before the next step: the record comes first. */
export interface PlanProgress {
  progressOf(step: Step): StepProgress;
  /** @returns the run that the step's command becomes; undefined for a step that runs no command */
  stepStarted(step: Step): Promise<DurableRun | undefined>;
  /** @param failure undefined where the step ended well */
  stepFinished(step: Step, failure: Failure | undefined): Promise<void>;
  /** The commit that runs on the step's host; undefined where that is not known. */
  rollbackPoint(step: CommandStep): Promise<string | undefined>;
  /** The following output is of this diagnostic command. */
  heading(step: CommandStep): void;
  /**
   * Output and remarks, already redacted; in order.
   * @param offset where the output of the step's run goes on, when this text is all of it up to there; bytes
   */
  output(text: string, offset?: number): void;
  /** Whether somebody wants the plan to end before its next step. */
  stopRequested(): Promise<boolean>;
  /** A step failed; what follows is the output of the diagnostics. */
  diagnosticsStarted(): Promise<void>;
}

export interface PlanTools {
  readonly runner: RemoteRunner;
  /** Follows a run to its outcome without ever starting it. `absent`: it was never begun, and never will be. */
  readonly follow: (
    host: string,
    run: DurableRun,
    onOutput: OutputListener,
    signal?: AbortSignal,
  ) => Promise<CommandOutcome | { readonly kind: "absent" }>;
  /** @throws the reason of the signal */
  readonly probeStep: (check: HealthCheck, signal?: AbortSignal) => Promise<ProbeResult>;
  /** What the references of steps stand for. */
  readonly secrets: CommandSecrets;
  /** Removes secrets and escape codes from a step's output, also where they are split over chunks. */
  readonly redaction: () => RedactingStream;
  /** Aborted when this process ends: nothing is begun any more, and what runs is left to the next one. */
  readonly closing: AbortSignal;
  /** *Stop now*, where somebody may ask for it. */
  readonly stop?: StopSignals;
}

export interface StopSignals {
  /** Somebody asked for it: what Slipway itself does ends at once; what runs on a host is ended there. */
  readonly requested: AbortSignal;
  /** The host has had its time: nothing is waited for any more. */
  readonly overdue: AbortSignal;
}

export type PlanOutcome =
  | { readonly kind: "succeeded" }
  /** Somebody asked for it; every step before the next one ended well. */
  | { readonly kind: "stopped" }
  /** This process ends; what it began goes on. */
  | { readonly kind: "detached" }
  /** With the failure "lost" the outcome of a step may still come to light; see its run. */
  | { readonly kind: "failed" | "indeterminate"; readonly step: Step; readonly failure: Failure };

/**
 * Runs the steps in order, from where an earlier worker left them. The first one that fails ends the plan; the
 * diagnostics then say what is there.
 * @throws FencedError when another worker has taken over
 */
export async function executePlan(
  plan: Plan,
  tools: PlanTools,
  progress: PlanProgress,
): Promise<PlanOutcome> {
  for (const step of plan.steps) {
    const state = progress.progressOf(step);
    if (state === "finished") continue;
    if (tools.closing.aborted) return { kind: "detached" };
    if (state === "pending" && (await progress.stopRequested())) return { kind: "stopped" };
    const run = await progress.stepStarted(step);
    const failure = await runStep(step, run, tools, progress);
    if (failure === "detached") return { kind: "detached" };
    await progress.stepFinished(step, failure);
    if (failure !== undefined) return endFailed(plan, { step, failure }, tools, progress);
  }
  return { kind: "succeeded" };
}

/** What is left to do for a plan with a step that failed: the diagnostics. Their outcome changes nothing. */
export async function endFailed(
  { diagnostics }: Plan,
  failed: { readonly step: Step; readonly failure: Failure },
  tools: PlanTools,
  progress: PlanProgress,
): Promise<PlanOutcome> {
  const asked = diagnostics.filter(({ host }) => mayAnswer(host, failed.failure));
  if (asked.length > 0) {
    await progress.diagnosticsStarted();
    for (const step of asked) {
      progress.heading(step);
      await runCommand(step, undefined, tools, progress);
    }
  }
  if (tools.closing.aborted) return { kind: "detached" };
  return { kind: leavesUnknown(failed.failure) ? "indeterminate" : "failed", ...failed };
}

/** A host that is out of reach answers no questions, and one that runs no command would take its time to refuse each. */
function mayAnswer(host: string, failure: Failure): boolean {
  return failure.code !== "lost" && !(failure.code === "not-run" && failure.host === host);
}

async function runStep(
  step: Step,
  run: DurableRun | undefined,
  tools: PlanTools,
  progress: PlanProgress,
): Promise<Failure | "detached" | undefined> {
  return step.kind === "health" ? checkHealth(step, tools, progress) : runCommand(step, run, tools, progress);
}

async function runCommand(
  step: CommandStep,
  run: DurableRun | undefined,
  tools: PlanTools,
  progress: PlanProgress,
): Promise<Failure | "detached" | undefined> {
  const { runner, secrets, stop } = tools;
  const argv = step.savesRollbackPoint ? await withRollbackPoint(step, progress) : step.argv;
  const command = { ...commandOf(step, secrets), argv, ...(run && { run: withStop(run, tools) }) };
  // A run is ended on its host; of what only looks, nothing is left to wait for.
  const signal = run === undefined ? stop?.overdue : undefined;
  const failure = await toOutcome(
    step.host,
    (listen) => runner.run(step.host, command, listen, signal),
    tools,
    progress,
  );
  if (failure === "absent") throw new TypeError("A command that is run is never absent");
  return failure;
}

/** It is not known before the step: a plan says what to do, whatever runs. Nothing but a full SHA goes to a host. */
async function withRollbackPoint(step: CommandStep, progress: PlanProgress): Promise<CommandStep["argv"]> {
  const sha = Sha.safeParse(await progress.rollbackPoint(step));
  return [...step.argv, sha.success ? sha.data : ""];
}

function withStop(run: DurableRun, { stop }: PlanTools): DurableRun {
  return stop === undefined ? run : { ...run, stopOverdue: stop.overdue };
}

/** @throws Error when a secret was not read at the start: that is a fault of Slipway, not of the step */
function commandOf({ secrets = {}, ...step }: CommandStep, known: CommandSecrets): RemoteCommand {
  const named = Object.entries(secrets).map(([name, reference]) => {
    const secret = known.get(secretId(reference));
    if (secret === undefined) throw new Error(`The secret ${secretId(reference)} was not read`);
    return [name, secret] as const;
  });
  return named.length === 0 ? step : { ...step, secretEnvironment: Object.fromEntries(named) };
}

/**
 * Follows a command that an earlier worker began to its end, and begins nothing.
 * @returns `absent` when it was never begun
 * @throws FencedError when another worker has taken over
 */
export function followCommand(
  host: string,
  run: DurableRun,
  tools: PlanTools,
  progress: PlanProgress,
): Promise<Failure | "detached" | "absent" | undefined> {
  return toOutcome(host, (listen) => tools.follow(host, withStop(run, tools), listen), tools, progress);
}

async function toOutcome(
  host: string,
  start: (listen: OutputListener) => ReturnType<PlanTools["follow"]>,
  { redaction }: PlanTools,
  progress: PlanProgress,
): Promise<Failure | "detached" | "absent" | undefined> {
  const redacted = redaction();
  try {
    const outcome = await start((text, offset) => {
      const clean = redacted.write(text);
      progress.output(clean, redacted.isEmpty ? offset : undefined);
    });
    if (outcome.kind === "detached" || outcome.kind === "absent") return outcome.kind;
    if (outcome.kind === "fenced") throw new FencedError(host, outcome.token);
    progress.output(redacted.end());
    progress.output(`-- ${describe(outcome)}\n`);
    return redactFailure(failureOf(outcome), redaction);
  } catch (error) {
    if (!(error instanceof HostUnreachableError)) throw error;
    progress.output(`-- not run: ${error.message}\n`);
    return redactFailure(unreachable(error), redaction);
  }
}

/** Removes secrets from what a failure quotes of its host. */
function redactFailure<F extends Failure | undefined>(failure: F, redaction: PlanTools["redaction"]): F {
  const redact = (text: string) => {
    const redacted = redaction();
    return redacted.write(text) + redacted.end();
  };
  if (failure?.code === "lost" && failure.said !== undefined)
    return { ...failure, said: redact(failure.said) };
  if (failure?.code === "not-started" && failure.detail !== undefined)
    return { ...failure, detail: redact(failure.detail) };
  return failure;
}

async function checkHealth(
  { check }: HealthStep,
  { probeStep, closing, redaction, stop }: PlanTools,
  progress: PlanProgress,
): Promise<Failure | "detached" | undefined> {
  const requested = stop?.requested;
  for (let attempt = 1; ; attempt++) {
    if (attempt > 1) await underEither(closing, requested, (signal) => wait(check.interval * 1000, signal));
    if (closing.aborted) return "detached";
    const isOver = () => requested?.aborted === true || closing.aborted;
    const result = await underEither(closing, requested, (signal) => probeStep(check, signal)).catch(
      (error: unknown) => (isOver() ? undefined : foundNothing(error)),
    );
    if (result === undefined || (isOver() && result.kind === "unhealthy"))
      return requested?.aborted ? STOPPED : "detached";
    if (result.kind === "healthy") {
      progress.output(`-- attempt ${attempt}: healthy after ${result.latencyMs} ms\n`);
      return undefined;
    }
    const { reason } = result;
    progress.output(`-- attempt ${attempt} of ${check.attempts}: ${describeReason(reason)}\n`);
    if (attempt < check.attempts) continue;
    if (result.output !== undefined) progress.output(`${filtered(redaction(), result.output).trimEnd()}\n`);
    return { code: "unhealthy", url: checkLabel(check), attempts: attempt, reason };
  }
}

/** A check is Slipway's own: nothing of it goes on. */
const STOPPED: Failure = { code: "killed", signal: "SIGTERM" };

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}

function filtered(filter: RedactingStream, text: string): string {
  return filter.write(text) + filter.end();
}

/** A deployment must come to an end: here what Slipway itself cannot find out is no answer. */
function foundNothing(error: unknown): ProbeResult {
  const detail = ownShortage(error);
  if (detail === undefined) throw error;
  return { kind: "unhealthy", reason: { code: "no-answer", detail }, latencyMs: 0 };
}

/** What a step of this plan may come to; the other outcomes end this worker's part in the plan. */
export type StepOutcome = Exclude<CommandOutcome, { kind: "fenced" | "detached" }>;

/** @returns undefined where the command ended well */
export function failureOf(outcome: StepOutcome): Failure | undefined {
  switch (outcome.kind) {
    case "exited":
      return outcome.code === 0 && !outcome.unstarted ? undefined : exited(outcome);
    case "killed":
      return { code: "killed", signal: outcome.signal };
    case "timed-out":
      return { code: "timed-out", seconds: outcome.afterSeconds };
    case "cancelled":
      return { code: "killed", signal: "SIGTERM" };
    case "lost":
      return { code: "lost", ...withoutKind(outcome) };
    case "indeterminate":
      return { code: "runner-died", reason: outcome.reason };
  }
}

function withoutKind({ kind: _, ...lost }: Extract<CommandOutcome, { kind: "lost" }>) {
  return lost;
}

function exited({ code, unstarted, unchanged }: Extract<StepOutcome, { kind: "exited" }>): Failure {
  return { code: "exited", exitCode: code, ...(unstarted && { unstarted }), ...(unchanged && { unchanged }) };
}

export function unreachable(error: HostUnreachableError): Failure {
  if (error.code === "host-key") {
    return {
      code: "unknown-host-key",
      host: error.host,
      seen: error.seenFingerprint ?? "",
      pinned: [...(error.pinnedFingerprints ?? [])],
    };
  }
  if (error.notRun) return { code: "not-run", host: error.host, ...error.notRun };
  const { host, code: reason, detail, said } = error;
  if (!ANSWERED.has(reason))
    return { code: "unreachable", host, reason, ...(said !== undefined && { said }) };
  return { code: "not-started", host, reason, ...(detail !== undefined && { detail }) };
}

/** The host answered, and starts nothing. */
const ANSWERED: ReadonlySet<UnreachableCode> = new Set(["unfit", "no-space", "bad-fence", "nonsense"]);

function describe(outcome: StepOutcome): string {
  switch (outcome.kind) {
    case "exited":
      return `exit code ${outcome.code}`;
    case "killed":
      return `ended by signal ${outcome.signal}`;
    case "timed-out":
      return `timed out after ${outcome.afterSeconds} s`;
    case "cancelled":
      return "cancelled";
    case "indeterminate":
      return `nobody knows what the command did: ${outcome.reason}`;
    case "lost":
      return `the connection was lost (${outcome.reason}): what the command did is not known`;
  }
}
