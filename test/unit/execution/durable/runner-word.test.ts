import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRunnerWord } from "../../../../src/execution/durable/runner-word.js";

describe("a word of the runner", () => {
  it.each([
    ["claimed", { word: "claimed" }],
    ["fenced 12", { word: "fenced", token: 12 }],
    ["spoiled", { word: "spoiled" }],
    ["running 7", { word: "status", status: { kind: "running", logBytes: 7 } }],
    ["refused cannot write to /x y", { word: "refused", reason: "cannot write to /x y" }],
    ["full /home/app/.slipway/runs", { word: "full", folder: "/home/app/.slipway/runs" }],
    ["lacks flock setsid(util-linux)", { word: "lacks", programs: ["flock", "setsid(util-linux)"] }],
    ["end exited 3 30.000 12", { word: "end", status: { kind: "exited", code: 3, logBytes: 12 } }],
    [
      "end timed-out 143 0.500 4",
      { word: "end", status: { kind: "timed-out", afterSeconds: 0.5, logBytes: 4 } },
    ],
    ["end cancelled 137 30.000 4", { word: "end", status: { kind: "cancelled", logBytes: 4 } }],
    ["end dead - - 0", { word: "end", status: { kind: "dead", logBytes: 0 } }],
  ])("%j is understood", (line, word) => {
    expect(parseRunnerWord(line)).toEqual(word);
  });

  it.each([
    "",
    "nonsense",
    "end",
    "end exited",
    "end exited x 1 2",
    "end exited 0 1",
    "end exited 256 1 2",
    "end exited -1 1 2",
    "end exited 0 1 -5",
    "end exited 0 1 2 3",
    `end exited 0 1 ${"9".repeat(400)}`,
    `end timed-out 1 ${"9".repeat(400)} 2`,
    "end exited 0 1 9007199254740992",
    "end exited 0 1 1e3",
    "end gone 0 1 2",
    "fenced",
    "fenced -1",
    "fenced 1 2",
    "fenced 0x10",
    `fenced ${"9".repeat(400)}`,
    "running 1.5",
    "claimed twice",
    "lacks",
    "lacks $(reboot)",
    "refused",
    "toString",
    "__proto__",
  ])("%j is unclear, never an outcome", (line) => {
    expect(parseRunnerWord(line)).toMatchObject({ word: "unclear" });
  });

  it("has safe values only, whatever bytes a host sends", () => {
    const words = fc.constantFrom(
      ...["end", "exited", "timed-out", "cancelled", "dead", "-", "fenced", "running", "refused", "full"],
      ...[
        "lacks",
        "claimed",
        "unclear",
        "9".repeat(400),
        "-1",
        "1e999",
        "NaN",
        "0",
        "9007199254740993",
        "\u001b[31m",
      ],
    );
    const line = fc.oneof(
      fc
        .array(fc.oneof(words, fc.string(), fc.integer().map(String)), { maxLength: 8 })
        .map((parts) => parts.join(" ")),
      fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    );
    fc.assert(
      fc.property(line, (text) => {
        for (const value of leaves(parseRunnerWord(text))) expectSafe(value);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Every value of an object that is none itself. */
function leaves(value: unknown): readonly unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [value];
}

function expectSafe(value: unknown): void {
  if (typeof value === "number") {
    expect(Number.isFinite(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER).toBe(true);
    return;
  }
  expect(typeof value).toBe("string");
  expect(String(value).length).toBeLessThanOrEqual(400);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(String(value)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
}
