import { ALL_EFFECTS, laneOf } from "./effect-lane.js";
import { followRollbacks } from "./follow-rollbacks.js";
import type { MonitorParts } from "./monitor-parts.js";
import { tellMonitoring } from "./tell-monitoring.js";

/**
 * Lets the clock go on: calls people who are due, tells summaries, and makes up for what a crash lost.
 * @param restarted when a worker starts: buttons that were pressed meanwhile led nowhere
 */
export async function tickMonitoring(parts: MonitorParts, restarted = false): Promise<void> {
  const { incidents, locks, queues, now } = parts;
  // Before the look at the holders: what is told since then is newer than they are.
  const at = now();
  const deploying = await locks.holders();
  const { board } = await tellMonitoring(parts, {
    ...{ kind: "ticked", at, deploying, ...(restarted && { restarted }) },
  });
  const pending = await incidents.pending(ALL_EFFECTS);
  await followRollbacks(parts, board, pending);
  const lanes = new Set(pending.map(({ effect }) => laneOf(effect)));
  await Promise.all([...lanes].map((lane) => queues.addEffects(lane)));
}
