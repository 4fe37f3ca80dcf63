import type { Target } from "../../deployments/record.js";
import { type Board, healthOf } from "./board.js";
import { callPeople } from "./call-people.js";
import type { Effect } from "./effect.js";
import type { MonitorEvent } from "./event.js";
import type { Incident } from "./incident.js";
import { onDeploymentEnded, onDeploymentStarted } from "./on-deployment.js";
import { onAcknowledged, onSnoozed } from "./on-person.js";
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
  const called = callPeople(reacted, event.at);
  return { board: called.board, effects: withEdits(board, called), closed: called.closed };
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
    case "ticked":
      return onTick(turn, event);
  }
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
    return !drawn.has(incident.id) && (old === undefined || shown(old) !== shown(incident));
  });
  return [...effects, ...changed.map(({ id }) => ({ kind: "edit", incidentId: id }) as const)];
}

/** What the message says, without the figures that differ from probe to probe. */
function shown({ members, acknowledged, snoozed, escalatedTo }: Incident): string {
  const states = members.map(({ failing, lastGoodAt: _figure, ...member }) => ({
    ...member,
    failing: failing.map(({ id, reason }) => [id, reason?.code]),
  }));
  return JSON.stringify([states, acknowledged, snoozed, escalatedTo]);
}
