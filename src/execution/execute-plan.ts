import { setTimeout as pause } from "node:timers/promises";
import { checkLabel, type HealthCheck } from "../config/health-checks.js";
import type { Failure } from "../deployments/record.js";
import type { ProbeResult } from "../health/probe-result.js";
import type { CommandStep, HealthStep, Plan, Step } from "../strategies/step.js";
import { describeReason } from "./describe-reason.js";
import { FencedError } from "./fenced-error.js";
import { HostUnreachableError } from "./host-unreachable-error.js";
import type { CommandOutcome, RemoteRunner } from "./remote-runner.js";

/** Who is told how the plan goes. Every call is awaited before the next step: the record comes first. */
export interface PlanProgress {
  stepStarted(step: Step): Promise<void>;
  stepFinished(step: Step, state: "succeeded" | "failed"): Promise<void>;
  /** What the following output is of. */
  heading(text: string): void;
  /** Output and remarks, already redacted; in order. */
  output(text: string): void;
  /** Whether somebody wants the plan to end before its next step. */
  stopRequested(): Promise<boolean>;
  /** A step failed; what follows is the output of the diagnostics. */
  diagnosticsStarted(): void;
}

export interface PlanTools {
  readonly runner: RemoteRunner;
  readonly probe: (check: HealthCheck) => Promise<ProbeResult>;
  /** Removes secrets from a step's output, also where they are split over chunks. */
  readonly redaction: () => { write(text: string): string; end(): string };
}

export type PlanOutcome =
  | { readonly kind: "succeeded" }
  /** Somebody asked for it; every step before the next one ended well. */
  | { readonly kind: "stopped" }
  /** With the failure "lost" the outcome of a durable step may still come to light; see its run. */
  | { readonly kind: "failed" | "indeterminate"; readonly step: Step; readonly failure: Failure };

/**
 * Runs the steps in order. The first one that fails ends the plan; the diagnostics then say what is there.
 * @throws FencedError when another worker has taken over
 */
export async function executePlan(
  plan: Plan,
  tools: PlanTools,
  progress: PlanProgress,
): Promise<PlanOutcome> {
  for (const step of plan.steps) {
    if (await progress.stopRequested()) return { kind: "stopped" };
    await progress.stepStarted(step);
    const failure = await runStep(step, tools, progress);
    await progress.stepFinished(step, failure === undefined ? "succeeded" : "failed");
    if (failure !== undefined) {
      await runDiagnostics(plan.diagnostics, tools, progress);
      return { kind: failure.code === "lost" ? "indeterminate" : "failed", step, failure };
    }
  }
  return { kind: "succeeded" };
}

async function runStep(step: Step, tools: PlanTools, progress: PlanProgress): Promise<Failure | undefined> {
  return step.kind === "health" ? checkHealth(step, tools, progress) : runCommand(step, tools, progress);
}

async function runCommand(
  step: CommandStep,
  { runner, redaction }: PlanTools,
  progress: PlanProgress,
): Promise<Failure | undefined> {
  const redacted = redaction();
  progress.heading(`${step.host}: ${step.id}`);
  try {
    const outcome = await runner.run(step.host, step, (text) => progress.output(redacted.write(text)));
    progress.output(redacted.end());
    if (outcome.kind === "fenced") throw new FencedError(step.host, outcome.token);
    progress.output(`-- ${describe(outcome)}\n`);
    return failureOf(outcome);
  } catch (error) {
    if (!(error instanceof HostUnreachableError)) throw error;
    progress.output(`-- not run: ${error.message}\n`);
    return unreachable(error);
  }
}

async function checkHealth(
  { check }: HealthStep,
  { probe }: PlanTools,
  progress: PlanProgress,
): Promise<Failure | undefined> {
  const label = checkLabel(check);
  progress.heading(`health: ${label}`);
  for (let attempt = 1; ; attempt++) {
    if (attempt > 1) await pause(check.interval * 1000);
    const result = await probe(check);
    if (result.kind === "healthy") {
      progress.output(`-- attempt ${attempt}: healthy after ${result.latencyMs} ms\n`);
      return undefined;
    }
    const { reason } = result;
    progress.output(`-- attempt ${attempt} of ${check.attempts}: ${describeReason(reason)}\n`);
    if (attempt < check.attempts) continue;
    if (result.output !== undefined) progress.output(`${result.output.trimEnd()}\n`);
    return { code: "unhealthy", url: label, attempts: attempt, reason };
  }
}

/** Their outcome changes nothing: they only look. */
async function runDiagnostics(
  diagnostics: readonly CommandStep[],
  tools: PlanTools,
  progress: PlanProgress,
): Promise<void> {
  if (diagnostics.length > 0) progress.diagnosticsStarted();
  for (const step of diagnostics) await runCommand(step, tools, progress);
}

/** What a step of this plan may come to; "fenced" has ended the plan before. */
type StepOutcome = Exclude<CommandOutcome, { kind: "fenced" }>;

function failureOf(outcome: StepOutcome): Failure | undefined {
  switch (outcome.kind) {
    case "exited":
      return outcome.code === 0 ? undefined : { code: "exited", exitCode: outcome.code };
    case "killed":
      return { code: "killed", signal: outcome.signal };
    case "timed-out":
      return { code: "timed-out", seconds: outcome.afterSeconds };
    case "cancelled":
      return { code: "killed", signal: "SIGTERM" };
    case "lost":
    case "indeterminate":
      return { code: "lost", reason: outcome.reason };
  }
}

function unreachable(error: HostUnreachableError): Failure {
  if (error.code === "host-key") {
    return {
      code: "unknown-host-key",
      host: error.host,
      seen: error.seenFingerprint ?? "",
      pinned: [...(error.pinnedFingerprints ?? [])],
    };
  }
  return { code: "unreachable", host: error.host, reason: error.code };
}

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
