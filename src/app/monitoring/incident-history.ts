import type { Incident } from "../../deployments/dora.js";
import type { Target } from "../../deployments/record.js";
import { memberOf } from "../../health/incidents/board.js";
import { isActive, type Member, unwatchedIn } from "../../health/incidents/incident.js";
import type { IncidentStore } from "../../health/incidents/incident-store.js";
import type { IncidentHistory } from "../look-up-stats.js";

/** All that are kept: of every environment together, so that a noisy one drives none of another out. */
const ALL = 10_000;

/** The incidents of one environment, open ones and those of the last 400 days. */
export function incidentHistory(
  incidents: Pick<IncidentStore, "board" | "closed">,
  now: () => number,
): IncidentHistory {
  return {
    async incidentsSince(target, at) {
      const [board, closed] = await Promise.all([incidents.board(), incidents.closed(at, now(), ALL)]);
      return [...Object.values(board.incidents), ...closed].flatMap((incident) => {
        const member = memberOf(incident, target);
        if (member === undefined) return [];
        const endedAt = isActive(member) ? undefined : (member.answersSince ?? incident.closedAt);
        const ended = endedAt === undefined || endedAt >= at;
        return ended ? [outageOf(target, member, endedAt)] : [];
      });
    },
  };
}

function outageOf(
  { project, environment }: Target,
  { downSince: startedAt, gaps = [] }: Member,
  endedAt: number | undefined,
): Incident {
  const unwatchedMs = unwatchedIn(gaps, { from: startedAt, until: endedAt ?? Number.POSITIVE_INFINITY });
  return {
    ...{ target: { project, environment }, startedAt },
    ...(endedAt !== undefined && { endedAt }),
    ...(unwatchedMs > 0 && { unwatchedMs }),
  };
}
