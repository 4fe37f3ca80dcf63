import type { Effect } from "../../health/incidents/effect.js";
import { type Incident, isSnoozed } from "../../health/incidents/incident.js";
import type { PendingEffect } from "../../health/incidents/incident-store.js";
import { ALL_EFFECTS, laneOf } from "./effect-lane.js";
import { lookUpSummary } from "./look-up-summary.js";
import type { MonitorParts, Told } from "./monitor-parts.js";
import { rollBackFailedBake } from "./roll-back-failed-bake.js";

const DONE: Told = { kind: "done" };

/**
 * Performs what waits in one lane, oldest first; another worker may do the same at the same time. What throws stays,
 * and so does what came after it.
 * @returns when to come again, where it is too early for an edit
 */
export async function performEffects(parts: MonitorParts, lane: string): Promise<Told> {
  const waiting = (await parts.incidents.pending(ALL_EFFECTS)).filter(
    ({ effect }) => laneOf(effect) === lane,
  );
  for (const [index, { order, effect }] of waiting.entries()) {
    const told = isRepeated(effect, waiting.slice(index + 1)) ? DONE : await perform(parts, effect);
    if (told.kind === "later") return told;
    await parts.incidents.done(order);
  }
  return DONE;
}

/** Whoever draws a message draws it as it is then: the last one of several is enough. */
function isRepeated(first: Effect, later: readonly PendingEffect[]): boolean {
  return later.some(({ effect }) => {
    if (first.kind === "blind") return effect.kind === "blind" && effect.id === first.id;
    return first.kind === "edit" && effect.kind === "edit";
  });
}

async function perform(parts: MonitorParts, effect: Effect): Promise<Told> {
  switch (effect.kind) {
    case "probe":
      await parts.queues.addProbe(effect.target, effect.at);
      return DONE;
    case "summary":
      await parts.messages.summarize(await lookUpSummary(parts, effect));
      return DONE;
    case "blind":
      return parts.messages.reportBlindness(effect);
    case "bake-failed":
      // The message of the incident offers it already.
      if (effect.action === "rollback") await rollBackFailedBake(parts, effect);
      return DONE;
    default: {
      const incident = await parts.incidents.find(effect.incidentId);
      return incident === undefined ? DONE : tell(parts, effect, incident);
    }
  }
}

type Telling = Extract<Effect, { kind: "open" | "edit" | "call" | "recover" }>;

/** It may have waited long, while Discord was away: nobody is to be woken up for what is over or looked after by then. */
async function tell({ messages, now }: MonitorParts, effect: Telling, incident: Incident): Promise<Told> {
  const isOver = incident.closedAt !== undefined;
  switch (effect.kind) {
    case "open":
      return messages.show(incident, isOver ? [] : effect.roles);
    case "edit":
      return messages.show(incident, isOver ? [] : incident.mentioned);
    case "call":
      if (isStillCalled(effect, incident, now())) await messages.call(incident, effect);
      return DONE;
    case "recover":
      return messages.recover(incident, effect.silent);
  }
}

function isStillCalled({ why }: Extract<Telling, { kind: "call" }>, incident: Incident, at: number): boolean {
  if (incident.closedAt !== undefined || isSnoozed(incident, at)) return false;
  return why === "joined" || incident.acknowledged === undefined;
}
