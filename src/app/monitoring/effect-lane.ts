import type { Effect } from "../../health/incidents/effect.js";

/** All that the outbox ever holds: what cannot be done in one lane must not hide another one. */
export const ALL_EFFECTS = 10_000;

/**
 * Effects of one lane are performed one after another; a lane that cannot go on, such as that of an incident whose
 * channel is closed to Slipway, holds no other one up.
 */
export function laneOf(effect: Effect): string {
  switch (effect.kind) {
    case "probe":
      return "probes";
    case "blind":
      return "blind";
    case "summary":
      return `summary-${effect.channelId}`;
    case "bake-failed":
      // A rollback cannot wait until Discord takes the alert.
      return `bake-${effect.deploymentId}`;
    default:
      return effect.incidentId;
  }
}
