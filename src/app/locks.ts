import type { ManualFreeze, PersonLock } from "../deployments/locks.js";
import type { Refusal } from "../deployments/refusal.js";
import type { DeploymentRequest } from "./request-deployment.js";

/** `/lock`. */
export interface LockRequest {
  readonly person: DeploymentRequest["person"];
  /** May be left out where only one project has the environment. */
  readonly project?: string;
  /** `all`: every environment of the project. */
  readonly environment: string;
  readonly reason: string;
  /** Seconds. @defaultValue 24 h for a lock, none for a freeze */
  readonly forSeconds?: number;
}

/** `/freeze`. */
export type FreezeRequest = LockRequest;

export type LockOutcome =
  | { readonly kind: "locked"; readonly lock: PersonLock | ManualFreeze }
  | { readonly kind: "held"; readonly lock: PersonLock }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export type UnlockOutcome =
  | { readonly kind: "unlocked"; readonly lock: PersonLock | ManualFreeze }
  | { readonly kind: "not-locked" }
  | { readonly kind: "refused"; readonly refusal: Refusal };
