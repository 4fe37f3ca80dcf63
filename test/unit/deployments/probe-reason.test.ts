import { describe, expect, it } from "vitest";
import { ProbeReason } from "../../../src/deployments/probe-reason.js";

describe("a reason in a record", () => {
  it.each([
    { code: "status", expected: 200, got: 500 },
    { code: "text-missing", expected: "ok" },
    { code: "timed-out", seconds: 10 },
    { code: "no-answer", detail: "ECONNREFUSED" },
    { code: "exited", exitCode: 3 },
    { code: "killed", signal: "SIGKILL" },
  ])("of the first version is still read: $code", (reason) => {
    expect(ProbeReason.parse(reason)).toEqual(reason);
  });

  it("of a version to come is not", () => {
    expect(ProbeReason.safeParse({ code: "haunted" }).success).toBe(false);
  });
});
