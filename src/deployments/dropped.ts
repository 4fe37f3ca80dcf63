import { createHash } from "node:crypto";
import { z } from "zod";
import { PersonLock } from "./locks.js";
import { Actor, type Target } from "./record.js";
import type { Refusal } from "./refusal.js";
import { Release, type Sha } from "./release.js";

const Ci = z.enum([
  ...["pending", "failed", "missing", "unknown"],
  ...["token-refused", "not-allowed", "unseen", "rate-limited"],
] as const);
const SourceFault = z.enum(["nothing", "unknown", "mixed", "adopted", "not-succeeded", "changing"]);
const Ended = z.enum(["cancelled", "refused", "expired", "void"]);
type Ended = z.output<typeof Ended>;

/** Why a push or a schedule was not deployed. */
export const DropReason = z.discriminatedUnion("code", [
  z.object({ code: z.literal("locked"), environment: z.string(), lock: PersonLock }),
  z.object({
    ...{ code: z.literal("frozen"), environment: z.string(), reason: z.string() },
    until: z.number().optional(),
  }),
  z.object({
    ...{ code: z.literal("not-on-source"), source: z.string(), running: z.string().optional() },
    why: SourceFault.optional(),
  }),
  z.object({ code: z.literal("not-validated"), source: z.string(), ci: Ci }),
  /** It joined the request of a person for the same commit, which then ended without a deployment. */
  z.object({ code: z.literal("request-ended"), number: z.int(), state: Ended }),
  /** Any other refusal, by its code. */
  z.object({ code: z.literal("other"), refusal: z.string() }),
]);
export type DropReason = z.output<typeof DropReason>;

/** One push or one time of a schedule that was not deployed. */
export const Drop = z.object({
  /** Names it: the same one counts once. */
  key: z.string(),
  source: z.enum(["push", "schedule"]),
  /** The branch, or the ref of the schedule. */
  ref: z.string(),
  repository: z.string(),
  /** Absent for a schedule that was refused before its ref was resolved. */
  release: Release.optional(),
  /** Milliseconds since the epoch. */
  at: z.number(),
});
export type Drop = z.output<typeof Drop>;

/** How an episode ended: by the button, or because a deployment brought the commit or a descendant. */
const End = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("button"), number: z.int(), by: Actor }),
  /** The number is absent where hosts got the commit through different deployments. */
  z.object({ kind: z.literal("runs"), number: z.int().optional() }),
]);
export type EpisodeEnd = z.output<typeof End>;

/** What one message is about: all that was dropped since the last time that nothing was left to deploy. */
export const Episode = z.object({
  /** 24 hexadecimal digits: fits a nonce. */
  id: z.string().regex(/^[0-9a-f]{24}$/),
  since: z.number(),
  pushes: z.int(),
  schedules: z.int(),
  newest: Drop,
  reason: DropReason,
  /** The pair of commits that was compared last, so that GitHub is asked once for each. */
  compared: z.string().optional(),
  end: End.optional(),
});
export type Episode = z.output<typeof Episode>;

/** What was dropped in one environment. */
export const Dropped = z.object({
  project: z.string(),
  environment: z.string(),
  /** The newest keys that were counted. */
  seen: z.array(z.string()),
  /** What joined a request that has not ended, by the id of that request's deployment. */
  joined: z.array(Drop.extend({ deployment: z.string() })),
  episode: Episode.optional(),
  /** The one before: its message may still have to be told how it ended. */
  previous: Episode.optional(),
  unreadable: z.literal(true).optional(),
});
export type Dropped = z.output<typeof Dropped>;

const SEEN_KEPT = 200;
const JOINED_KEPT = 50;

export function nothingDropped({ project, environment }: Target): Dropped {
  return { project, environment, seen: [], joined: [] };
}

/** @returns undefined for a drop that was counted before */
export function withDrop(dropped: Dropped, drop: Drop, reason: DropReason): Dropped | undefined {
  if (dropped.seen.includes(drop.key)) return undefined;
  const open = dropped.episode?.end === undefined ? dropped.episode : undefined;
  const { pushes, schedules } = open ?? { pushes: 0, schedules: 0 };
  const previous = open === undefined ? dropped.episode : dropped.previous;
  return {
    ...dropped,
    seen: [...dropped.seen, drop.key].slice(-SEEN_KEPT),
    ...(previous && { previous }),
    episode: {
      id: open?.id ?? episodeId(dropped, drop),
      since: open?.since ?? drop.at,
      pushes: pushes + (drop.source === "push" ? 1 : 0),
      schedules: schedules + (drop.source === "schedule" ? 1 : 0),
      newest: drop,
      reason,
    },
  };
}

/** @returns undefined for a drop that is known */
export function withJoined(dropped: Dropped, drop: Drop, deployment: string): Dropped | undefined {
  const isKnown = dropped.seen.includes(drop.key) || dropped.joined.some(({ key }) => key === drop.key);
  if (isKnown) return undefined;
  return { ...dropped, joined: [...dropped.joined, { ...drop, deployment }].slice(-JOINED_KEPT) };
}

/** @returns undefined where that episode is over or unknown */
export function withEnd(dropped: Dropped, episodeId: string, end: EpisodeEnd): Dropped | undefined {
  const { episode } = dropped;
  if (episode === undefined || episode.id !== episodeId || episode.end !== undefined) return undefined;
  return { ...dropped, episode: { ...episode, end } };
}

/** What is kept of a refusal. */
export function dropReason(refusal: Refusal): DropReason {
  const parsed = DropReason.safeParse(refusal);
  return parsed.success ? parsed.data : { code: "other", refusal: refusal.code };
}

/** @returns undefined for a request that was deployed, or may still be */
export function endedWithout(state: string): Ended | undefined {
  return Ended.safeParse(state).data;
}

/** Names the comparison of the newest dropped commit with what runs. */
export function comparisonOf(newest: Sha, running: Sha): string {
  return `${newest}...${running}`;
}

/** The same first drop is the same episode, also where what was stored is lost. */
function episodeId({ project, environment }: Target, { key }: Drop): string {
  return createHash("sha256")
    .update(JSON.stringify(["dropped", project, environment, key]))
    .digest("hex")
    .slice(0, 24);
}
