import type { ProbeReason } from "../../deployments/probe-reason.js";
import type { Actor, DeploymentRecord, Target } from "../../deployments/record.js";

/** What one check of an environment found. */
export interface CheckResult {
  /** Stable for the same configuration, and what people read: the URL, or what the check is called. */
  readonly id: string;
  readonly ok: boolean;
  readonly reason?: ProbeReason | undefined;
  readonly latencyMs?: number | undefined;
  /** The configured host that the check stands for, where it is one. */
  readonly host?: string | undefined;
  /** It is asked by a name, which had to be resolved. */
  readonly named?: boolean | undefined;
}

/** All checks of one environment, made at the same time. */
export interface Sweep {
  readonly kind: "swept";
  readonly target: Target;
  /** When the sweep began: milliseconds since the epoch, as all times here. */
  readonly at: number;
  readonly endedAt?: number;
  readonly checks: readonly CheckResult[];
  /** Why other checks could not be made: the system's code for what is wrong with Slipway's own machine. */
  readonly own?: string;
}

export interface DeploymentStarted {
  readonly kind: "deployment-started";
  readonly target: Target;
  readonly at: number;
  readonly deploymentId: string;
}

export interface DeploymentEnded {
  readonly kind: "deployment-ended";
  readonly target: Target;
  readonly at: number;
  readonly deployment: Pick<DeploymentRecord, "id" | "kind" | "state"> & {
    /** Whether the environment's health checks were among its steps, and passed. */
    readonly checked?: boolean;
  };
}

/** A person pressed a button under the message of an incident. */
export interface Acknowledged {
  readonly kind: "acknowledged";
  readonly incidentId: string;
  readonly by: Actor;
  readonly at: number;
}

export interface Snoozed {
  readonly kind: "snoozed";
  readonly incidentId: string;
  readonly by: Actor;
  readonly at: number;
}

/**
 * The clock went on: to be sent about once a minute, and once with `restarted` when Slipway starts. It also mends
 * what was lost: probes that never came, and deployments whose beginning or end nobody told.
 */
export interface Ticked {
  readonly kind: "ticked";
  /** Taken before `deploying` was looked up. */
  readonly at: number;
  readonly deploying: readonly (Target & { readonly deploymentId: string })[];
  readonly restarted?: true;
}

/** The rollback that a failed bake period asked for could not be begun. */
export interface RollbackRefused {
  readonly kind: "rollback-refused";
  readonly incidentId: string;
  readonly target: Target;
  readonly deploymentId: string;
  readonly at: number;
}

export type MonitorEvent =
  | Sweep
  | DeploymentStarted
  | DeploymentEnded
  | Acknowledged
  | Snoozed
  | RollbackRefused
  | Ticked;
