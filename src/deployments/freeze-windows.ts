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

/** Longer than any change of clocks. */
const CHANGE_MS = 3 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

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
    const until = endOf(window, lastStart(window, at));
    return at < until ? [{ reason: window.reason, until }] : [];
  });
  return open.sort((a, b) => b.until - a.until)[0];
}

/**
 * What the clocks show at the newest start that is not later than `at`, as if it were UTC. Starts are looked up on a
 * calendar without time zone and then placed in time: in a zone, cron-parser 5.10 passes over starts that a change
 * of clocks leaves out, and gives up where clocks change at midnight.
 */
function lastStart({ starts, timeZone }: FreezeWindowConfig, at: number): number {
  const offset = offsetAt(at, timeZone);
  // Where the clocks were just put back, a start that lies behind may stand ahead on the clock.
  const putBack = Math.max(0, offsetAt(at - CHANGE_MS, timeZone) - offset);
  // `prev` is strictly before its date: a window that starts at this very millisecond counts.
  const currentDate = new Date(at + offset + putBack + 1);
  const calendar = CronExpressionParser.parse(starts, { currentDate, tz: "UTC" });
  for (;;) {
    const clock = calendar.prev().getTime();
    if (Math.min(...momentsOf(clock, timeZone)) <= at) return clock;
  }
}

/**
 * A window lasts by the clock on the wall: from Friday 16:00, 64 h later it is Monday 08:00 also when the clocks
 * change. Where the end comes twice, the second one counts.
 */
function endOf({ lasts, timeZone }: FreezeWindowConfig, start: number): number {
  return Math.max(...momentsOf(start + lasts * 1000, timeZone));
}

/**
 * When the clocks there show this: once; twice where they are put back; where they are put forward over it, at that
 * very moment.
 * @param clock what they show, as if it were UTC
 * @returns milliseconds since the epoch
 */
function momentsOf(clock: number, timeZone: string): readonly number[] {
  const before = offsetAt(clock - DAY_MS, timeZone);
  const after = offsetAt(clock + DAY_MS, timeZone);
  const moments = [...new Set([before, after])]
    .map((offset) => clock - offset)
    .filter((moment) => moment + offsetAt(moment, timeZone) === clock);
  return moments.length > 0 ? moments : [changeBetween(clock - after, clock - before, timeZone)];
}

/** The first moment of the new offset. */
function changeBetween(earlier: number, later: number, timeZone: string): number {
  const old = offsetAt(earlier, timeZone);
  let [low, high] = [earlier, later];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, timeZone) === old) low = middle;
    else high = middle;
  }
  return high;
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
