import { describe, expect, it } from "vitest";
import { kindOf, TroubleLog } from "../../../src/trouble-log.js";
import { recordingLogger } from "../../integration/execution/ssh-fixture.js";

function start() {
  const { lines, logger } = recordingLogger();
  const clock = { now: 1_000_000 };
  const log = new TroubleLog(logger, { againAfterMs: 30_000, now: () => clock.now });
  const read = () => lines.map((line) => JSON.parse(line));
  return { log, clock, read };
}

describe("trouble that repeats", () => {
  it("is logged at once, then with a count at most every 30 s, and once when it is over", () => {
    const { log, clock, read } = start();

    for (let second = 0; second <= 65; second++, clock.now += 1_000)
      log.report("redis", { err: 1 }, "is away");
    log.over("redis", "is back");

    expect(read()).toMatchObject([
      { level: 40, msg: "is away" },
      { level: 40, msg: "is away", repeated: 30 },
      { level: 40, msg: "is away", repeated: 30 },
      { level: 30, msg: "is back", faults: 66, seconds: 66 },
    ]);
  });

  it("is logged at once again after it was over", () => {
    const { log, read } = start();

    for (let time = 0; time < 2; time++) {
      log.report("redis", {}, "is away");
      log.over("redis", "is back");
    }

    expect(read()).toHaveLength(4);
  });

  it("hides no trouble of another kind", () => {
    const { log, read } = start();

    log.report("a", {}, "one");
    log.report("b", {}, "two", "error");
    log.over("c", "never was");

    expect(read()).toMatchObject([{ msg: "one" }, { level: 50, msg: "two" }]);
  });

  it.each([
    [Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
    [new Error("OOM command not allowed"), "OOM"],
    [new TypeError("x"), "TypeError"],
    ["text", "unknown"],
  ])("has a kind: %s", (error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });
});
