import type { DeploymentRecord, DeploymentState } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import type { FoundTarget } from "../deployments/targets.js";

/** What becomes of a request for a deployment. An accepted one may still wait for its approval. */
export type RequestOutcome =
  | {
      readonly kind: "accepted";
      readonly record: DeploymentRecord;
      readonly target: FoundTarget;
      /** The same commit was on its way already: nothing new was started. */
      readonly already?: true;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Why a button or a modal changes nothing. */
export type ActionRefusal =
  | { readonly code: "not-found" }
  /** What was dropped runs, or was deployed by somebody else. */
  | { readonly code: "settled-already" }
  | { readonly code: "already-decided"; readonly state: DeploymentState }
  | { readonly code: "not-approver"; readonly environment: string; readonly roles: readonly string[] }
  | { readonly code: "own-request" }
  | { readonly code: "approved-already" }
  | { readonly code: "wrong-word"; readonly typed: string }
  | { readonly code: "cancel-requested-already" }
  /** It cannot go on: another deployment has run there since. */
  | { readonly code: "newer-ran"; readonly number: number }
  /** What was to be deployed again is not what runs there any more, or that is not known for certain. */
  | { readonly code: "runs-no-longer"; readonly environment: string }
  | Refusal;

/** What becomes of a button or a modal about one deployment. */
export type ActionOutcome =
  | { readonly kind: "done"; readonly record: DeploymentRecord }
  /** One more approval; others are still needed. */
  | { readonly kind: "counted"; readonly record: DeploymentRecord; readonly missing: number }
  /** Another deployment was started: a rollback or a retry. */
  | {
      readonly kind: "started";
      readonly record: DeploymentRecord;
      readonly target: FoundTarget;
      readonly already?: true;
    }
  | { readonly kind: "refused"; readonly refusal: ActionRefusal };
