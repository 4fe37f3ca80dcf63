import type { MonitorConfig } from "../../config/monitor-schema.js";
import type { EnvironmentHealth } from "./board.js";
import type { Span } from "./incident.js";

/** Two looks at what is down are never so far apart, unless nobody watches. Milliseconds. */
const SHORTEST_GAP_MS = 180_000;
const MISSED_PROBES = 3;

/** For how long a look at what is down counts. Milliseconds. */
export function lookLasts({ whileDown }: Pick<MonitorConfig, "whileDown">): number {
  return Math.max(SHORTEST_GAP_MS, whileDown * 1000 * MISSED_PROBES);
}

/** When it was last looked at: what began then may have taken long. */
export function lastLook({ lastAt, lastEndedAt = lastAt }: EnvironmentHealth): number | undefined {
  return lastEndedAt;
}

/** Whether something is known of it now: it was looked at lately, and Slipway was able to. */
export function isWatchedNow(health: EnvironmentHealth, monitor: MonitorConfig, at: number): boolean {
  const last = lastLook(health);
  if (last === undefined || health.silentAt !== undefined || health.blind !== undefined) return false;
  return at - last <= lookLasts(monitor);
}

/** Until when something is known: a look that heard nothing told nothing of the time that it took either. */
function knownUntil(health: EnvironmentHealth): number | undefined {
  return health.silentAt !== undefined && health.silentAt === health.lastAt
    ? health.lastAt
    : lastLook(health);
}

/**
 * The time before a look in which nobody watched, or heard anything.
 * @param doubted whether this look says nothing either
 */
export function gapBefore(
  health: EnvironmentHealth,
  monitor: MonitorConfig,
  at: number,
  doubted: boolean,
): Span | undefined {
  const last = knownUntil(health);
  if (last === undefined) return undefined;
  // What a deployment did in between, its own health checks watched.
  const from = Math.max(last, health.ended?.at ?? 0);
  const unheard = doubted || health.silentAt !== undefined || health.blind !== undefined;
  return at > from && (unheard || at - from > lookLasts(monitor)) ? { from, until: at } : undefined;
}
