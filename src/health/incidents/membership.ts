import { createHash } from "node:crypto";
import { type EnvironmentHealth, incidentOf, memberOf, targetKey } from "./board.js";
import { type Incident, isActive, isSnoozed, type Member } from "./incident.js";
import { replaceMember, type Turn, withEffect, withHealth, withIncident, withoutIncident } from "./turn.js";
import type { Watched } from "./watched.js";

/** What falls again within this time of its recovery flaps, and must hold longer the next time. Milliseconds. */
const FLAP_MEMORY_MS = 3_600_000;
/** What begins within this time of each other is taken for one outage. Milliseconds. */
const TOGETHER_MS = 300_000;
/** A slow confirmation may see the same outage so many times its own length later. */
const TOGETHER_CONFIRMATIONS = 2;

/** What a failed sweep shows. */
export type Seen = Pick<Member, "failing" | "deadHost">;

/**
 * A confirmed failure: of an incident that is open already, or of a new one. Whoever comes into an open one is told of
 * by an edit, which notifies nobody: so only what is the same outage may.
 */
export function enter(turn: Turn, watched: Watched, health: EnvironmentHealth, seen: Seen, at: number): Turn {
  const downSince = health.run?.since ?? at;
  const member: Member = {
    ...{ project: watched.project, environment: watched.environment, state: "down" },
    ...{ downSince, confirmedAt: at, lastGoodAt: health.lastGoodAt },
    ...seen,
  };
  const counted = withHealth(turn, { ...health, flaps: { count: flapsAtEntry(health, downSince) } });
  const incident = ownIncident(turn, watched, health, downSince) ?? sharedIncident(turn, watched, member);
  if (incident === undefined) return open(counted, watched, member);
  const gaps = memberOf(incident, watched)?.gaps;
  return withIncident(counted, replaceMember(incident, { ...member, ...(gaps && { gaps }) }));
}

/** Its hold is over: it is back. */
export function leave(
  turn: Turn,
  incident: Incident,
  member: Member,
  health: EnvironmentHealth,
  at: number,
): Turn {
  const flaps = { count: health.flaps?.count ?? 0, recoveredAt: at };
  const recovered = replaceMember(incident, { ...member, state: "recovered" });
  return closeIfOver(withHealth(turn, { ...health, flaps }), recovered, at);
}

/** Keeps the incident while anything in it is not back. */
export function closeIfOver(turn: Turn, incident: Incident, at: number): Turn {
  if (incident.members.some(isActive)) return withIncident(turn, incident);
  const back = incident.members.flatMap(({ state, answersSince }) =>
    state === "recovered" && answersSince !== undefined ? [answersSince] : [],
  );
  const closed: Incident = {
    ...incident,
    closedAt: at,
    ...(back.length > 0 && { recoveredAt: Math.max(...back) }),
  };
  const ended = withEffect(withoutIncident(turn, incident.id), { kind: "edit", incidentId: incident.id });
  const told =
    back.length === 0
      ? ended
      : withEffect(ended, { kind: "recover", incidentId: incident.id, silent: isSnoozed(incident, at) });
  return { ...told, closed: [...told.closed, closed] };
}

function open(turn: Turn, watched: Watched, member: Member): Turn {
  const roles = [...new Set(watched.monitor.mention)];
  const incident: Incident = {
    ...{ schema: 1, id: incidentId(member), channelId: watched.channelId },
    ...{ startedAt: member.downSince, openedAt: member.confirmedAt, members: [member] },
    ...{ mentioned: roles, escalatedTo: [] },
  };
  return withEffect(withIncident(turn, incident), { kind: "open", incidentId: incident.id, roles });
}

/** The incident that it was in before and that goes on without it; only soon after it was believed to be back. */
function ownIncident(
  turn: Turn,
  watched: Watched,
  { flaps }: EnvironmentHealth,
  downSince: number,
): Incident | undefined {
  const incident = incidentOf(turn.board, watched);
  const member = incident && memberOf(incident, watched);
  if (member?.state !== "recovered" || flaps?.recoveredAt === undefined) return undefined;
  return downSince - flaps.recoveredAt <= togetherOf(watched) ? incident : undefined;
}

/**
 * The open incident of the same dead host, as long as it is fresh and nobody has seen to it: what comes after that may
 * have a cause of its own. Only of the same channel: what is told elsewhere would not be told to the people of this
 * environment.
 */
function sharedIncident(turn: Turn, watched: Watched, member: Member): Incident | undefined {
  const { deadHost: host, downSince, confirmedAt } = member;
  if (host === undefined) return undefined;
  return Object.values(turn.board.incidents).find(
    (incident) =>
      incident.channelId === watched.channelId &&
      incident.acknowledged === undefined &&
      !isSnoozed(incident, confirmedAt) &&
      downSince - incident.startedAt <= togetherOf(watched) &&
      incident.members.some((other) => other.state === "down" && other.deadHost === host),
  );
}

function togetherOf({ monitor: { confirm } }: Watched): number {
  return Math.max(TOGETHER_MS, confirm.over * 1000 * TOGETHER_CONFIRMATIONS);
}

function flapsAtEntry({ flaps }: EnvironmentHealth, downSince: number): number {
  if (flaps?.recoveredAt === undefined || downSince - flaps.recoveredAt > FLAP_MEMORY_MS) return 0;
  return flaps.count + 1;
}

/** The same decision on the same board, made twice, makes the same incident. */
function incidentId(member: Member): string {
  const facts = `${targetKey(member)} ${member.downSince} ${member.confirmedAt}`;
  return createHash("sha256").update(facts).digest("hex").slice(0, 24);
}
