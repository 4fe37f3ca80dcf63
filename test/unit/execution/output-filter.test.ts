import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filterOutput, filterText } from "../../../src/execution/output-filter.js";
import { createRedactor } from "../../../src/execution/redact.js";
import { Secret } from "../../../src/secret.js";

const ESC = "\u001b";
const KEY = "-----BEGIN KEY-----\nfirst-line-of-it\nsecond-line-of-it\n-----END KEY-----";
const redactor = createRedactor([new Secret("hunter2-hunter2"), new Secret(KEY)]);
const noise = fc.constantFrom("", `${ESC}[31m`, `${ESC}[0m`, "\u200b", "\u0000", "x\b");

describe("filterOutput", () => {
  it("gives whole lines, and the rest at the end", () => {
    const filter = filterOutput(redactor);

    expect([filter.write("one\ntw"), filter.isEmpty]).toEqual(["one\n", false]);
    expect([filter.write("o\n"), filter.isEmpty]).toEqual(["two\n", true]);
    expect(filter.write("three")).toBe("");
    expect(filter.end()).toBe("three");
  });

  it("hides a secret that was written over a progress bar", () => {
    expect(filterText(redactor, "hunter2-XXXXXXX\b\b\b\b\b\b\bhunter2\n")).toBe("[redacted]\n");
  });

  it("hides a secret that colours and unseen characters cut into pieces, in whatever chunks it comes", () => {
    const cut = (secret: string) =>
      fc
        .array(noise, { minLength: secret.length, maxLength: secret.length })
        .map((noises) => noises.map((each, index) => each + secret[index]).join(""));
    const output = fc.tuple(fc.constantFrom("plain\n", "", "a "), fc.oneof(cut("hunter2-hunter2"), cut(KEY)));
    fc.assert(
      fc.property(output, fc.array(fc.nat(60), { maxLength: 30 }), ([before, secret], sizes) => {
        const filter = filterOutput(redactor);
        const text = `${before}${secret} after\n`;
        let at = 0;
        let shown = "";
        for (const size of sizes) {
          shown += filter.write(text.slice(at, at + size));
          at += size;
        }
        shown += filter.write(text.slice(at)) + filter.end();
        expect(shown.startsWith(`${before}[redacted]`)).toBe(true);
        for (const line of KEY.split("\n")) expect(shown).not.toContain(line);
        expect(shown).not.toContain("hunter");
      }),
      { numRuns: 300 },
    );
  });
});
