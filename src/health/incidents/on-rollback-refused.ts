import { memberOf } from "./board.js";
import type { RollbackRefused } from "./event.js";
import { replaceMember, type Turn, withIncident } from "./turn.js";

/** The incident must not go on saying that the release is being taken back: people are offered to do it. */
export function onRollbackRefused(turn: Turn, { incidentId, target, deploymentId }: RollbackRefused): Turn {
  const incident = turn.board.incidents[incidentId];
  const member = incident && memberOf(incident, target);
  if (incident === undefined || member?.failedBake?.deploymentId !== deploymentId) return turn;
  const failedBake = { deploymentId, action: "offer" } as const;
  return withIncident(turn, replaceMember(incident, { ...member, failedBake }));
}
