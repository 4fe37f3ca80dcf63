import type { MonitorConfig } from "../../config/monitor-schema.js";
import { followBlindness } from "./blindness.js";
import { type EnvironmentHealth, healthOf, incidentOf, memberOf, targetKey } from "./board.js";
import { activeMember, askForProbe, holdOf, isConfirmed } from "./cadence.js";
import { deadHost } from "./dead-host.js";
import type { Sweep } from "./event.js";
import { type Member, withGap } from "./incident.js";
import { enter, leave, type Seen } from "./membership.js";
import { isHeard, type Silence, silenceOf } from "./silence.js";
import { replaceMember, type Turn, withEffect, withHealth, withIncident } from "./turn.js";
import type { Watched } from "./watched.js";
import { gapBefore } from "./watching.js";
import { withoutFuture } from "./without-future.js";
import { askWitnesses, judgeSilence } from "./witnesses.js";

/** A suspicion that nobody looked into for so many times its confirmation is no evidence any more. */
const STALE_CONFIRMATIONS = 2;
const SHORTEST_STALE_MS = 120_000;

export function onSweep(turn: Turn, sweep: Sweep): Turn {
  const { target, at, endedAt = at, checks, own } = sweep;
  const watched = turn.watch.get(targetKey(target));
  if (watched === undefined || (checks.length === 0 && own === undefined)) return turn;
  const before = withoutFuture(healthOf(turn.board, target), watched, at);
  if (!counts(before, at)) return turn;
  const good = checks.every(({ ok }) => ok);
  // Where Slipway failed to make a check, the others only count when one of them found a failure.
  const told =
    good && own !== undefined
      ? withHealth(turn, { ...heardIn(before, sweep), blind: before.blind ?? { since: at, code: own } })
      : onFound(turn, watched, before, sweep);
  return askForProbe(followBlindness(told, at), watched, endedAt);
}

function onFound(turn: Turn, watched: Watched, before: EnvironmentHealth, sweep: Sweep): Turn {
  const { at, endedAt = at, checks } = sweep;
  const failing = checks.flatMap(({ id, ok, reason, host }) => (ok ? [] : [{ id, reason, host }]));
  const good = failing.length === 0;
  const looked = withHealth(turn, judge(heardIn(before, sweep), good, at, endedAt, watched.monitor));
  const seen = { failing, deadHost: deadHost(checks) };
  const silence = silenceOf(sweep);
  const verdict = silence === undefined ? "down" : judgeSilence(looked, watched, silence, at);
  const judged = noteGap(looked, watched, before, at, verdict !== "down");
  if (good) return onGood(sighted(judged, watched), watched, at);
  if (silence === undefined || verdict === "down") return onFailing(judged, watched, seen, at);
  return onDoubt(askWitnesses(judged, watched, at), watched, silence, verdict, at);
}

/** Nobody knows whether what is down was so while nobody watched. */
function noteGap(
  turn: Turn,
  watched: Watched,
  before: EnvironmentHealth,
  at: number,
  doubted: boolean,
): Turn {
  const incident = incidentOf(turn.board, watched);
  const member = activeMember(turn, watched);
  const gap = gapBefore(before, watched.monitor, at, doubted);
  if (incident === undefined || member === undefined || gap === undefined) return turn;
  return withIncident(turn, replaceMember(incident, withGap(member, gap)));
}

/** Not while a deployment runs there, nor what was begun before it ended, nor what comes out of order. */
function counts({ suspended, ended, lastAt }: EnvironmentHealth, at: number): boolean {
  return suspended === undefined && at >= (ended?.at ?? at) && (lastAt === undefined || at > lastAt);
}

function heardIn(health: EnvironmentHealth, { at, checks }: Sweep): EnvironmentHealth {
  const heard = checks.filter(isHeard);
  if (heard.length === 0) return health;
  return { ...health, heardAt: at, ...(heard.some(({ named }) => named) && { resolvedAt: at }) };
}

/** Nothing is known: a suspicion begins anew once Slipway hears again. */
function onDoubt(turn: Turn, watched: Watched, silence: Silence, verdict: "own" | "open", at: number): Turn {
  const health = { ...healthOf(turn.board, watched), silentAt: at };
  const { run, blind } = health;
  if (verdict === "open" || run === undefined || !isConfirmed(run, at, watched.monitor))
    return withHealth(turn, health);
  const since = blind?.since ?? run.since;
  const code = silence.local;
  return withHealth(turn, {
    ...health,
    run: { ok: false, since: at, count: 1 },
    blind: { since, ...(code && { code }) },
  });
}

function judge(
  before: EnvironmentHealth,
  ok: boolean,
  at: number,
  endedAt: number,
  monitor: MonitorConfig,
): EnvironmentHealth {
  const { run, bake } = before;
  const goesOn = run !== undefined && run.ok === ok && (ok || !isStale(before, at, monitor));
  const next = goesOn ? { ...run, count: run.count + 1 } : { ok, since: at, count: 1 };
  const watchedOn = bake !== undefined && (ok ? at : next.since) <= bake.until ? bake : undefined;
  const times = { lastAt: at, lastEndedAt: endedAt };
  return { ...before, ...times, ...(ok && { lastGoodAt: at }), run: next, bake: watchedOn };
}

function isStale(
  { lastAt = 0, lastEndedAt = lastAt }: EnvironmentHealth,
  at: number,
  { confirm }: MonitorConfig,
): boolean {
  return at - lastEndedAt > Math.max(SHORTEST_STALE_MS, confirm.over * 1000 * STALE_CONFIRMATIONS);
}

/** Slipway hears of it again. */
function sighted(turn: Turn, watched: Watched): Turn {
  const { blind: _over, silentAt: _heard, ...health } = healthOf(turn.board, watched);
  return withHealth(turn, health);
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

function onFailing(judged: Turn, watched: Watched, seen: Seen, at: number): Turn {
  const turn = sighted(judged, watched);
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
