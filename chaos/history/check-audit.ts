import {
  type Act,
  type AuditedEntry,
  type History,
  hasEnded,
  nameOfStep,
  type RecordedDeployment,
} from "./history.js";
import type { Violation } from "./violation.js";

/** States that a run comes to. */
const RAN: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled", "indeterminate"]);

/** What people do without a deployment: what is written down, by what they typed. */
const SCOPED = ["lock", "unlock"] as const;
/** What is written down of a press under a deployment. */
const PRESSES = { approve: "approval", refuse: "approval-refused" } as const;
/** Nothing in a campaign does what these tell of. */
const NEVER: ReadonlySet<string> = new Set([
  ...["expired", "freeze", "unfreeze", "break-glass", "lock-expired", "marked-failed", "run-again"],
  ...["acknowledge", "snooze", "logs"],
]);

/** No entry is missing, none is there twice, and none says what did not happen; and the chain is whole. */
export function checkAudit({ audit, deployments, cancelled, acts = [] }: History): readonly Violation[] {
  if (audit === undefined) return [];
  const known = new Set<number | undefined>(deployments.map(({ number }) => number));
  return [
    ...(audit.fault === undefined ? [] : [violation(undefined, `the chain is ${audit.fault}`)]),
    ...audit.entries
      .filter(({ deployment }) => deployment !== undefined && !known.has(deployment))
      .map(({ action, deployment }) =>
        violation(undefined, `${action} of #${deployment}, which is not there`),
      ),
    ...audit.entries
      .filter(({ action }) => NEVER.has(action))
      .map(({ action }) => violation(undefined, `${action}, which nobody did`)),
    ...scopedFaults(audit.entries, acts).map((detail) => violation(undefined, detail)),
    ...deployments.filter(hasEnded).flatMap((record) => {
      const wasCancelled = cancelled?.has(record.id) ?? false;
      const entries = audit.entries.filter(({ deployment }) => deployment === record.number);
      const own = acts.filter(({ deployment }) => deployment === record.number);
      return [...faultsOf(record, entries, wasCancelled), ...pressFaults(own, entries, wasCancelled)].map(
        (detail) => violation(record, detail),
      );
    }),
  ];
}

/** Locks, and commands that were refused, on each environment. */
function scopedFaults(entries: readonly AuditedEntry[], acts: readonly Act[]): readonly string[] {
  const environments = new Set([...entries, ...acts].map(({ environment }) => environment));
  return [...environments].flatMap((environment) => {
    const own = acts.filter((act) => act.environment === environment && act.deployment === undefined);
    const there = entries.filter(
      (entry) => entry.environment === environment && entry.deployment === undefined,
    );
    return [
      ...SCOPED.flatMap((action) =>
        answered(
          `${action} on ${environment}`,
          own.filter((act) => act.action === action),
          there.filter((entry) => entry.action === action),
        ),
      ),
      ...refusals(`a refusal on ${environment}`, own, there),
    ];
  });
}

function pressFaults(
  acts: readonly Act[],
  entries: readonly AuditedEntry[],
  wasCancelled: boolean,
): readonly string[] {
  const presses = Object.entries(PRESSES).flatMap(([action, entry]) =>
    answered(
      entry,
      acts.filter((act) => act.action === action),
      entries.filter((each) => each.action === entry),
    ),
  );
  // A person who cancels may be refused, too, and nobody wrote down the answer.
  return wasCancelled ? presses : [...presses, ...refusals("a refusal", acts, entries)];
}

/** Each act that was answered as done has its entry, and no entry is without an act. */
function answered(name: string, acts: readonly Act[], entries: readonly AuditedEntry[]): readonly string[] {
  const done = acts.filter(({ answer }) => answer === "done").length;
  return within(name, entries.length, done, done + unclear(acts));
}

function refusals(name: string, acts: readonly Act[], entries: readonly AuditedEntry[]): readonly string[] {
  const refused = acts.filter(({ answer }) => answer === "refused").length;
  const found = entries.filter(({ action }) => action === "refusal").length;
  return within(name, found, refused, refused + unclear(acts));
}

function unclear(acts: readonly Act[]): number {
  return acts.filter(({ answer }) => answer === "unclear").length;
}

function within(name: string, found: number, least: number, most: number): readonly string[] {
  if (found >= least && found <= most) return [];
  return [`${found} entries tell of ${name} instead of ${least === most ? most : `${least} to ${most}`}`];
}

function faultsOf(
  record: RecordedDeployment,
  entries: readonly AuditedEntry[],
  wasCancelled: boolean,
): readonly string[] {
  const { state, steps, isRollback, approvals = 0 } = record;
  const of = (action: string) => entries.filter((entry) => entry.action === action);
  const hasRun = of("started").length > 0;
  const ended = of("ended");
  return [
    ...counted("request", of("request").length, 1),
    ...counted("started", of("started").length, steps.length > 0 && RAN.has(state) ? 1 : undefined),
    ...counted("ended", ended.length, RAN.has(state) && hasRun ? 1 : 0),
    ...counted("cancel", of("cancel").length, state === "cancelled" ? 1 : wasCancelled ? undefined : 0),
    ...counted("stop", of("stop").length, wasCancelled ? undefined : 0),
    ...counted("approval", of("approval").length, approvals),
    ...counted("approval-refused", of("approval-refused").length, state === "refused" ? 1 : 0),
    ...counted("void", of("void").length, state === "void" ? 1 : 0),
    // A rollback by a person keeps others away, once it has succeeded.
    ...counted("lock", of("lock").length, isRollback && state === "succeeded" ? 1 : 0),
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
