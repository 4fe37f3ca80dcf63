/** What really happened in one campaign, gathered from every witness: the judge reads nothing else. */
export interface History {
  /** What was asked for, and accepted. */
  readonly shipments: readonly Shipment[];
  /** What the steps wrote on their hosts, each host's lines in the order in which they were written. */
  readonly executions: readonly Execution[];
  /** What the subject says became of it. */
  readonly deployments: readonly RecordedDeployment[];
  /** By deployment id: the output as the subject stored it. Absent for a subject that stores none. */
  readonly logs?: ReadonlyMap<string, string>;
  /** What people see. Absent for a subject that tells nobody. */
  readonly messages?: readonly PostedMessage[];
  /** Runs whose runner was killed on the host before it could write an outcome down. */
  readonly killedRunners: readonly KilledRunner[];
  readonly reattachments: readonly Reattachment[];
  /** How often its process was killed and started again. Absent for a subject that does not say what it goes on with. */
  readonly restarts?: number;
}

/** One commit for one environment: together they name one deployment, whatever the subject calls it. */
export interface Release {
  readonly environment: string;
  readonly sha: string;
}

export interface Shipment extends Release {
  readonly steps: readonly PlannedStep[];
}

export interface PlannedStep {
  /** The part of the record's step id before the colon. */
  readonly name: string;
  /** Every line that the step prints when it is left alone. */
  readonly lines: readonly string[];
}

/** One line of the log that a step itself keeps. */
export interface Execution extends Release {
  readonly phase: "begin" | "end";
  readonly step: string;
  readonly pid: number;
}

export interface RecordedDeployment extends Release {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly steps: readonly { readonly id: string; readonly state: string }[];
  readonly failedStep?: string | undefined;
  /** Why it did not succeed, as a code. */
  readonly failure?: string | undefined;
}

export interface PostedMessage {
  readonly environment: string;
  readonly number: number;
  /** The state that it shows; undefined where it shows none that is known. */
  readonly state: string | undefined;
  readonly buttons: readonly string[];
}

export interface KilledRunner {
  /** Id of the deployment. */
  readonly deployment: string;
}

export interface Reattachment {
  readonly deployment: string;
  /** From the start of the process to its word that it follows the deployment; infinite where it had not come in time. */
  readonly milliseconds: number;
}

/** States that nothing changes any more. */
const FINAL: ReadonlySet<string> = new Set([
  "succeeded",
  "failed",
  "superseded",
  "cancelled",
  "refused",
  "expired",
  "void",
  "indeterminate",
]);

export function hasEnded({ state }: Pick<RecordedDeployment, "state">): boolean {
  return FINAL.has(state);
}

export function isAbout(release: Release): (other: Release) => boolean {
  return ({ environment, sha }) => environment === release.environment && sha === release.sha;
}

/** The name that the step has in the execution log. */
export function nameOfStep(id: string): string {
  return id.split(":", 1)[0] ?? id;
}
