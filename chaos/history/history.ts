import type { MessageText } from "../words/message-text.js";

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
  /** Ids of the deployments that a person cancelled or stopped. */
  readonly cancelled?: ReadonlySet<string>;
  /** What the subject said of the hosts, each time that nothing was under way there. Absent where it says nothing. */
  readonly samples?: readonly Sample[];
  /** What people did besides, and what they were answered. Absent where the traffic is pushes alone. */
  readonly acts?: readonly Act[];
  /** What the subject wrote down. Absent for a subject that writes nothing down. */
  readonly audit?: AuditAccount;
  readonly reattachments: readonly Reattachment[];
  /** How often its process was killed and started again. Absent for a subject that does not say what it goes on with. */
  readonly restarts?: number;
}

/** One moment at which nothing was under way on a host: what it had, and what the subject said that it had. */
export interface Sample extends Release {
  readonly host: HostTruth;
  readonly claim: Claim;
  /** What `/status` answered at that moment, and whether a person had locked the environment. */
  readonly status?: { readonly text: MessageText; readonly isLocked: boolean };
}

export interface HostTruth {
  /** The commit whose restart replaced the application last; absent where none did. */
  readonly application?: string | undefined;
  /** The deployment through which it did, where the host knows. */
  readonly deployment?: string | undefined;
  /** The newest restart never came to its end, or the checkout was moved by hand after it: nobody can know what runs. */
  readonly isOpen: boolean;
  /** HEAD of the checkout; absent where there is none. */
  readonly files?: string | undefined;
}

/** What the subject says of a host. */
export interface Claim {
  readonly application:
    | { readonly kind: "release"; readonly sha: string }
    | { readonly kind: "between"; readonly from?: string | undefined; readonly to: string }
    | { readonly kind: "unknown" | "nothing" };
  /** HEAD of the checkout; absent where the subject does not say. */
  readonly files?: string | undefined;
}

/** One commit for one environment: together they name one deployment, whatever the subject calls it. */
export interface Release {
  readonly environment: string;
  readonly sha: string;
}

export interface Shipment extends Release {
  /** Id of the deployment by which a person brought the commit once more. */
  readonly rollback?: string;
  /** Another commit was pushed to the branch right after it: it is deployed only if it was still the head when it was read. */
  readonly isFollowed?: true;
  readonly steps: readonly PlannedStep[];
}

export interface PlannedStep {
  /** The part of the record's step id before the colon. */
  readonly name: string;
  /** Every line that the step prints when it is left alone. */
  readonly lines: readonly string[];
  /** How the commit makes it fail: before it prints or changes anything, or after its last line. Absent: it succeeds. */
  readonly failure?: { readonly when: "early" | "late"; readonly exitCode: number };
}

/** One line of the log that a step itself keeps. */
export interface Execution extends Release {
  /** `touch`: the restart replaced the application. */
  readonly phase: "begin" | "touch" | "end";
  readonly step: string;
  readonly pid: number;
  /** Id of the deployment that the step belongs to, where the host knows. */
  readonly deployment?: string | undefined;
}

export interface RecordedDeployment extends Release {
  readonly id: string;
  readonly number: number;
  /** An earlier commit was brought once more. */
  readonly isRollback?: boolean;
  /** Number of the deployment that it takes back. */
  readonly takesBack?: number | undefined;
  /** How many people approved it. */
  readonly approvals?: number;
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
  /** All of its words. */
  readonly text: MessageText;
}

/** What a person did, beside pushing, cancelling and stopping. */
export interface Act {
  readonly action: "approve" | "refuse" | "lock" | "unlock" | "rollback";
  readonly environment: string;
  /** Number of the deployment that it was about. */
  readonly deployment?: number;
  /**
   * What the person was answered. `nothing`: that nothing was changed, and nothing is written down. `unclear`: no answer
   * came, or one that says that it is not known.
   */
  readonly answer: "done" | "refused" | "nothing" | "unclear";
}

export interface AuditAccount {
  /** What is wrong with the chain; absent where it is whole. */
  readonly fault?: string;
  /** The oldest first, and those that wait for their place. */
  readonly entries: readonly AuditedEntry[];
}

export interface AuditedEntry {
  readonly action: string;
  readonly environment?: string | undefined;
  /** The deployment's number. */
  readonly deployment?: number | undefined;
  readonly state?: string | undefined;
  readonly step?: string | undefined;
  readonly outcome?: string | undefined;
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

/** The record of a shipment. */
export function isAbout({ environment, sha, rollback }: Shipment): (record: RecordedDeployment) => boolean {
  return (record) =>
    rollback === undefined
      ? record.environment === environment && record.sha === sha && record.isRollback !== true
      : record.id === rollback;
}

/** The lines that the steps of a deployment wrote. Where the host does not know which one it was, its commit tells. */
export function isOf({ id, environment, sha }: RecordedDeployment): (line: Execution) => boolean {
  return ({ deployment, ...line }) =>
    deployment === undefined ? line.environment === environment && line.sha === sha : deployment === id;
}

/** The name that the step has in the execution log. */
export function nameOfStep(id: string): string {
  return id.split(":", 1)[0] ?? id;
}
