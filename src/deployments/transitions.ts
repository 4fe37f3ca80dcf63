/**
 * The state machine of a deployment. Each function answers the record as it is after the transition, or
 * `undefined` where the transition is not legal from the record's present state.
 *
 *     queued ──> running ──> succeeded | failed | indeterminate
 *        └─────> superseded | failed
 */
import type { DeploymentRecord, DeploymentState, Failure, StepRecord } from "./record.js";

const LEGAL: Readonly<Record<DeploymentState, readonly DeploymentState[]>> = {
  queued: ["running", "superseded", "failed"],
  running: ["succeeded", "failed", "indeterminate"],
  succeeded: [],
  failed: [],
  superseded: [],
  indeterminate: [],
};

type Step<Args extends readonly unknown[]> = (
  record: DeploymentRecord,
  ...args: Args
) => DeploymentRecord | undefined;

function to(
  state: DeploymentState,
  record: DeploymentRecord,
  changes: Partial<DeploymentRecord>,
): DeploymentRecord | undefined {
  return LEGAL[record.state].includes(state) ? { ...record, ...changes, state } : undefined;
}

export const start: Step<[claim: string, steps: readonly StepRecord[], at: number]> = (
  record,
  claim,
  steps,
  at,
) => to("running", record, { claim, steps: [...steps], startedAt: at });

export const succeed: Step<[at: number]> = (record, at) => to("succeeded", record, { finishedAt: at });

export interface FailureReport {
  readonly failure: Failure;
  readonly failedStep?: string;
  readonly tail?: string;
  readonly tailOf?: "step" | "diagnostics";
}

export const fail: Step<[report: FailureReport, at: number]> = (record, report, at) =>
  to("failed", record, { ...report, finishedAt: at, steps: settle(record.steps, "failed", at) });

/** Nobody can know what the running step did: the worker died or the link broke under it. */
export const loseTrack: Step<[report: FailureReport, at: number]> = (record, report, at) =>
  to("indeterminate", record, { ...report, finishedAt: at, steps: settle(record.steps, "failed", at) });

export const supersede: Step<[byNumber: number, at: number]> = (record, byNumber, at) =>
  to("superseded", record, { supersededBy: byNumber, finishedAt: at });

/** Changes one step of a running deployment. */
export function changeStep(
  record: DeploymentRecord,
  id: string,
  changes: Partial<StepRecord>,
): DeploymentRecord | undefined {
  if (record.state !== "running") return undefined;
  return { ...record, steps: record.steps.map((step) => (step.id === id ? { ...step, ...changes } : step)) };
}

/** Ends what still ran and skips what never started, so that a final record has no open step. */
function settle(steps: readonly StepRecord[], running: "failed", at: number): StepRecord[] {
  return steps.map((step) => {
    if (step.state === "running") return { ...step, state: running, finishedAt: at };
    return step.state === "pending" ? { ...step, state: "skipped" } : step;
  });
}
