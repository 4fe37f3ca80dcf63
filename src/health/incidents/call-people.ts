import { healthOf, targetKey } from "./board.js";
import { type Incident, isSnoozed, type Member } from "./incident.js";
import { type Turn, withEffect, withIncident } from "./turn.js";
import { isWatchedNow } from "./watching.js";

/** Calls the roles that are not told yet, and those whose turn it is when nobody acknowledges; each role once. */
export function callPeople(turn: Turn, id: string, at: number): Turn {
  const incident = turn.board.incidents[id];
  if (incident === undefined || isSnoozed(incident, at)) return turn;
  return escalate(callNewcomers(turn, incident, at), id, at);
}

function callNewcomers(turn: Turn, incident: Incident, at: number): Turn {
  const wanted = urgent(turn, incident, at).flatMap(
    (member) => turn.watch.get(targetKey(member))?.monitor.mention ?? [],
  );
  const roles = newOnes(wanted, incident.mentioned);
  if (roles.length === 0) return turn;
  const told = withIncident(turn, { ...incident, mentioned: [...incident.mentioned, ...roles] });
  return withEffect(told, { kind: "call", incidentId: incident.id, why: "joined", roles });
}

function escalate(turn: Turn, id: string, at: number): Turn {
  const incident = turn.board.incidents[id];
  if (incident === undefined || incident.acknowledged !== undefined) return turn;
  const wanted = urgent(turn, incident, at).flatMap((member) => {
    const rule = turn.watch.get(targetKey(member))?.monitor.escalate;
    return rule !== undefined && at >= member.confirmedAt + rule.after * 1000 ? rule.mention : [];
  });
  const roles = newOnes(wanted, incident.escalatedTo);
  if (roles.length === 0) return turn;
  const told = withIncident(turn, { ...incident, escalatedTo: [...incident.escalatedTo, ...roles] });
  return withEffect(told, { kind: "call", incidentId: id, why: "unacknowledged", roles });
}

/** What is known to be down now, and what no deployment is about to fix. */
function urgent(turn: Turn, { members }: Incident, at: number): readonly Member[] {
  return members.filter((member) => {
    const health = healthOf(turn.board, member);
    const watched = turn.watch.get(targetKey(member));
    if (member.state !== "down" || watched === undefined || health.suspended !== undefined) return false;
    return health.run?.ok === false && isWatchedNow(health, watched.monitor, at);
  });
}

function newOnes(wanted: readonly string[], known: readonly string[]): string[] {
  return [...new Set(wanted)].filter((role) => !known.includes(role));
}
