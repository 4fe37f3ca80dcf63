import type { Acknowledged, Snoozed } from "./event.js";
import { type Turn, withIncident } from "./turn.js";

/** Milliseconds. */
export const SNOOZE_MS = 3_600_000;

/** Ends the calls for somebody. Who comes second changes nothing. */
export function onAcknowledged(turn: Turn, { incidentId, by, at }: Acknowledged): Turn {
  const incident = turn.board.incidents[incidentId];
  if (incident === undefined || incident.acknowledged !== undefined) return turn;
  return withIncident(turn, { ...incident, acknowledged: { ...by, at } });
}

/** For an hour from now on nothing about the incident makes a sound. */
export function onSnoozed(turn: Turn, { incidentId, by, at }: Snoozed): Turn {
  const incident = turn.board.incidents[incidentId];
  if (incident === undefined) return turn;
  return withIncident(turn, { ...incident, snoozed: { ...by, at, until: at + SNOOZE_MS } });
}
