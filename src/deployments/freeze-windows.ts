import { CronExpressionParser } from "cron-parser";
import type { FreezeWindowConfig } from "../config/schema.js";

export interface OpenFreeze {
  readonly reason: string;
  /**
   * The next moment outside of every window: milliseconds since the epoch. Undefined where the windows follow
   * each other without a gap for as far as Slipway looks.
   */
  readonly until: number | undefined;
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
    if (next === undefined) return { reason: first.reason, until };
    until = next.until;
  }
  return { reason: first.reason, until: undefined };
}

interface Window {
  readonly reason: string;
  readonly until: number;
}

/** Of the windows that are open then, the one that ends last. Its last millisecond is the one before `until`. */
function windowAt(windows: readonly FreezeWindowConfig[], at: number): Window | undefined {
  const open = windows.flatMap((window) => {
    const start = lastStart(window, at);
    const until = endOf(window, start);
    return at < until ? [{ reason: window.reason, until }] : [];
  });
  return open.sort((a, b) => b.until - a.until)[0];
}

function lastStart({ starts, timeZone }: FreezeWindowConfig, at: number): number {
  // `prev` is strictly before its date: a window that starts at this very millisecond counts.
  const before = CronExpressionParser.parse(starts, { currentDate: new Date(at + 1), tz: timeZone });
  const start = before.prev().getTime();
  // Going back, cron-parser passes over a start that the clock change swallowed; going forward it moves it behind
  // the change.
  const after = CronExpressionParser.parse(starts, { currentDate: new Date(start), tz: timeZone });
  const moved = after.next().getTime();
  return moved <= at ? moved : start;
}

/**
 * A window lasts by the clock on the wall: from Friday 16:00, 64 h later it is Monday 08:00 also in the nights in
 * which the clocks change.
 */
function endOf({ lasts, timeZone }: FreezeWindowConfig, start: number): number {
  const clockTime = start + offsetAt(start, timeZone) + lasts * 1000;
  const elapsed = start + lasts * 1000;
  const offset = offsetAt(elapsed, timeZone);
  const end = clockTime - offset;
  const offsetThere = offsetAt(end, timeZone);
  // A time that the clock change leaves out has no offset of its own: the later reading keeps the freeze longer.
  return offsetThere === offset ? end : Math.max(end, clockTime - offsetThere);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the clocks there are ahead of UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    formats.set(timeZone, format);
  }
  const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
  // `GMT` alone, or `GMT-03:30`.
  const [, sign, hours = "0", minutes = "0"] = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
