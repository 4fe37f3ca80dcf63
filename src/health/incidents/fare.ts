import type { Target } from "../../deployments/record.js";
import { memberOf } from "./board.js";
import { type Incident, isActive } from "./incident.js";

/** How an environment fared in a span of time. */
export interface Fare {
  readonly incidents: number;
  /** Milliseconds of the span in which it was down. */
  readonly downtimeMs: number;
  readonly isDown: boolean;
}

/**
 * Counts what an environment had of these incidents, open and closed ones. Only the last time that it was down in an
 * incident is known; what it had of it before is not counted.
 * @param from milliseconds since the epoch, as `to`
 */
export function fareOf(target: Target, incidents: readonly Incident[], from: number, to: number): Fare {
  const spans = incidents.flatMap((incident) => {
    const member = memberOf(incident, target);
    if (member === undefined) return [];
    const until = member.answersSince ?? incident.closedAt ?? to;
    const down = {
      since: member.downSince,
      until,
      isDown: isActive(member) && incident.closedAt === undefined,
    };
    return down.since < to && until >= from ? [down] : [];
  });
  const lengths = spans.map(({ since, until }) => Math.min(until, to) - Math.max(since, from));
  return {
    incidents: spans.length,
    downtimeMs: lengths.reduce((sum, length) => sum + length, 0),
    isDown: spans.some(({ isDown }) => isDown),
  };
}
