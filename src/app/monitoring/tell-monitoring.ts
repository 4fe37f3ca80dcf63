import type { AuditEntry } from "../../audit/audit-trail.js";
import { type Decision, decide } from "../../health/incidents/decide.js";
import type { MonitorEvent } from "../../health/incidents/event.js";
import { laneOf } from "./effect-lane.js";
import type { MonitorParts } from "./monitor-parts.js";

export type TellParts = Pick<MonitorParts, "incidents" | "watch" | "queues">;

/**
 * Decides on what happened, saves that with its effects, and wakes up those who perform them. Should that wake-up be
 * lost, the next tick makes up for it.
 * @param entryOf what is written down with the decision, if anything is
 * @throws BusyBoardError
 */
export async function tellMonitoring(
  { incidents, watch, queues }: TellParts,
  event: MonitorEvent,
  entryOf?: (decision: Decision) => AuditEntry | undefined,
): Promise<Decision> {
  const decision = await incidents.update((board) => decide(board, event, watch), entryOf);
  const lanes = new Set(decision.effects.map(laneOf));
  await Promise.all([...lanes].map((lane) => queues.addEffects(lane)));
  return decision;
}
