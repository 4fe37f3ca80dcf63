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

const Span = z.object({ from: z.number(), until: z.number() });
export type Span = z.output<typeof Span>;

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
  /** Times in which nobody watched while it was down: nobody knows whether it was. */
  gaps: z.array(Span).optional(),
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

/** So many gaps of a member are told apart; of more, the two that are closest to each other are taken together. */
const MOST_GAPS = 20;

/** The member with one more time in which nobody watched. */
export function withGap(member: Member, gap: Span): Member {
  const { gaps = [] } = member;
  const last = gaps.at(-1);
  const joins = last !== undefined && gap.from <= last.until;
  const next = joins ? gaps.with(-1, { from: last.from, until: gap.until }) : [...gaps, gap];
  return { ...member, gaps: next.length > MOST_GAPS ? withClosestJoined(next) : next };
}

/** As little as can be of what was watched is lost. */
function withClosestJoined(gaps: readonly Span[]): Span[] {
  const watched = gaps.slice(1).map(({ from }, index) => from - (gaps[index]?.until ?? 0));
  const least = watched.indexOf(Math.min(...watched));
  return gaps.flatMap((gap, index) => {
    if (index === least + 1) return [];
    return [index === least ? { from: gap.from, until: gaps[index + 1]?.until ?? gap.until } : gap];
  });
}

/** How much of a time nobody watched. Milliseconds. */
export function unwatchedIn(gaps: readonly Span[], { from, until }: Span): number {
  const clipped = gaps
    .map((gap) => ({ from: Math.max(gap.from, from), until: Math.min(gap.until, until) }))
    .filter((gap) => gap.until > gap.from)
    .sort((a, b) => a.from - b.from);
  let seen = from;
  let sum = 0;
  for (const gap of clipped) {
    sum += Math.max(0, gap.until - Math.max(seen, gap.from));
    seen = Math.max(seen, gap.until);
  }
  return sum;
}

/** How much of its downtime not all of it was watched. Milliseconds. */
export function unwatchedOf({
  members,
  startedAt,
  recoveredAt = Number.POSITIVE_INFINITY,
}: Incident): number {
  return unwatchedIn(
    members.flatMap(({ gaps = [] }) => gaps),
    { from: startedAt, until: recoveredAt },
  );
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
