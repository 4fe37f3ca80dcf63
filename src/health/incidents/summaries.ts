import { CronExpressionParser } from "cron-parser";
import { type Turn, withEffect } from "./turn.js";
import type { Watched } from "./watched.js";

type Period = "daily" | "weekly";

/** At 09:00; weekly on Mondays. */
const WHEN: Readonly<Record<Period, string>> = { daily: "0 9 * * *", weekly: "0 9 * * 1" };

interface Group {
  readonly period: Period;
  readonly timeZone: string;
  readonly channelId: string;
  readonly targets: readonly Watched[];
}

/**
 * One summary a channel, once for each time that it is due. One that is new says nothing about the time before it;
 * after a longer silence one summary covers all of it.
 */
export function summarize(turn: Turn, at: number): Turn {
  const known = turn.board.summarized;
  const due = [...groups(turn).entries()].map(([key, group]) => ({ key, group, to: lastTime(group, at) }));
  if (due.length === Object.keys(known).length && due.every(({ key, to }) => known[key] === to)) return turn;
  const summarized = Object.fromEntries(due.map(({ key, to }) => [key, Math.max(to, known[key] ?? 0)]));
  const noted: Turn = { ...turn, board: { ...turn.board, summarized } };
  return due.reduce((before, { key, group, to }) => {
    const from = known[key];
    if (from === undefined || from >= to) return before;
    const targets = group.targets.map(({ project, environment }) => ({ project, environment }));
    const { channelId, period } = group;
    return withEffect(before, { kind: "summary", channelId, period, from, to, targets });
  }, noted);
}

function groups({ watch }: Turn): ReadonlyMap<string, Group> {
  const found = new Map<string, Group>();
  for (const watched of watch.values()) {
    const { channelId, monitor } = watched;
    const { summary: period, timeZone } = monitor;
    if (period === "never") continue;
    const key = `${channelId}/${period}/${timeZone}`;
    const targets = [...(found.get(key)?.targets ?? []), watched];
    found.set(key, { period, timeZone, channelId, targets });
  }
  return found;
}

/** `prev` is strictly before its date. */
function lastTime({ period, timeZone }: Group, at: number): number {
  const currentDate = new Date(at + 1);
  return CronExpressionParser.parse(WHEN[period], { currentDate, tz: timeZone }).prev().getTime();
}
