import { describe, expect, it } from "vitest";
import { parseOptions } from "../../../chaos/options.js";

function parsed(...args: string[]) {
  const result = parseOptions(args);
  return result.kind === "options" ? result.options : result;
}

describe("the options of the chaos command", () => {
  it("are the full form, and a seed of its own, unless told", () => {
    expect(parsed()).toMatchObject({
      short: false,
      only: [
        "kill",
        "links",
        "freeze",
        "redis",
        "runner",
        "discord",
        "discord-day",
        "truth",
        "answers",
        "control",
      ],
      count: undefined,
      seed: expect.any(Number),
      timing: { lockSeconds: 15, stalledCheckSeconds: 5 },
    });
  });

  it("shorten the lock in the short form", () => {
    expect(parsed("--short")).toMatchObject({ timing: { lockSeconds: 3, stalledCheckSeconds: 1 } });
  });

  it("take one nemesis, a count, a seed and a lock", () => {
    const args = ["--short", "--only", "kill", "--count", "7", "--seed", "42", "--lock", "9s"];

    expect(parsed(...args)).toMatchObject({
      only: ["kill"],
      count: 7,
      seed: 42,
      timing: { lockSeconds: 9, stalledCheckSeconds: 3 },
    });
  });

  it.each([
    [["--only", "ghosts"], /--only takes kill, links/],
    [["--count", "0"], /--count takes a whole number from 1/],
    [["--seed", "x"], /--seed takes a whole number/],
    [["--lock", "5m"], /--lock takes seconds/],
    [["--fast"], /Unknown option '--fast'/],
  ])("refuse %j and say why", (args, why) => {
    expect(parseOptions(args)).toMatchObject({ kind: "refused", why: expect.stringMatching(why) });
  });
});
