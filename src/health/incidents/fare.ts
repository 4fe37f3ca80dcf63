import type { Target } from "../../deployments/record.js";
import { memberOf } from "./board.js";
import { type Incident, isActive, unwatchedIn } from "./incident.js";

/** How an environment fared in a span of time. */
export interface Fare {
  readonly incidents: number;
  /** Milliseconds of the span in which it was seen to be down. */
  readonly downtimeMs: number;
  readonly isDown: boolean;
  /** It was down when it was last looked at, and nobody has looked since. */
  readonly isUnknown?: true;
}

/** When an environment was last looked at, and for how long that counts. Milliseconds. */
export interface LastLook {
  readonly at: number;
  readonly lasts: number;
}

/**
 * Counts what an environment had of these incidents, open and closed ones. Only the last time that it was down in an
 * incident is known; what it had of it before is not counted, nor is time in which nobody watched.
 * @param from milliseconds since the epoch, as `to`
 */
export function fareOf(
  target: Target,
  incidents: readonly Incident[],
  from: number,
  to: number,
  look?: LastLook,
): Fare {
  const seenUntil = look === undefined || to - look.at <= look.lasts ? to : look.at;
  const spans = incidents.flatMap((incident) => {
    const member = memberOf(incident, target);
    if (member === undefined) return [];
    const until = member.answersSince ?? incident.closedAt ?? seenUntil;
    const active = isActive(member) && incident.closedAt === undefined;
    return member.downSince < to && until >= from
      ? [{ since: member.downSince, until, active, gaps: member.gaps ?? [] }]
      : [];
  });
  const lengths = spans.map(({ since, until, gaps }) => {
    const span = { from: Math.max(since, from), until: Math.min(until, to) };
    return Math.max(0, span.until - span.from - unwatchedIn(gaps, span));
  });
  const active = spans.some((span) => span.active);
  return {
    incidents: spans.length,
    downtimeMs: lengths.reduce((sum, length) => sum + length, 0),
    isDown: active && seenUntil === to,
    ...(active && seenUntil !== to && { isUnknown: true }),
  };
}
