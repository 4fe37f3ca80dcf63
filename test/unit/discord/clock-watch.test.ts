import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { ClockWatch } from "../../../src/discord/gateway/clock-watch.js";

/** What is said after interactions that arrived so many milliseconds after they were made. */
function said(...differences: readonly number[]): readonly string[] {
  const logged: string[] = [];
  const watch = new ClockWatch(pino({}, { write: (line: string) => logged.push(JSON.parse(line).msg) }));
  for (const difference of differences) watch.observe(1_000_000, 1_000_000 + difference);
  return logged;
}

describe("a clock that", () => {
  it("is right says nothing, however late some events come", () => {
    expect(said(40, 9_000, 8_000, 2_000, 3_000, 45, 9_000)).toEqual([]);
  });

  it("is 1.6 s ahead is told of once", () => {
    const lines = said(...Array<number>(50).fill(1_640));
    expect(lines).toEqual([expect.stringContaining("ahead of Discord's")]);
  });

  it("is behind is told of at once: no event comes before it was made", () => {
    expect(said(-1_600)).toEqual([expect.stringContaining("behind Discord's")]);
  });

  it("was set right is told of", () => {
    expect(said(...Array<number>(5).fill(2_000), ...Array<number>(5).fill(40))).toEqual([
      expect.stringContaining("ahead"),
      expect.stringContaining("again"),
    ]);
  });
});
