import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lastLines, OutputEnd } from "../../src/output-end.js";

/** Writes the pieces and gives what is kept. */
function endOf(maxBytes: number, pieces: readonly string[]): ReturnType<OutputEnd["end"]> {
  const output = new OutputEnd(maxBytes);
  for (const piece of pieces) output.write(piece);
  return output.end();
}

describe("the end of an output", () => {
  it.each([
    ["nothing", [], "", false],
    ["all of what fits", ["one\n", "two\n"], "one\ntwo\n", false],
    ["what fits to the byte", ["0123456", "89\n"], "012345689\n", false],
    ["whole lines only", ["one\n", "two\n", "three\n"], "three\n", true],
    ["the end of a line that is longer", ["0123456789", "abcdefghij"], "abcdefghij", true],
    ["whole characters only", ["x", "é".repeat(6)], "é".repeat(5), true],
    ["the end of one large piece", ["first\n", "0123456789abcdefghijKLMNOPQRST"], "KLMNOPQRST", true],
    ["what came after one large piece", ["0123456789abcdefghijKLMNOPQRST", "end"], "NOPQRSTend", true],
  ])("is %s", (_what, pieces, text, shortened) => {
    expect(endOf(10, pieces)).toEqual({ text, shortened });
  });

  it("is the same in however many pieces it comes", () => {
    const pieces = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "👍", "\n"), maxLength: 12 }));
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 40 }), pieces, (maxBytes, parts) => {
        const whole = parts.join("");
        const { text, shortened } = endOf(maxBytes, parts);

        expect(whole.endsWith(text)).toBe(true);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
        expect(shortened).toBe(Buffer.byteLength(whole) > maxBytes);
        expect({ text, shortened }).toEqual(endOf(maxBytes, [whole]));
      }),
    );
  });

  it("takes memory by its limit, not by the size of the output or the number of its pieces", () => {
    const output = new OutputEnd(64 * 1024);
    const before = process.memoryUsage().arrayBuffers;

    for (let piece = 0; piece < 200_000; piece += 1) output.write("0123456789abcdef0123456789abcdef\n");

    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
    expect(output.end().text.length).toBeGreaterThan(60 * 1024);
  });
});

describe("the last lines", () => {
  it.each([
    ["a\nb\nc\n", 2, "b\nc\n"],
    ["a\nb\nc", 2, "b\nc"],
    ["a\nb\n", 5, "a\nb\n"],
    ["\n\n\n", 2, "\n\n"],
    ["a", 1, "a"],
    ["", 1, ""],
    ["\na", 1, "a"],
    ["\na", 2, "\na"],
  ])("of %j, %i of them", (text, count, expected) => {
    expect(lastLines(text, count)).toBe(expected);
  });
});
