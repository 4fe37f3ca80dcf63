import { z } from "zod";
import type { Target } from "../../deployments/record.js";
import { type Incident, isActive, type Member } from "./incident.js";

/** What is known of one environment, beside the incidents that it is in. */
export const EnvironmentHealth = z.object({
  project: z.string(),
  environment: z.string(),
  /** When the newest sweep that counted began: milliseconds since the epoch, as all times here. */
  lastAt: z.number().optional(),
  /** When that sweep ended. */
  lastEndedAt: z.number().optional(),
  /** When the newest sweep began in which the other side of a check was heard of, and of a check that is asked by a name. */
  heardAt: z.number().optional(),
  resolvedAt: z.number().optional(),
  /** When the newest sweep began that heard nothing, and that may be Slipway's own fault. */
  silentAt: z.number().optional(),
  /** Slipway cannot look: nothing is known since then. `code`: the system's, where it tells. */
  blind: z.object({ since: z.number(), code: z.string().optional() }).optional(),
  lastGoodAt: z.number().optional(),
  /** The newest sweeps with the same verdict, without a gap. */
  run: z.object({ ok: z.boolean(), since: z.number(), count: z.int() }).optional(),
  /** A deployment runs there: what is probed meanwhile does not count. */
  suspended: z.object({ since: z.number(), deploymentId: z.string() }).optional(),
  /** The deployment that ended last, and when. Sweeps that began before do not count. */
  ended: z.object({ at: z.number(), deploymentId: z.string() }).optional(),
  /** The watch over a new release. */
  bake: z
    .object({ deploymentId: z.string(), until: z.number(), action: z.enum(["offer", "rollback"]) })
    .optional(),
  /** How often it fell again in short succession, and when it was last believed to be back. */
  flaps: z.object({ count: z.int(), recoveredAt: z.number().optional() }).optional(),
  /** The probe outside of the schedule that was asked for. */
  nextProbeAt: z.number().optional(),
});
export type EnvironmentHealth = z.output<typeof EnvironmentHealth>;

/** A time in which Slipway's own network, or another fault of its own machine, kept it from looking. */
export const Blindness = z.object({
  /** 24 hexadecimal digits, as those of an incident. */
  id: z.string().regex(/^[0-9a-f]{24}$/),
  since: z.number(),
  /** Absent while it lasts. */
  until: z.number().optional(),
  /** The system's code, where it tells. */
  code: z.string().optional(),
  /** How many environments could not be looked at, at most. */
  environments: z.int(),
  /** The roles that were called because it lasted: only a person can tell whether everything is down. */
  called: z.array(z.string()).optional(),
});
export type Blindness = z.output<typeof Blindness>;

/** All that incidents are decided on: plain data. */
export interface Board {
  /** By `targetKey`. */
  readonly environments: Readonly<Record<string, EnvironmentHealth>>;
  /** The open ones, by id. */
  readonly incidents: Readonly<Record<string, Incident>>;
  /** The last one that people were told of. */
  readonly blindness?: Blindness | undefined;
  /** The moment of the last summary, by channel and period. */
  readonly summarized: Readonly<Record<string, number>>;
}

export const EMPTY_BOARD: Board = { environments: {}, incidents: {}, summarized: {} };

/** Names have no slash. */
export function targetKey({ project, environment }: Target): string {
  return `${project}/${environment}`;
}

export function sameTarget(a: Target, b: Target): boolean {
  return a.project === b.project && a.environment === b.environment;
}

export function healthOf(board: Board, { project, environment }: Target): EnvironmentHealth {
  return board.environments[targetKey({ project, environment })] ?? { project, environment };
}

export function memberOf(incident: Incident, target: Target): Member | undefined {
  return incident.members.find((member) => sameTarget(member, target));
}

/**
 * The open incident that the environment belongs to, also when it is up again before the others. Of several it is the one
 * that it is not back from, else the one that it fell in last: an older one may go on without it.
 */
export function incidentOf(board: Board, target: Target): Incident | undefined {
  const rank = (incident: Incident) => {
    const member = memberOf(incident, target);
    return member === undefined || isActive(member) ? Number.POSITIVE_INFINITY : member.downSince;
  };
  return Object.values(board.incidents)
    .filter((incident) => memberOf(incident, target) !== undefined)
    .reduce<Incident | undefined>(
      (best, each) => (best === undefined || rank(each) > rank(best) ? each : best),
      undefined,
    );
}
