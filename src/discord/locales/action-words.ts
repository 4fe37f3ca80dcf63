import type { ActionRefusal } from "../../app/outcomes.js";
import type { DeploymentRecord, DeploymentState } from "../../deployments/record.js";
import type { Refusal } from "../../deployments/refusal.js";

/** What can be pressed under a message. */
export type ButtonAction =
  | "approve"
  | "refuse"
  | "cancel"
  | "stop"
  | "mark-failed"
  | "run-again"
  | "rollback"
  | "retry"
  | "unlock"
  | "deploy-newest"
  | "deploy-again";

/** Refusals that only buttons and forms know. */
export type OwnActionRefusal = Exclude<ActionRefusal, { code: Refusal["code"] }>;

/** The words around buttons and forms. */
export interface ActionWords {
  readonly button: Readonly<Record<ButtonAction, string>>;
  /** Discord's limits: 45 characters a title, 45 a label. */
  readonly form: {
    readonly title: Readonly<Record<DeploymentRecord["kind"], (environment: string) => string>>;
    readonly label: (commit: string, environment: string) => string;
  };
  readonly approved: (number: number) => string;
  readonly counted: (number: number, missing: number) => string;
  /** What was approved is not what would run any more. */
  readonly voided: (number: number) => string;
  readonly refused: (number: number) => string;
  readonly cancelled: (number: number) => string;
  readonly stopping: (number: number) => string;
  readonly stoppingNow: (number: number) => string;
  readonly markedFailed: (number: number) => string;
  readonly runsAgain: (number: number) => string;
  readonly refusal: (refusal: OwnActionRefusal) => string;
  /** Why it is too late for a decision. */
  readonly decided: Readonly<Record<DeploymentState, string>>;
  readonly foreign: string;
  readonly pressAgain: string;
  readonly failed: string;
}
