import { describe, expect, it } from "vitest";
import { cronAdvice } from "../../../src/config/cron-advice.js";
import { timeZoneAdvice } from "../../../src/config/time-zone-advice.js";

describe("the advice for a cron expression", () => {
  it.each([
    ["60 * * * *", "minute"],
    ["*/0 * * * *", "minute"],
    ["0 25 * * *", "hour"],
    ["0 5-1 * * *", "hour"],
    ["0 0 32 * *", "day of the month"],
    ["0 0 * 13 *", "month"],
    ["0 0 * * 8", "day of the week"],
    ["0 0 * * monday-fri", "day of the week"],
  ])("names the field that is wrong in %j", (text, field) => {
    expect(cronAdvice(text)).toMatch(new RegExp(`^correct the ${field}, which is "`));
  });

  it("says of a day that no month has that it is the day", () => {
    expect(cronAdvice("0 0 30 2 *")).toBe(
      "correct the day of the month: no month that is named has this day",
    );
  });

  it.each([
    ["", 0],
    ["@daily", 1],
    ["0 0 30 6 * *", 6],
  ])("counts the fields of %j", (text, count) => {
    expect(cronAdvice(text)).toMatch(new RegExp(`; this has ${count}$`));
  });

  it.each(["0 3 * * 1-5", "*/15 8-18 1,15 jan-jun mon", " 30 6 * * 7 "])("has none for %j", (text) => {
    expect(cronAdvice(text)).toBeUndefined();
  });
});

describe("the advice for a time zone", () => {
  it.each([
    ["Europe/Pairs", "Europe/Paris"],
    ["Paris", "Europe/Paris"],
    ["America/new york", "America/New_York"],
    ["Londn", "Europe/London"],
  ])("knows what was meant by %j", (text, meant) => {
    expect(timeZoneAdvice(text)).toBe(`did you mean ${meant}?`);
  });

  it("gives an example where none is near", () => {
    expect(timeZoneAdvice("somewhere warm")).toBe("use an IANA time zone, such as Europe/Paris");
  });

  it.each(["UTC", "Europe/Paris", "America/Argentina/Buenos_Aires"])("has none for %s", (zone) => {
    expect(timeZoneAdvice(zone)).toBeUndefined();
  });
});
