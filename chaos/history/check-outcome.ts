import {
  type Execution,
  type History,
  hasEnded,
  isAbout,
  isOf,
  nameOfStep,
  type PlannedStep,
  type RecordedDeployment,
  type Shipment,
} from "./history.js";
import type { Violation, ViolationKind } from "./violation.js";

/** What a deployment may end as, besides succeeded, though every one of its steps would succeed. */
const HONEST_FAILURE = "unreachable";

/** The record of one shipment must be there, final, and say what the host says. */
export function checkOutcome(history: History, shipment: Shipment): readonly Violation[] {
  const { environment, sha } = shipment;
  const records = history.deployments.filter(isAbout(shipment));
  const [record] = records;
  const hasRun = history.executions.some((line) => line.environment === environment && line.sha === sha);
  if (record === undefined && shipment.isFollowed && !hasRun) return [];
  if (record === undefined) return [{ kind: "lost", environment, sha, detail: "there is no record of it" }];
  const found = violation(record);
  if (records.length > 1) return [found("lost", `${records.length} records tell of it`)];
  if (!hasEnded(record)) return [found("lost", `it has no end: ${describe(record)}`)];
  const executions = history.executions.filter(isOf(record));
  const wasKilled = history.killedRunners.some(({ deployment }) => deployment === record.id);
  const wasCancelled = history.cancelled?.has(record.id) ?? false;
  const wasRefused = history.acts?.some(
    ({ action, deployment, ...act }) =>
      action === "refuse" && deployment === record.number && act.environment === environment,
  );
  if (record.state === "refused" && wasRefused) return executions.map((line) => ranThough(line, record));
  return [
    ...checkState(record, shipment, { wasKilled, wasCancelled }),
    ...shipment.steps.flatMap((step) => checkStep(record, step, executions, wasKilled || wasCancelled)),
  ];
}

function ranThough({ step }: Execution, record: RecordedDeployment): Violation {
  return violation(record)("lost", `${step} ran, though the deployment was refused`);
}

/** What was done to a deployment from outside. */
interface Disturbed {
  readonly wasKilled: boolean;
  readonly wasCancelled: boolean;
}

function checkState(
  record: RecordedDeployment,
  { steps }: Shipment,
  { wasKilled, wasCancelled }: Disturbed,
): readonly Violation[] {
  const found = violation(record);
  const { state, failure } = record;
  if (wasKilled) {
    return state === "indeterminate" ? [] : [found("not-indeterminate", `it is ${describe(record)}`)];
  }
  if (state === "indeterminate") return [found("unexplained-indeterminate", describe(record))];
  if (state === "cancelled" && wasCancelled) return [];
  if (state === "failed" && failure === HONEST_FAILURE) return [];
  const failing = steps.find((step) => step.failure !== undefined);
  if (failing === undefined) {
    return state === "succeeded"
      ? []
      : [found("lost", `it ended as ${describe(record)}, though its steps succeed`)];
  }
  if (state === "succeeded") return [found("false-success", `it succeeded, though ${failing.name} fails`)];
  const isExpected = failure === "exited" && nameOfStep(record.failedStep ?? "") === failing.name;
  return isExpected ? [] : [found("lost", `it ended as ${describe(record)}, though ${failing.name} fails`)];
}

function checkStep(
  record: RecordedDeployment,
  { name }: PlannedStep,
  executions: readonly Execution[],
  wasDisturbed: boolean,
): readonly Violation[] {
  const found = violation(record);
  const step = record.steps.find(({ id }) => nameOfStep(id) === name);
  const state = step?.state ?? "absent";
  const saw = (phase: Execution["phase"]) =>
    executions.some((line) => line.step === name && line.phase === phase);
  if (!saw("end") && (state === "succeeded" || record.state === "succeeded")) {
    return [found("false-success", `${name} is recorded as ${state}; the host has not seen its end`)];
  }
  const mayBeUnknown = wasDisturbed && step !== undefined && step.id === record.failedStep;
  if (saw("end") && state !== "succeeded" && !mayBeUnknown) {
    return [found("lost", `the host has seen the end of ${name}, which is recorded as ${state}`)];
  }
  if (saw("begin") && (state === "pending" || state === "skipped" || state === "absent")) {
    return [found("lost", `${name} began on the host, and is recorded as ${state}`)];
  }
  return [];
}

function violation({ environment, sha, id }: RecordedDeployment) {
  return (kind: ViolationKind, detail: string): Violation => ({
    kind,
    environment,
    sha,
    deployment: id,
    detail,
  });
}

function describe({ state, failure, failedStep }: RecordedDeployment): string {
  const reason = failure === undefined ? "" : ` (${failure})`;
  return `${state}${reason}${failedStep === undefined ? "" : ` at ${failedStep}`}`;
}
