import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FreezeWindowConfig } from "../../../src/config/schema.js";
import { openFreeze } from "../../../src/deployments/freeze-windows.js";

const HOUR = 3600;
const PARIS = "Europe/Paris";
const MINUTE_MS = 60_000;

function aWindow(
  starts: string,
  hours: number,
  changes: Partial<FreezeWindowConfig> = {},
): FreezeWindowConfig {
  return { starts, lasts: hours * HOUR, timeZone: PARIS, reason: "weekend", ...changes };
}

const weekend = aWindow("0 16 * * 5", 64);

/** Making one takes far longer than asking it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the clock on the wall shows, such as `Mon 08:00`. */
function wallClock(at: number, timeZone = PARIS): string {
  const options = {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  } as const;
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat("en-GB", options);
  clocks.set(timeZone, clock);
  const parts = clock.formatToParts(at);
  const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value;
  return `${part("weekday")} ${part("hour")}:${part("minute")}`;
}

/** Friday 16:00 to Monday 08:00, read off the wall: no arithmetic with offsets. */
function isWeekend(at: number): boolean {
  const [day = "", time = ""] = wallClock(at).split(" ");
  if (day === "Fri") return time >= "16:00";
  return day === "Sat" || day === "Sun" || (day === "Mon" && time < "08:00");
}

const until = (windows: readonly FreezeWindowConfig[], at: string) =>
  openFreeze(windows, Date.parse(at))?.until;

const anyTime = fc.integer({ min: Date.parse("2024-01-01T00:00Z"), max: Date.parse("2031-01-01T00:00Z") });
/** The Sundays on which the clocks of Paris change. */
const changes = ["2024-03-31", "2024-10-27", "2025-03-30", "2025-10-26", "2026-03-29", "2026-10-25"];
const aroundChange = fc
  .tuple(fc.constantFrom(...changes), fc.integer({ min: -90 * 60, max: 60 * 60 }))
  .map(([day, minutes]) => Date.parse(`${day}T01:00:00Z`) + minutes * MINUTE_MS);
const someTime = fc.oneof(anyTime, aroundChange);

