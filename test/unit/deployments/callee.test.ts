import { describe, expect, it } from "vitest";
import { calleeOf } from "../../../src/deployments/callee.js";
import type { Origin } from "../../../src/deployments/record.js";
import { configWith, environmentInput, targetOf } from "./samples.js";

const ada = "112233445566778801";
const role = "112233445566778802";

function callee(origin: Origin, failures: object = { role }) {
  const people = { "Ada-L": ada, "build[bot]": "112233445566778803" };
  const config = configWith({ uat: environmentInput({ failures }) }, { people });
  return calleeOf(config, targetOf(config, "shop", "uat"), origin);
}

const push = (pusher: string, author?: string): Origin => ({
  ...{ kind: "push", branch: "main", pusher },
  ...(author !== undefined && { author }),
});

describe("calleeOf", () => {
  it.each([
    ["the person who typed the command", { kind: "command", userId: "7", userName: "x" } as const, "7"],
    ["the author of the push, whatever the case", push("ken", "ada-l"), ada],
    ["the pusher where the author is unknown", push("ADA-L", "ken"), ada],
    ["a bot's owner", push("build[bot]"), "112233445566778803"],
  ])("names %s", (_who, origin, userId) => {
    expect(callee(origin)).toEqual({ kind: "person", userId });
  });

  it.each([push("ken"), push("constructor"), push("__proto__"), { kind: "schedule" } as const])(
    "names the role for %j",
    (origin) => {
      expect(callee(origin)).toEqual({ kind: "role", roleId: role });
    },
  );

  it("names nobody where there is neither person nor role, or where mentions are off", () => {
    expect(callee(push("ken"), {})).toBeUndefined();
    expect(callee({ kind: "command", userId: "7", userName: "x" }, { role, mention: false })).toBeUndefined();
  });
});
