import { type AuditedEntry, type History, hasEnded, nameOfStep, type RecordedDeployment } from "./history.js";
import type { Violation } from "./violation.js";

/** States that a run comes to. */
const RAN: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled", "indeterminate"]);

/** No entry is missing, none is there twice, and none says what did not happen; and the chain is whole. */
export function checkAudit({ audit, deployments, cancelled }: History): readonly Violation[] {
  if (audit === undefined) return [];
  const known = new Set<number | undefined>(deployments.map(({ number }) => number));
  return [
    ...(audit.fault === undefined ? [] : [violation(undefined, `the chain is ${audit.fault}`)]),
    ...audit.entries
      .filter(({ deployment }) => deployment !== undefined && !known.has(deployment))
      .map(({ action, deployment }) =>
        violation(undefined, `${action} of #${deployment}, which is not there`),
      ),
    ...deployments.filter(hasEnded).flatMap((record) => {
      const wasCancelled = cancelled?.has(record.id) ?? false;
      return faultsOf(
        record,
        audit.entries.filter(({ deployment }) => deployment === record.number),
        wasCancelled,
      ).map((detail) => violation(record, detail));
    }),
  ];
}

function faultsOf(
  record: RecordedDeployment,
  entries: readonly AuditedEntry[],
  wasCancelled: boolean,
): readonly string[] {
  const { state, steps } = record;
  const of = (action: string) => entries.filter((entry) => entry.action === action);
  const hasRun = of("started").length > 0;
  const ended = of("ended");
  return [
    ...counted("request", of("request").length, 1),
    ...counted("started", of("started").length, steps.length > 0 && RAN.has(state) ? 1 : undefined),
    ...counted("ended", ended.length, RAN.has(state) && hasRun ? 1 : 0),
    ...counted("cancel", of("cancel").length, state === "cancelled" ? 1 : wasCancelled ? undefined : 0),
    ...counted("superseded", of("superseded").length, state === "superseded" ? 1 : 0),
    ...ended
      .filter((entry) => entry.state !== state)
      .map((entry) => `ended as ${entry.state}; it is ${state}`),
    ...steps.flatMap((step) =>
      stepFaults(
        step,
        of("step").filter(({ step: id }) => id === step.id),
      ),
    ),
  ];
}

/** A step that was ended from outside has no entry of its own. */
function stepFaults(
  { id, state }: RecordedDeployment["steps"][number],
  entries: readonly AuditedEntry[],
): readonly string[] {
  const name = `step ${nameOfStep(id)}`;
  const wanted = state === "succeeded" ? 1 : state === "failed" ? undefined : 0;
  const wrong = entries.filter(({ outcome }) => outcome !== state);
  return [
    ...counted(name, entries.length, wanted),
    ...wrong.map(({ outcome }) => `${name} ${outcome}; it is ${state}`),
  ];
}

/** @param wanted undefined: none or one */
function counted(name: string, found: number, wanted: number | undefined): readonly string[] {
  if (wanted === undefined ? found <= 1 : found === wanted) return [];
  return [`${found} entries tell of ${name} instead of ${wanted ?? "at most 1"}`];
}

function violation(record: RecordedDeployment | undefined, detail: string): Violation {
  const { environment = "?", sha = "?", id, number } = record ?? {};
  const prefix = number === undefined ? "" : `#${number}: `;
  return {
    kind: "audit",
    environment,
    sha,
    ...(id !== undefined && { deployment: id }),
    detail: prefix + detail,
  };
}
