import type { MonitorConfig } from "../../config/monitor-schema.js";
import { type EnvironmentHealth, healthOf, incidentOf, memberOf, targetKey } from "./board.js";
import { activeMember, askForProbe, holdOf, isConfirmed } from "./cadence.js";
import { deadHost } from "./dead-host.js";
import type { Sweep } from "./event.js";
import type { Member } from "./incident.js";
import { enter, leave, type Seen } from "./membership.js";
import { replaceMember, type Turn, withEffect, withHealth, withIncident } from "./turn.js";
import type { Watched } from "./watched.js";
import { withoutFuture } from "./without-future.js";

/** A suspicion that nobody looked into for so many times its confirmation is no evidence any more. */
const STALE_CONFIRMATIONS = 2;
const SHORTEST_STALE_MS = 120_000;

export function onSweep(turn: Turn, { target, at, checks }: Sweep): Turn {
  const watched = turn.watch.get(targetKey(target));
  if (watched === undefined || checks.length === 0) return turn;
  const before = withoutFuture(healthOf(turn.board, target), watched, at);
  if (!counts(before, at)) return turn;
  const failing = checks.flatMap(({ id, ok, reason, host }) => (ok ? [] : [{ id, reason, host }]));
  const good = failing.length === 0;
  const judged = withHealth(turn, judge(before, good, at, watched.monitor));
  const seen = { failing, deadHost: deadHost(checks) };
  const told = good ? onGood(judged, watched, at) : onFailing(judged, watched, seen, at);
  return askForProbe(told, watched, at);
}

/** Not while a deployment runs there, nor what was begun before it ended, nor what comes out of order. */
function counts({ suspended, ended, lastAt }: EnvironmentHealth, at: number): boolean {
  return suspended === undefined && at >= (ended?.at ?? at) && (lastAt === undefined || at > lastAt);
}

function judge(
  before: EnvironmentHealth,
  ok: boolean,
  at: number,
  monitor: MonitorConfig,
): EnvironmentHealth {
  const { run, bake } = before;
  const goesOn = run !== undefined && run.ok === ok && (ok || !isStale(before, at, monitor));
  const next = goesOn ? { ...run, count: run.count + 1 } : { ok, since: at, count: 1 };
  const watchedOn = bake !== undefined && (ok ? at : next.since) <= bake.until ? bake : undefined;
  return { ...before, lastAt: at, ...(ok && { lastGoodAt: at }), run: next, bake: watchedOn };
}

function isStale({ lastAt = 0 }: EnvironmentHealth, at: number, { confirm }: MonitorConfig): boolean {
  return at - lastAt > Math.max(SHORTEST_STALE_MS, confirm.over * 1000 * STALE_CONFIRMATIONS);
}

function onGood(turn: Turn, watched: Watched, at: number): Turn {
  const health = healthOf(turn.board, watched);
  const incident = incidentOf(turn.board, watched);
  const member = activeMember(turn, watched);
  const { run } = health;
  if (incident === undefined || member === undefined || run === undefined) return turn;
  if (run.count < watched.monitor.recovery.probes) return turn;
  const answering = { ...member, state: "recovering", answersSince: run.since } as const;
  return at - run.since < holdOf(health, watched.monitor)
    ? withIncident(turn, replaceMember(incident, answering))
    : leave(turn, incident, answering, health, at);
}

function onFailing(turn: Turn, watched: Watched, seen: Seen, at: number): Turn {
  const health = healthOf(turn.board, watched);
  const confirmed = isConfirmed(health.run, at, watched.monitor);
  if (activeMember(turn, watched) !== undefined) {
    const failed = stillDown(turn, watched, health, seen);
    return confirmed ? blameRelease(failed, watched) : failed;
  }
  return confirmed ? blameRelease(enter(turn, watched, health, seen, at), watched) : turn;
}

/** What fell before its hold was over must hold longer. */
function stillDown(turn: Turn, watched: Watched, health: EnvironmentHealth, seen: Seen): Turn {
  const incident = incidentOf(turn.board, watched);
  const member = incident && memberOf(incident, watched);
  if (incident === undefined || member === undefined) return turn;
  const count = (health.flaps?.count ?? 0) + (member.state === "recovering" ? 1 : 0);
  const { answersSince: _gone, ...rest } = member;
  const down: Member = { ...rest, state: "down", ...seen };
  const counted = withHealth(turn, { ...health, flaps: { count } });
  return withIncident(counted, replaceMember(incident, down));
}

/** A failure that began in the bake period of a release is that release's, once. */
function blameRelease(turn: Turn, watched: Watched): Turn {
  const { bake, ...health } = healthOf(turn.board, watched);
  const incident = incidentOf(turn.board, watched);
  const member = incident && memberOf(incident, watched);
  if (bake === undefined || incident === undefined || member === undefined) return turn;
  const { deploymentId, action } = bake;
  const blamed = replaceMember(incident, { ...member, failedBake: { deploymentId, action } });
  return withEffect(withIncident(withHealth(turn, health), blamed), {
    kind: "bake-failed",
    target: { project: watched.project, environment: watched.environment },
    ...{ deploymentId, action, incidentId: incident.id },
  });
}
