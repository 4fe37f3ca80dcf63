import type { Language } from "../config/schema.js";
import type { HealthRange, HealthSeries } from "../health/health-series.js";

export interface Tick {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly label: string;
}

interface Calendar {
  /** What changes at a tick, such as the day. */
  readonly unit: (parts: ClockParts) => string;
  readonly label: Intl.DateTimeFormatOptions;
}

interface ClockParts {
  readonly day: number;
  readonly month: number;
  readonly hour: number;
}

const DAYS_APART = 6;
const HOURS_APART = 6;
/** Every zone's clocks show a full hour at some multiple of it. */
const QUARTER_MS = 15 * 60_000;
/** Less than what any two ticks are apart. */
const STEP_MS = 12 * QUARTER_MS;

const CALENDARS: Readonly<Record<HealthRange, Calendar>> = {
  "24h": {
    unit: ({ day, hour }) => `${day} ${Math.floor(hour / HOURS_APART)}`,
    label: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  },
  "7d": { unit: ({ day }) => String(day), label: { weekday: "short" } },
  "30d": {
    unit: ({ day, month }) => `${month} ${Math.floor((Math.min(day, 30) - 1) / DAYS_APART)}`,
    label: { day: "numeric", month: "short" },
  },
};

/**
 * Where the clocks of that zone begin a quarter of a day, a day, or six days of a month. Found by looking where the
 * calendar changes, so that days of 23 or 25 hours, and those that begin at 01:00, come out right.
 */
export function timeTicks(
  { range, from, to }: Pick<HealthSeries, "range" | "from" | "to">,
  timeZone: string,
  language: Language,
): readonly Tick[] {
  const { unit, label } = CALENDARS[range];
  const clock = clockOf(timeZone);
  const format = new Intl.DateTimeFormat(language, { ...label, timeZone });
  const unitAt = (at: number) => unit(clock(at));
  const ticks: Tick[] = [];
  for (let start = Math.floor((from - 1) / QUARTER_MS) * QUARTER_MS; start < to; start += STEP_MS) {
    if (unitAt(start) === unitAt(start + STEP_MS)) continue;
    const at = changeBetween(start, start + STEP_MS, unitAt);
    if (at >= from && at < to) ticks.push({ at, label: format.format(at) });
  }
  return ticks;
}

/** The first quarter of an hour of the new unit. Both ends are on quarters. */
function changeBetween(earlier: number, later: number, unitAt: (at: number) => string): number {
  const old = unitAt(earlier);
  let [low, high] = [earlier, later];
  while (high - low > QUARTER_MS) {
    const middle = Math.floor((low + high) / 2 / QUARTER_MS) * QUARTER_MS;
    if (unitAt(middle) === old) low = middle;
    else high = middle;
  }
  return high;
}

function clockOf(timeZone: string): (at: number) => ClockParts {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    hourCycle: "h23",
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return { month: parts.get("month") ?? 0, day: parts.get("day") ?? 0, hour: parts.get("hour") ?? 0 };
  };
}
