import { type DeploymentRecord, provesUntouched, type StepRecord } from "./record.js";
import {
  FIRST_ORDER,
  type HostEntry,
  type RunningApplication,
  type RunningFiles,
  type RunningRelease,
  releaseOf,
} from "./running.js";

/**
 * What runs on a host, by the steps of deployments that were recorded before `running` was kept.
 * @param records in any order
 * @returns undefined where no deployment ever changed the host
 */
export function entryFromRecords(records: readonly DeploymentRecord[], host: string): HostEntry | undefined {
  const started = records
    .filter(({ startedAt }) => startedAt !== undefined)
    .sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
  const application = applicationFrom(started, host);
  if (application === undefined) return undefined;
  const files = filesFrom(started, host);
  return { schema: 1, application, ...(files && { files }), order: FIRST_ORDER };
}

function applicationFrom(
  [record, ...older]: readonly DeploymentRecord[],
  host: string,
): RunningApplication | undefined {
  if (record === undefined) return undefined;
  const effect = effectOn(record, host);
  if (effect.kind === "none") return applicationFrom(older, host);
  const { id, number } = record;
  const deployment = { id, number };
  const release = releaseOf(record);
  const { since } = effect;
  if (effect.kind === "done") return { kind: "release", release, since, deployment, source: "step" };
  const last = lastIn(older, host);
  const unknown = { kind: "unknown", since, ...(last && { last }) } as const;
  if (effect.kind === "failed") return { ...unknown, deployment };
  return { kind: "between", to: release, since, deployment, run: effect.run, before: unknown };
}

/** What ran for certain before the deployments that left it open. */
function lastIn(records: readonly DeploymentRecord[], host: string): RunningRelease | undefined {
  const certain = records.find((record) => effectOn(record, host).kind === "done");
  return certain && releaseOf(certain);
}

type Effect =
  | { readonly kind: "none" }
  | { readonly kind: "done"; readonly since: number }
  | { readonly kind: "failed"; readonly since: number }
  | { readonly kind: "running"; readonly since: number; readonly run: string };

/** What a deployment did to the application on a host. */
function effectOn(record: DeploymentRecord, host: string): Effect {
  const steps = record.steps.filter((step) => step.host === host);
  const since = record.finishedAt ?? record.startedAt ?? record.createdAt;
  const step = steps.findLast(({ effect }) => effect === "application");
  // Before steps had effects, only the outcome of the whole told.
  if (step === undefined) {
    const ran = record.state === "succeeded" && steps.length > 0;
    return ran ? { kind: "done", since } : { kind: "none" };
  }
  const at = step.finishedAt ?? step.startedAt ?? since;
  if (step.state === "succeeded") return { kind: "done", since: at };
  if (step.run === undefined || hasNotStarted(record, step)) return { kind: "none" };
  return step.state === "running"
    ? { kind: "running", since: at, run: step.run }
    : { kind: "failed", since: at };
}

function hasNotStarted({ failure, failedStep }: DeploymentRecord, { id, state }: StepRecord): boolean {
  if (state === "skipped") return true;
  return state === "failed" && failedStep === id && failure !== undefined && provesUntouched(failure);
}

function filesFrom(records: readonly DeploymentRecord[], host: string): RunningFiles | undefined {
  for (const { steps, release } of records) {
    const step = steps.findLast((each) => each.host === host && each.effect === "files");
    if (step?.state === "succeeded") return { kind: "at", sha: release.sha };
    if (step?.run !== undefined && step.state !== "skipped") return { kind: "moving", to: release.sha };
  }
  return undefined;
}
