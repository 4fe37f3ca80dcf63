import type { MonitorConfig } from "../../config/monitor-schema.js";
import type { EnvironmentHealth } from "./board.js";
import { healthOf, incidentOf, memberOf } from "./board.js";
import { isActive, type Member } from "./incident.js";
import { type Turn, withEffect, withHealth } from "./turn.js";
import type { Watched } from "./watched.js";

type Run = NonNullable<EnvironmentHealth["run"]>;

/** Whether enough probes failed, over a time long enough, to believe it. */
export function isConfirmed(run: Run | undefined, at: number, { confirm }: MonitorConfig): boolean {
  if (run === undefined || run.ok || run.count <= confirm.retries) return false;
  return confirm.retries === 0 || at - run.since >= confirm.over * 1000;
}

/** How long it must stay up before it counts as back, in milliseconds: longer each time that it fell again. */
export function holdOf({ flaps }: EnvironmentHealth, { recovery }: MonitorConfig): number {
  return Math.min(recovery.longestHold, recovery.hold * 2 ** (flaps?.count ?? 0)) * 1000;
}

/** The environment in the incident that it is down in, or holds its breath in. */
export function activeMember(turn: Turn, target: Watched): Member | undefined {
  const incident = incidentOf(turn.board, target);
  const member = incident && memberOf(incident, target);
  return member !== undefined && isActive(member) ? member : undefined;
}

/**
 * Asks for the next probe where the schedule is too slow. One that is asked for already and comes no later stays,
 * so that two that meet never breed.
 */
export function askForProbe(turn: Turn, watched: Watched, at: number): Turn {
  const health = healthOf(turn.board, watched);
  const wait = waitOf(health, activeMember(turn, watched), watched.monitor, at);
  const pending =
    health.nextProbeAt !== undefined && health.nextProbeAt > at ? health.nextProbeAt : undefined;
  if (wait !== undefined && (pending === undefined || pending > at + wait)) {
    return probeAt(turn, health, at + wait);
  }
  const nextProbeAt = wait === undefined ? undefined : pending;
  return nextProbeAt === health.nextProbeAt ? turn : withHealth(turn, { ...health, nextProbeAt });
}

export function probeAt(turn: Turn, health: EnvironmentHealth, at: number): Turn {
  const target = { project: health.project, environment: health.environment };
  return withEffect(withHealth(turn, { ...health, nextProbeAt: at }), { kind: "probe", target, at });
}

/** Milliseconds until it should be probed again; undefined where the schedule is soon enough. */
export function waitOf(
  health: EnvironmentHealth,
  member: Member | undefined,
  monitor: MonitorConfig,
  at: number,
): number | undefined {
  const { run, bake, suspended, blind, silentAt } = health;
  if (suspended !== undefined) return undefined;
  // Also beyond its confirmation, as long as nobody knows whose fault it is.
  if (blind !== undefined || silentAt !== undefined) return retryWait(monitor);
  const suspicious = run?.ok === false && !isConfirmed(run, at, monitor);
  if (suspicious && (member === undefined || bake !== undefined)) return retryWait(monitor);
  if (member !== undefined) return waitWhileDown(health, monitor, at);
  return bake === undefined ? undefined : monitor.bake.every * 1000;
}

function waitWhileDown(health: EnvironmentHealth, monitor: MonitorConfig, at: number): number {
  const whileDown = monitor.whileDown * 1000;
  const { run } = health;
  if (run?.ok !== true) return whileDown;
  if (run.count < monitor.recovery.probes) return Math.min(whileDown, retryWait(monitor));
  return Math.min(whileDown, Math.max(1_000, run.since + holdOf(health, monitor) - at));
}

function retryWait({ confirm }: MonitorConfig): number {
  return Math.ceil((confirm.over * 1000) / Math.max(1, confirm.retries));
}
