import { type Board, type EnvironmentHealth, targetKey } from "./board.js";
import type { Effect } from "./effect.js";
import type { Incident, Member } from "./incident.js";
import type { Watch } from "./watched.js";

/** How far the decision on one event has come. */
export interface Turn {
  readonly board: Board;
  readonly watch: Watch;
  readonly effects: readonly Effect[];
  /** The incidents that ended. */
  readonly closed: readonly Incident[];
}

export function withEffect(turn: Turn, effect: Effect): Turn {
  return { ...turn, effects: [...turn.effects, effect] };
}

export function withHealth(turn: Turn, health: EnvironmentHealth): Turn {
  const environments = { ...turn.board.environments, [targetKey(health)]: health };
  return { ...turn, board: { ...turn.board, environments } };
}

export function withIncident(turn: Turn, incident: Incident): Turn {
  const incidents = { ...turn.board.incidents, [incident.id]: incident };
  return { ...turn, board: { ...turn.board, incidents } };
}

export function withoutIncident(turn: Turn, id: string): Turn {
  const { [id]: _closed, ...incidents } = turn.board.incidents;
  return { ...turn, board: { ...turn.board, incidents } };
}

/** The incident with its member of the same environment replaced, or with one more. */
export function replaceMember(incident: Incident, member: Member): Incident {
  const key = targetKey(member);
  const index = incident.members.findIndex((each) => targetKey(each) === key);
  const members = index < 0 ? [...incident.members, member] : incident.members.with(index, member);
  return { ...incident, members, startedAt: Math.min(incident.startedAt, member.downSince) };
}