describe("a weekend in Paris, Friday 16:00 and 64 hours", () => {
  it("freezes exactly what the wall clock calls the weekend", () => {
    fc.assert(
      fc.property(someTime, (at) => {
        expect(openFreeze([weekend], at) !== undefined).toBe(isWeekend(at));
      }),
      { numRuns: 250 },
    );
  });

  it("ends on Monday at 08:00, also when the clocks change", () => {
    fc.assert(
      fc.property(someTime.filter(isWeekend), (at) => {
        expect(wallClock(openFreeze([weekend], at)?.until ?? 0)).toBe("Mon 08:00");
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ["in the summer", "2026-07-04T10:00Z", "2026-07-06T06:00Z"],
    ["when an hour is left out", "2026-03-28T10:00Z", "2026-03-30T06:00Z"],
    ["when an hour comes twice", "2026-10-24T10:00Z", "2026-10-26T07:00Z"],
  ])("ends %s at the right moment", (_when, at, end) => {
    expect(until([weekend], at)).toBe(Date.parse(end));
  });

  it("begins with its first millisecond and ends before its last", () => {
    const start = Date.parse("2026-07-03T14:00Z");
    const end = Date.parse("2026-07-06T06:00Z");

    const frozen = [start - 1, start, end - 1, end].map((at) => openFreeze([weekend], at) !== undefined);

    expect(frozen).toEqual([false, true, true, false]);
  });
});

describe("windows that follow each other", () => {
  const saturday = aWindow("0 0 * * 6", 24, { reason: "saturday" });
  const sunday = aWindow("0 0 * * 0", 24, { reason: "sunday" });

  it.each([
    ["23 hours", "2026-03-28T12:00Z", "2026-03-29T22:00Z"],
    ["24 hours", "2026-07-04T12:00Z", "2026-07-05T22:00Z"],
    ["25 hours", "2026-10-24T12:00Z", "2026-10-25T23:00Z"],
  ])("are one freeze where they touch, on a Sunday of %s too", (_length, at, end) => {
    expect(openFreeze([sunday, saturday], Date.parse(at))).toEqual({
      reason: "saturday",
      until: Date.parse(end),
    });
  });

  it("leave the gap of a minute between them open", () => {
    const late = aWindow("1 0 * * 0", 24);

    expect(until([saturday, late], "2026-07-04T12:00Z")).toBe(Date.parse("2026-07-04T22:00Z"));
  });

  it("count to the end of the longer one where they overlap", () => {
    const night = aWindow("0 20 * * *", 12, { reason: "night" });

    expect(until([night, weekend], "2026-07-05T20:00Z")).toBe(Date.parse("2026-07-06T06:00Z"));
    expect(openFreeze([night, weekend], Date.parse("2026-07-05T20:00Z"))?.reason).toMatch(/night|weekend/);
    expect(until([night, weekend], "2026-07-03T13:00Z")).toBeUndefined();
  });

  it("have no open slot where they never end", () => {
    const always = aWindow("0 0 * * *", 24);

    expect(openFreeze([always], Date.parse("2026-07-04T12:00Z"))).toEqual({
      reason: "weekend",
      until: undefined,
    });
  });
});

describe("a time that the clock change leaves out", () => {
  const change = Date.parse("2026-03-29T01:00Z");
  const frozenAt = (window: FreezeWindowConfig, minutes: readonly number[]) =>
    minutes.map((minute) => openFreeze([window], change + minute * MINUTE_MS) !== undefined);

  it("as a start, is the moment of the change", () => {
    expect(frozenAt(aWindow("30 2 * * *", 1), [-1, 0, 29, 30])).toEqual([false, true, true, false]);
  });

  it("as an end, is the moment of the change", () => {
    expect(frozenAt(aWindow("30 1 * * *", 1), [-31, -30, -1, 0])).toEqual([false, true, true, false]);
  });
});

describe("a day that begins with the clock change", () => {
  it.each([
    ["Africa/Cairo", "2024-04-26T05:00Z"],
    ["America/Santiago", "2024-09-08T07:00Z"],
    ["Atlantic/Azores", "2024-03-31T07:00Z"],
    ["Australia/Lord_Howe", "2026-10-03T16:00Z"],
  ])("has its window in %s", (timeZone, at) => {
    const day = aWindow("0 0 * * *", 12, { timeZone });

    expect(wallClock(openFreeze([day], Date.parse(at))?.until ?? 0, timeZone)).toMatch(/12:00$/);
  });
});

describe("an hour that comes twice", () => {
  it("is frozen both times, without a break between them", () => {
    const night = aWindow("0 2 * * *", 0.5);
    const minutes = [0, 29, 30, 59, 60, 89, 90];

    const frozen = minutes.map(
      (minute) =>
        until([night], new Date(Date.parse("2026-10-25T00:00Z") + minute * MINUTE_MS).toISOString()) !==
        undefined,
    );

    expect(frozen).toEqual([true, true, true, true, true, true, false]);
  });
});

describe("the next open slot", () => {
  const starts = fc.constantFrom(
    "0 16 * * 5",
    "0 0 * * *",
    "30 2 * * *",
    "0 */6 * * *",
    "15 9 * * 1-5",
    "0 0 1 * *",
    "*/30 22 * * 6,0",
  );
  const timeZones = fc.constantFrom(PARIS, "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe");
  const someWindow: fc.Arbitrary<FreezeWindowConfig> = fc.record({
    starts,
    lasts: fc.integer({ min: 1, max: 80 * 60 }).map((minutes) => minutes * 60),
    timeZone: timeZones,
    reason: fc.constant("frozen"),
  });

  it("is never inside a window, and never later than the freeze that was told", () => {
    fc.assert(
      fc.property(
        fc.array(someWindow, { maxLength: 2 }),
        someTime,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (windows, at, share) => {
          const slot = openFreeze(windows, at)?.until;
          if (slot === undefined) return;

          const between = Math.min(slot - 1, at + Math.floor((slot - at) * share));

          expect(slot).toBeGreaterThan(at);
          expect(openFreeze(windows, slot)).toBeUndefined();
          expect(openFreeze(windows, between)?.until).toBe(slot);
        },
      ),
      // Each run may follow chains of a hundred windows.
      { numRuns: 50 },
    );
  });

  it("is undefined without windows", () => {
    expect(openFreeze([], 0)).toBeUndefined();
  });
});
