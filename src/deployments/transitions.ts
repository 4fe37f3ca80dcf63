/**
 * The state machine of a deployment. Each function answers the record as it is after the transition, or
 * `undefined` where the transition is not legal from the record's present state.
 *
 *     awaiting-approval ──> queued ──> running ──> succeeded | failed | cancelled | indeterminate
 *            │                └─────> superseded | cancelled | void | failed
 *            └──────────────────────> refused | expired | cancelled | void | superseded
 *
 *     indeterminate ──> failed | queued, only where a person says so
 */
import {
  type Actor,
  type DeploymentRecord,
  type DeploymentState,
  type Failure,
  isFinal,
  provesUntouched,
  type StepRecord,
  type VoidReason,
} from "./record.js";

const LEGAL: Readonly<Record<DeploymentState, readonly DeploymentState[]>> = {
  "awaiting-approval": ["queued", "refused", "expired", "cancelled", "void", "superseded"],
  queued: ["running", "superseded", "cancelled", "void", "failed"],
  running: ["succeeded", "failed", "cancelled", "indeterminate"],
  succeeded: [],
  failed: [],
  superseded: [],
  cancelled: [],
  refused: [],
  expired: [],
  void: [],
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

/** A worker's claim on a deployment. */
export interface Claim {
  /** Names the worker, and this one time that it was given the job. */
  readonly claim: string;
  readonly fence: number;
  readonly process?: string;
}

/** Asked again by the same worker, which did not hear the answer, it changes nothing. */
export const start: Step<
  [claim: Claim, plan: { readonly steps: readonly StepRecord[]; readonly planHash: string }, at: number]
> = (record, claim, { steps, planHash }, at) => {
  if (record.state === "running" && record.claim === claim.claim) return record;
  return to("running", record, { ...claim, steps: [...steps], planHash, startedAt: at });
};

/**
 * Another worker goes on with a running deployment, unless one with a newer fence has it. Asked again by the same
 * worker, which did not hear the answer, it changes nothing.
 */
export const takeOver: Step<[claim: Claim]> = (record, claim) => {
  if (record.state !== "running") return undefined;
  if (record.claim === claim.claim && record.fence === claim.fence) return record;
  return claim.fence > (record.fence ?? 0) ? { ...record, ...claim } : undefined;
};

export const succeed: Step<[at: number]> = (record, at) => to("succeeded", record, { finishedAt: at });

export interface FailureReport {
  readonly failure: Failure;
  readonly failedStep?: string;
  readonly tail?: string;
  readonly tailOf?: "step" | "diagnostics";
}

export const fail: Step<[report: FailureReport, at: number]> = (record, report, at) =>
  to("failed", record, { ...report, finishedAt: at, steps: endSteps(record.steps, at) });

/** Nobody can know what the running step did: the worker died or the link broke under it. */
export const loseTrack: Step<[report: FailureReport, at: number]> = (record, report, at) =>
  to("indeterminate", record, { ...report, finishedAt: at, steps: endSteps(record.steps, at) });

/** All that follows from the end of a run has been done. */
export const settle: Step<[]> = (record) =>
  record.settled === true || !isFinal(record) ? undefined : { ...record, settled: true };

/** A person has looked, and says that an indeterminate deployment has failed. */
export const markFailed: Step<[by: Actor]> = (record, by) =>
  record.state === "indeterminate"
    ? { ...record, state: "failed", judgedBy: by, markedFailed: true }
    : undefined;

/**
 * A person has looked, and has an indeterminate deployment go on with the step that broke off. It stays the same run,
 * which may go on or have ended on its host; only a run that died is begun anew.
 */
export const runAgain: Step<[by: Actor]> = (record, by) => {
  if (record.state !== "indeterminate") return undefined;
  const {
    failure,
    failedStep,
    tail,
    tailOf,
    finishedAt,
    cancelRequestedBy,
    stopRequestedBy,
    stopRequestedAt,
    settled,
    ...kept
  } = record;
  const anew = failure?.code === "runner-died";
  const steps = record.steps.map((step): StepRecord => {
    if (step.state === "succeeded") return step;
    const { finishedAt: _, startedAt: __, ...again } = step;
    const failed = step.state === "failed" && anew;
    return { ...again, state: "pending", ...(failed && { attempt: (step.attempt ?? 1) + 1 }) };
  });
  return { ...kept, state: "queued", steps, judgedBy: by, reruns: (record.reruns ?? 0) + 1 };
};

/** What began, broke off and is to go on is not replaced: it has changed its hosts. */
export const supersede: Step<[byNumber: number, at: number]> = (record, byNumber, at) =>
  record.startedAt === undefined
    ? to("superseded", record, { supersededBy: byNumber, finishedAt: at })
    : undefined;

/** One more person approves; with the last one of the quorum the deployment is queued. */
export const approve: Step<[by: Actor, at: number]> = (record, by, at) => {
  const { approval } = record;
  if (record.state !== "awaiting-approval" || approval === undefined || at >= approval.expiresAt)
    return undefined;
  if (approval.given.some(({ userId }) => userId === by.userId)) return undefined;
  const given = [...approval.given, { ...by, at }];
  const approved = { ...record, approval: { ...approval, given } };
  return given.length < approval.quorum ? approved : to("queued", approved, {});
};

export const refuse: Step<[by: Actor, at: number]> = (record, by, at) =>
  to("refused", record, { endedBy: by, finishedAt: at });

export const expire: Step<[at: number]> = (record, at) =>
  record.approval !== undefined && at >= record.approval.expiresAt
    ? to("expired", record, { finishedAt: at })
    : undefined;

export const declareVoid: Step<[reason: VoidReason, at: number]> = (record, voidReason, at) =>
  to("void", record, { voidReason, finishedAt: at, steps: endSteps(record.steps, at) });

/** A running deployment that was cancelled does not wait for the end of its step, either. */
export const requestStop: Step<[by: Actor, at: number]> = (record, by, at) =>
  record.state === "running" && record.cancelRequestedBy !== undefined && record.stopRequestedBy === undefined
    ? { ...record, stopRequestedBy: by, stopRequestedAt: at }
    : undefined;

/** Ends a deployment that has not started; a running one is asked to stop after its current step. */
export const requestCancel: Step<[by: Actor, at: number]> = (record, by, at) => {
  if (record.state !== "running") {
    const steps = endSteps(record.steps, at);
    return to("cancelled", record, { endedBy: by, finishedAt: at, steps });
  }
  return record.cancelRequestedBy === undefined ? { ...record, cancelRequestedBy: by } : undefined;
};

/** A running deployment has stopped because somebody asked for it. */
export const stopCancelled: Step<[at: number]> = (record, at) =>
  record.state === "running" && record.cancelRequestedBy !== undefined
    ? to("cancelled", record, {
        endedBy: record.cancelRequestedBy,
        finishedAt: at,
        steps: endSteps(record.steps, at),
      })
    : undefined;

/** A step of a running deployment failed: why is kept before anything else is looked at. */
export function failStep(
  record: DeploymentRecord,
  id: string,
  report: Pick<FailureReport, "failure" | "tail">,
  at: number,
): DeploymentRecord | undefined {
  const untouched = provesUntouched(report.failure) && ({ untouched: true } as const);
  const changed = changeStep(record, id, { state: "failed", finishedAt: at, ...untouched });
  return changed && { ...changed, ...report, failedStep: id };
}

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
function endSteps(steps: readonly StepRecord[], at: number): StepRecord[] {
  return steps.map((step) => {
    if (step.state === "running") return { ...step, state: "failed", finishedAt: at };
    if (step.state !== "pending") return step;
    // One that was to run again broke off before: what it did is still not known.
    return { ...step, state: step.run === undefined ? "skipped" : "failed" };
  });
}
