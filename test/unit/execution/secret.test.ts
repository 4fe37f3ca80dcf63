import { inspect } from "node:util";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/secret.js";

describe("Secret", () => {
  const secret = new Secret("hunter2");

  it("gives its value only when asked to", () => {
    expect(secret.reveal()).toBe("hunter2");
  });

  it.each([
    ["a template", `${secret}`],
    ["String()", String(secret)],
    ["JSON", JSON.parse(JSON.stringify({ secret })).secret],
    ["inspect", inspect(secret)],
    ["inspect with hidden fields", inspect(secret, { showHidden: true })],
  ])("is redacted in %s", (_, shown) => {
    expect(shown).toBe("[redacted]");
  });

  it("is redacted in a log line", () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line: string) => lines.push(line) });

    logger.info({ secret, nested: { secrets: [secret] } }, "signing in");

    expect(lines.join("")).toContain("[redacted]");
    expect(lines.join("")).not.toContain("hunter2");
  });
});
