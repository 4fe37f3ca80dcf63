import { describe, expect, it } from "vitest";
import { commandText } from "../../../../src/execution/durable/command-text.js";
import { startOf } from "../../../../src/execution/durable/start-run.js";
import { toShellCommand } from "../../../../src/execution/quote.js";
import { Secret } from "../../../../src/secret.js";

const BOUNDS = { graceSeconds: 10, fetchedBytes: 8, logBytes: 64 };
const command = { argv: ["make", "it so"], timeoutSeconds: 5, run: { id: "run" } } as const;

describe("what starts a durable run", () => {
  it("has the fence and the time in its words, and everything else in its input", () => {
    const secretEnvironment = { TOKEN: new Secret("it's") };
    const run = { id: "run", fence: { key: "app.uat", token: 7 } };

    const start = startOf({ ...command, environment: { A: "b" }, secretEnvironment, run }, "run", BOUNDS);

    expect(start.words(12)).toEqual(["start", "run", 12, "5.000", 10, "app.uat", 7, 8, 64]);
    expect(start.input).toBe("A='b'; export A\nTOKEN='it'\\''s'; export TOKEN\nexec 'make' 'it so'");
  });

  it("says so when there is no fence", () => {
    expect(startOf(command, "run", BOUNDS).words(0)).toEqual(["start", "run", 0, "5.000", 10, "-", 0, 8, 64]);
  });

  it("never has the host drop output that is fetched", () => {
    const words = startOf(command, "run", { ...BOUNDS, fetchedBytes: 40 }).words(0);

    expect(words.slice(-2)).toEqual([40, 80]);
  });

  it("never has an exponent in its time", () => {
    expect(startOf({ ...command, timeoutSeconds: 1e-7 + 1e9 }, "run", BOUNDS).words(0)[3]).toBe(
      "1000000000.000",
    );
  });

  it.each([
    { timeoutSeconds: 0 },
    { timeoutSeconds: Number.NaN },
    { run: { id: "run", fence: { key: "a/b", token: 1 } } },
    { run: { id: "run", fence: { key: "a", token: -1 } } },
    { run: { id: "run", fence: { key: "a", token: 2 ** 53 } } },
    { environment: { "A=B; x": "" } },
    { environment: { A: "NUL \0" } },
  ])("is refused with %j", (odd) => {
    expect(() => startOf({ ...command, ...odd }, "run", BOUNDS)).toThrow(TypeError);
  });
});

describe("a command without a run", () => {
  it("cannot have secrets", () => {
    const secretEnvironment = { TOKEN: new Secret("a secret") };

    expect(() => toShellCommand({ argv: ["true"], timeoutSeconds: 1, secretEnvironment })).toThrow(TypeError);
    expect(commandText({ argv: ["true"], timeoutSeconds: 1, secretEnvironment })).toContain("a secret");
  });
});
