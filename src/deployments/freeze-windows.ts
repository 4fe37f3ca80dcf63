import { CronExpressionParser } from "cron-parser";
import type { FreezeWindowConfig } from "../config/schema.js";

export interface OpenFreeze {
  readonly reason: string;
  /** The next moment outside of every window: milliseconds since the epoch. */
  readonly until: number;
}

/** Windows that touch each other are one freeze; more than these in a row are taken for endless. */
const MAX_CHAINED = 100;

/** The freeze that holds now, with the next open slot after it; undefined outside of every window. */
export function openFreeze(windows: readonly FreezeWindowConfig[], now: number): OpenFreeze | undefined {
  const first = windowAt(windows, now);
  if (first === undefined) return undefined;
  let { until } = first;
  for (let links = 0; links < MAX_CHAINED; links++) {
    const next = windowAt(windows, until);
    if (next === undefined) break;
    until = next.until;
  }
  return { reason: first.reason, until };
}

function windowAt(windows: readonly FreezeWindowConfig[], at: number): OpenFreeze | undefined {
  const open = windows.flatMap(({ starts, lasts, timeZone, reason }) => {
    // `prev` is strictly before its date: a window that starts at this very millisecond counts.
    const cron = CronExpressionParser.parse(starts, { currentDate: new Date(at + 1), tz: timeZone });
    const until = cron.prev().getTime() + lasts * 1000;
    return at < until ? [{ reason, until }] : [];
  });
  return open.sort((a, b) => b.until - a.until)[0];
}
