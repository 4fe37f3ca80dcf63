import type { Target } from "../deployments/record.js";

/** What is written down. Each line of the trail says who did what, when, from where, with which outcome. */
export type AuditAction =
  | "request"
  | "refusal"
  | "approval"
  | "approval-refused"
  | "void"
  | "expired"
  | "cancel"
  | "stop"
  | "marked-failed"
  | "run-again"
  | "superseded"
  | "started"
  | "resumed"
  | "step"
  | "ended"
  | "lock"
  | "unlock"
  | "lock-expired"
  | "freeze"
  | "unfreeze"
  | "break-glass"
  | "acknowledge"
  | "snooze"
  | "logs";

export type AuditActor =
  | { readonly kind: "person"; readonly userId: string; readonly userName: string }
  | { readonly kind: "github"; readonly login: string }
  | { readonly kind: "slipway" };

export interface AuditEntry {
  readonly action: AuditAction;
  readonly actor: AuditActor;
  /** Where it came from. */
  readonly source: "discord" | "github" | "schedule" | "worker" | "cli";
  readonly target?: Target;
  /** The deployment's number. */
  readonly deployment?: number;
  /** Facts in plain values; never a secret, never output. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** Takes entries about what changes nothing in Redis, in order, for ever; a change brings its entry itself. */
export interface AuditTrail {
  /** @throws Error when the entry could not be kept: what was to be done must then not be done */
  append(entry: AuditEntry): Promise<void>;
}
