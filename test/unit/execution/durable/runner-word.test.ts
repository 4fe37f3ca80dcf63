import { describe, expect, it } from "vitest";
import { parseRunnerWord } from "../../../../src/execution/durable/runner-word.js";

describe("a word of the runner", () => {
  it.each([
    ["claimed", { word: "claimed" }],
    ["fenced 12", { word: "fenced", token: 12 }],
    ["running 7", { word: "status", status: { kind: "running", logBytes: 7 } }],
    ["refused cannot write to /x y", { word: "refused", reason: "cannot write to /x y" }],
    ["lacks flock setsid", { word: "lacks", programs: ["flock", "setsid"] }],
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
    "end gone 0 1 2",
    "fenced",
    "fenced -1",
  ])("%j is unclear, never an outcome", (line) => {
    expect(parseRunnerWord(line)).toEqual({ word: "unclear" });
  });
});
