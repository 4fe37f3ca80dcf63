import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Utf8Text } from "../../../../src/execution/durable/utf8-text.js";

describe("text that comes in pieces", () => {
  it("is the same, wherever it is cut", () => {
    const bytesAndCuts = fc.tuple(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
      ),
      fc.array(fc.nat(40), { maxLength: 10 }),
    );
    fc.assert(
      fc.property(bytesAndCuts, ([bytes, cuts]) => {
        const whole = Buffer.from(bytes);
        const places = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const text = new Utf8Text();

        const pieces = places.map((place, index) =>
          text.write(whole.subarray(places[index - 1] ?? 0, place)),
        );

        expect(pieces.join("") + text.end()).toBe(whole.toString("utf8"));
      }),
    );
  });

  it.each([
    ["a", 0],
    ["é", 0],
  ])("holds nothing back after %s", (piece, held) => {
    const text = new Utf8Text();

    text.write(Buffer.from(piece));

    expect(text.heldBytes).toBe(held);
  });

  it.each([
    [[0xc3], 1],
    [[0x61, 0xe2, 0x82], 2],
    [[0xf0, 0x9f, 0x91], 3],
    [[0xff], 0],
    [[0x80, 0x80], 0],
  ])("knows how much of a character is missing after %j", (bytes, held) => {
    const text = new Utf8Text();

    text.write(Buffer.from(bytes));

    expect(text.heldBytes).toBe(held);
  });
});
