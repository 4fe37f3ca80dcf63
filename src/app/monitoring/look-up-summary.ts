import type { Effect } from "../../health/incidents/effect.js";
import { fareOf } from "../../health/incidents/fare.js";
import type { MonitorParts, Summary } from "./monitor-parts.js";

const RANGE = { daily: "24h", weekly: "7d" } as const;

/** How the environments of a channel fared in the time that a summary is about. */
export async function lookUpSummary(
  { incidents, history, now }: Pick<MonitorParts, "incidents" | "history" | "now">,
  { channelId, period, from, to, targets }: Extract<Effect, { kind: "summary" }>,
): Promise<Summary> {
  // One that lasted longer than the period ended after its begin, too.
  const ended = await incidents.closed(from, now());
  const open = Object.values((await incidents.board()).incidents);
  const environments = await Promise.all(
    targets.map(async (target) => {
      const percent = await history.uptime(target, RANGE[period], now());
      return { ...target, ...fareOf(target, [...open, ...ended], from, to), uptime: share(percent) };
    }),
  );
  return { channelId, period, from, to, environments };
}

function share(percent: number | undefined): number | undefined {
  return percent === undefined ? undefined : percent / 100;
}
