import { describe, expect, it } from "vitest";
import { edit, exampleText, faultsOf } from "./example.js";

describe("a fault under monitor", () => {
  it.each([
    ["hold: 2m", "hold: 1h", "longestHold", "write at least as long as `hold`"],
    ["retries: 3", "retries: 21", "confirm.retries", "20"],
    ["whileDown: 1m", "whileDown: soon", "whileDown", "write a duration"],
    ['schedule: "0 * * * *"', 'schedule: "hourly"', "monitor.schedule", "use a cron expression"],
    ["summary: weekly", "summary: yearly", "monitor.summary", "weekly"],
    ["every: 1m", "every: 10m", "bake.every", "write less than `lasts`"],
    ["lasts: 10m, every: 1m", "lasts: 1m", "bake.every", "write less than `lasts`"],
    ["onFailure: offer", "onFailure: panic", "bake.onFailure", "rollback"],
    [', mention: ["223344556677889933"] }', ", mention: [] }", "escalate.mention", "name at least one role"],
    ["after: 15m, ", "afterwards: 15m, ", "escalate.afterwards", "after"],
  ])("%s written as %s is named with its path and the fix", (from, to, path, fix) => {
    const [fault, ...others] = faultsOf(edit(exampleText, from, to));

    expect(others).toEqual([]);
    expect(JSON.stringify(fault)).toContain(path);
    expect(fault?.fix).toContain(fix);
  });
});
