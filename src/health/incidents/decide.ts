import type { Target } from "../../deployments/record.js";
import { type Board, healthOf, memberOf } from "./board.js";
import { callPeople } from "./call-people.js";
import type { Effect } from "./effect.js";
import type { MonitorEvent } from "./event.js";
import type { Incident } from "./incident.js";
import { onDeploymentEnded, onDeploymentStarted } from "./on-deployment.js";
import { onAcknowledged, onSnoozed } from "./on-person.js";
import { onRollbackRefused } from "./on-rollback-refused.js";
import { onSweep } from "./on-sweep.js";
import { onTick } from "./on-tick.js";
import type { Turn } from "./turn.js";
import type { Watch } from "./watched.js";

/** What an event changes. */
export interface Decision {
  /** The very board that was given where nothing changes. */
  readonly board: Board;
  readonly effects: readonly Effect[];
  /** The incidents that ended and are not on the board any more. */
  readonly closed: readonly Incident[];
}

/** The whole of incident handling: what is known, what happened, and how what is watched; pure. */
export function decide(board: Board, event: MonitorEvent, watch: Watch): Decision {
  const reacted = react({ board, watch, effects: [], closed: [] }, event);
  const called = concerned(board, reacted.board, event).reduce(
    (turn, id) => callPeople(turn, id, event.at),
    reacted,
  );
  return { board: called.board, effects: withEdits(board, called), closed: called.closed };
}

/** Decides on several events, one after another, so that they can be saved at once. */
export function decideAll(board: Board, events: readonly MonitorEvent[], watch: Watch): Decision {
  return events.reduce<Decision>(
    (before, event) => {
      const next = decide(before.board, event, watch);
      return {
        board: next.board,
        effects: [...before.effects, ...next.effects],
        closed: [...before.closed, ...next.closed],
      };
    },
    { board, effects: [], closed: [] },
  );
}

/** Whether a probe that was asked for is still wanted: another one may have taken its place. */
export function isDue(board: Board, target: Target, at: number): boolean {
  return healthOf(board, target).nextProbeAt === at;
}

function react(turn: Turn, event: MonitorEvent): Turn {
  switch (event.kind) {
    case "swept":
      return onSweep(turn, event);
    case "deployment-started":
      return onDeploymentStarted(turn, event);
    case "deployment-ended":
      return onDeploymentEnded(turn, event);
    case "acknowledged":
      return onAcknowledged(turn, event);
    case "snoozed":
      return onSnoozed(turn, event);
    case "rollback-refused":
      return onRollbackRefused(turn, event);
    case "ticked":
      return onTick(turn, event);
  }
}

/** The incidents that somebody may have to be called about now: the clock concerns all of them. */
function concerned(before: Board, { incidents }: Board, event: MonitorEvent): readonly string[] {
  return Object.keys(incidents).filter((id) => {
    const incident = incidents[id];
    if (event.kind === "ticked" || incident !== before.incidents[id]) return true;
    return event.kind === "swept" && incident !== undefined && memberOf(incident, event.target) !== undefined;
  });
}

/** A message is drawn again when it would show something else; once an event, and not when it is only being made. */
function withEdits(before: Board, { board, effects }: Turn): readonly Effect[] {
  const drawn = new Set(
    effects.flatMap((effect) =>
      effect.kind === "open" || effect.kind === "edit" ? [effect.incidentId] : [],
    ),
  );
  const changed = Object.values(board.incidents).filter((incident) => {
    const old = before.incidents[incident.id];
    if (old === incident || drawn.has(incident.id)) return false;
    return old === undefined || shown(old) !== shown(incident);
  });
  return [...effects, ...changed.map(({ id }) => ({ kind: "edit", incidentId: id }) as const)];
}

/** What the message says, without the figures that differ from probe to probe. */
function shown({ members, acknowledged, snoozed, escalatedTo }: Incident): string {
  const states = members.map(({ failing, lastGoodAt: _figure, ...member }) => ({
    ...member,
    gaps: undefined,
    failing: failing.map(({ id, reason }) => [id, reason?.code]),
  }));
  return JSON.stringify([states, acknowledged, snoozed, escalatedTo]);
}
