import { z } from "zod";
import { ProbeReason } from "../../deployments/probe-reason.js";
import { Actor } from "../../deployments/record.js";

/** One check of a sweep that did not pass. A reason of a later version is left out; the failure still counts. */
export const FailingCheck = z.object({
  id: z.string(),
  reason: ProbeReason.optional().catch(undefined),
  /** The configured host that the check stands for. */
  host: z.string().optional(),
});
export type FailingCheck = z.output<typeof FailingCheck>;

/** A new release that did not hold: what its bake period found. */
export const FailedBake = z.object({
  deploymentId: z.string(),
  action: z.enum(["offer", "rollback"]),
});
export type FailedBake = z.output<typeof FailedBake>;

/**
 * One environment of an incident. `recovering`: it answers again, and must hold. `unwatched`: the configuration does
 * not watch it any more.
 */
export const Member = z.object({
  project: z.string(),
  environment: z.string(),
  state: z.enum(["down", "recovering", "recovered", "unwatched"]),
  /** When the first of its failed probes began: milliseconds since the epoch, as all times here. */
  downSince: z.number(),
  /** When the failure was confirmed: from here on people know. */
  confirmedAt: z.number(),
  /** When the first of its good probes began; only while recovering and recovered. */
  answersSince: z.number().optional(),
  lastGoodAt: z.number().optional(),
  /** As last seen failing. */
  failing: z.array(FailingCheck),
  /** The host that all failing checks stand for, when none of them got an answer. */
  deadHost: z.string().optional(),
  failedBake: FailedBake.optional(),
});
export type Member = z.output<typeof Member>;

const ActorAt = Actor.extend({ at: z.number() });

/** From the first confirmed failure to the confirmed recovery of the last environment; one message tells of it. */
export const Incident = z.object({
  schema: z.literal(1),
  /** 24 hexadecimal digits, as those of a deployment: fits a Discord nonce. */
  id: z.string().regex(/^[0-9a-f]{24}$/),
  channelId: z.string(),
  /** When the first failed probe of all members began. */
  startedAt: z.number(),
  openedAt: z.number(),
  members: z.array(Member).min(1),
  acknowledged: ActorAt.optional(),
  snoozed: ActorAt.extend({ until: z.number() }).optional(),
  /** Roles that were mentioned, each once: in the alert or when their environment joined. */
  mentioned: z.array(z.string()),
  /** Roles that were called because nobody acknowledged, each once. */
  escalatedTo: z.array(z.string()),
  /** When it was closed. */
  closedAt: z.number().optional(),
  /** When the first good probe of the environment that came back last began; absent where none came back. */
  recoveredAt: z.number().optional(),
});
export type Incident = z.output<typeof Incident>;

/** Whether it keeps its incident open. */
export function isActive({ state }: Member): boolean {
  return state === "down" || state === "recovering";
}

/** Whether it may not make a sound. */
export function isSnoozed({ snoozed }: Incident, now: number): boolean {
  return snoozed !== undefined && now < snoozed.until;
}

/** Milliseconds from the first failed probe to the first good one; undefined while nothing is known to be back. */
export function downtimeOf({ startedAt, recoveredAt }: Incident): number | undefined {
  return recoveredAt === undefined ? undefined : recoveredAt - startedAt;
}

/** The host that explains the whole incident; undefined where there is more to it. */
export function hostOf({ members }: Incident): string | undefined {
  const [first, ...others] = members;
  return others.every(({ deadHost }) => deadHost === first?.deadHost) ? first?.deadHost : undefined;
}
