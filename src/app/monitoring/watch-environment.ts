import { isIP } from "node:net";
import { CronExpressionParser } from "cron-parser";
import { type HealthCheck, hostAsked } from "../../config/health-checks.js";
import type { Target } from "../../deployments/record.js";
import { type FoundTarget, lookUpTarget } from "../../deployments/targets.js";
import type { HealthState } from "../../health/health-series.js";
import { type Board, healthOf, targetKey } from "../../health/incidents/board.js";
import { isDue } from "../../health/incidents/decide.js";
import type { CheckResult, Sweep } from "../../health/incidents/event.js";
import type { Watched } from "../../health/incidents/watched.js";
import { hasAnswered } from "../../health/probe-result.js";
import { type ProbedCheck, probeEnvironment } from "../probe-environment.js";
import type { MonitorParts } from "./monitor-parts.js";
import { tellMonitoring } from "./tell-monitoring.js";

/** A probe may come this much later than its time, and take so long. Milliseconds. */
const SLACK_MS = 60_000;

/**
 * Probes an environment, decides on what it found, and keeps it in the history. Once too often does no harm; nothing is
 * done while another probe of it is under way.
 * @param due the moment that a probe outside of the schedule was asked for; nothing is done when another one has taken
 *   its place. Milliseconds since the epoch
 * @throws BusyBoardError, and the reason of the closing signal
 */
export async function watchEnvironment(parts: MonitorParts, named: Target, due?: number): Promise<void> {
  const watched = parts.watch.get(targetKey(named));
  const target = lookUpTarget(parts.config, named);
  if (watched === undefined || target === undefined) return;
  if (due !== undefined && !isDue(await parts.incidents.board(), watched, due)) return;

  const end = await parts.turns.take(watched);
  if (end === undefined) return;
  try {
    await probeAndTell(parts, watched, target);
  } finally {
    await end();
  }
}

async function probeAndTell(parts: MonitorParts, watched: Watched, target: FoundTarget): Promise<void> {
  const heldBefore = await isHeld(parts, watched);
  const at = parts.now();
  const probed = await probeEnvironment(parts, target, parts.tools.closing);
  const held = heldBefore || (await isHeld(parts, watched));
  const board = held ? await parts.incidents.board() : await tell(parts, watched, at, probed);
  await parts.history.record(watched, {
    at,
    coversMs: nextProbeOf(board, watched, at) - at + SLACK_MS,
    results: probed.map((check) => ({
      check: check.label,
      state: held ? "unknown" : stateOf(check, isDoubted(board, watched, at)),
      ...(check.result && hasAnswered(check.result) && { latencyMs: check.result.latencyMs }),
    })),
  });
}

/** A deployment whose end was told already may hold the environment for a moment longer. */
async function isHeld({ locks, incidents }: MonitorParts, target: Target): Promise<boolean> {
  const holder = await locks.holder(target);
  if (holder === undefined) return false;
  return holder !== healthOf(await incidents.board(), target).ended?.deploymentId;
}

/** Where Slipway failed to make a check, the others only count when one of them found a failure. */
async function tell(
  parts: MonitorParts,
  target: Target,
  at: number,
  probed: readonly ProbedCheck[],
): Promise<Board> {
  const checks = probed.flatMap(checkResult);
  const own = probed.find((check) => check.own !== undefined)?.own;
  const unexplained = checks.length < probed.length && own === undefined;
  if (unexplained && checks.every(({ ok }) => ok)) return parts.incidents.board();
  const { project, environment } = target;
  const swept: Sweep = {
    ...{ kind: "swept", target: { project, environment }, at, endedAt: parts.now(), checks },
    ...(own !== undefined && { own }),
  };
  return (await tellMonitoring(parts, swept)).board;
}

function checkResult({ check, label, host, result }: ProbedCheck): readonly CheckResult[] {
  if (result === undefined) return [];
  const { latencyMs } = result;
  const named = (check.type === "http" || check.type === "tcp") && isIP(addressAsked(check)) === 0;
  if (result.kind === "healthy") return [{ id: label, ok: true, latencyMs, host, named }];
  return [{ id: label, ok: false, reason: result.reason, latencyMs, host, named }];
}

/** In a URL an IPv6 address stands in brackets. */
function addressAsked(check: HealthCheck): string {
  return hostAsked(check).replace(/^\[(.*)\]$/, "$1");
}

/** Nothing was heard, and that may be Slipway's own fault. */
function isDoubted(board: Board, target: Target, at: number): boolean {
  return healthOf(board, target).silentAt === at;
}

function stateOf({ result }: ProbedCheck, doubted: boolean): HealthState {
  if (result?.kind === "healthy") return "up";
  return result === undefined || doubted ? "unknown" : "down";
}

function nextProbeOf(board: Board, { monitor, ...target }: Watched, at: number): number {
  const { schedule, timeZone } = monitor;
  const options = { currentDate: new Date(at), tz: timeZone };
  const scheduled = CronExpressionParser.parse(schedule, options).next().getTime();
  const { nextProbeAt } = healthOf(board, target);
  return nextProbeAt !== undefined && nextProbeAt > at ? Math.min(nextProbeAt, scheduled) : scheduled;
}
