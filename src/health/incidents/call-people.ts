import { healthOf, targetKey } from "./board.js";
import { type Incident, isSnoozed, type Member } from "./incident.js";
import { type Turn, withEffect, withIncident } from "./turn.js";

/** Calls the roles that are not told yet, and those whose turn it is when nobody acknowledges; each role once. */
export function callPeople(turn: Turn, id: string, at: number): Turn {
  const incident = turn.board.incidents[id];
  if (incident === undefined || isSnoozed(incident, at)) return turn;
  return escalate(callNewcomers(turn, incident), id, at);
}

function callNewcomers(turn: Turn, incident: Incident): Turn {
  const wanted = urgent(turn, incident).flatMap(
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
  const wanted = urgent(turn, incident).flatMap((member) => {
    const rule = turn.watch.get(targetKey(member))?.monitor.escalate;
    return rule !== undefined && at >= member.confirmedAt + rule.after * 1000 ? rule.mention : [];
  });
  const roles = newOnes(wanted, incident.escalatedTo);
  if (roles.length === 0) return turn;
  const told = withIncident(turn, { ...incident, escalatedTo: [...incident.escalatedTo, ...roles] });
  return withEffect(told, { kind: "call", incidentId: id, why: "unacknowledged", roles });
}

/** What is down, and what no deployment is about to mend. */
function urgent(turn: Turn, { members }: Incident): readonly Member[] {
  return members.filter(
    (member) => member.state === "down" && healthOf(turn.board, member).suspended === undefined,
  );
}

function newOnes(wanted: readonly string[], known: readonly string[]): string[] {
  return [...new Set(wanted)].filter((role) => !known.includes(role));
}
