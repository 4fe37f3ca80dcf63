import type { Target } from "../../deployments/record.js";
import { type Board, healthOf, targetKey } from "../../health/incidents/board.js";
import type { Effect } from "../../health/incidents/effect.js";
import { fareOf, type LastLook } from "../../health/incidents/fare.js";
import type { Watch } from "../../health/incidents/watched.js";
import { lastLook, lookLasts } from "../../health/incidents/watching.js";
import type { MonitorParts, Summary } from "./monitor-parts.js";

/** How the environments of a channel fared in the time that a summary is about. */
export async function lookUpSummary(
  { incidents, history, watch, now }: Pick<MonitorParts, "incidents" | "history" | "watch" | "now">,
  { channelId, period, from, to, targets }: Extract<Effect, { kind: "summary" }>,
): Promise<Summary> {
  // One that lasted longer than the period ended after its begin, too.
  const ended = await incidents.closed(from, now());
  const board = await incidents.board();
  const all = [...Object.values(board.incidents), ...ended];
  const environments = await Promise.all(
    targets.map(async (target) => {
      const fare = fareOf(target, all, from, to, lookAt(board, watch, target));
      const { upMs, downMs } = await history.between(target, { from, to, now: now() });
      const known = upMs + downMs;
      // An incident goes on while what flaps is up for a moment: both figures are those of the history.
      const downtimeMs = fare.incidents === 0 ? 0 : Math.round(downMs);
      return { ...target, ...fare, downtimeMs, uptime: known === 0 ? undefined : upMs / known };
    }),
  );
  return { channelId, period, from, to, environments };
}

function lookAt(board: Board, watch: Watch, target: Target): LastLook | undefined {
  const at = lastLook(healthOf(board, target));
  const watched = watch.get(targetKey(target));
  return at === undefined || watched === undefined ? undefined : { at, lasts: lookLasts(watched.monitor) };
}
