import { describe, expect, it } from "vitest";
import { Random } from "../../../chaos/random.js";

function draw(random: Random): readonly number[] {
  return Array.from({ length: 20 }, () => random.integer(1, 6));
}

describe("Random", () => {
  it("repeats itself for the same seed", () => {
    expect(draw(new Random("42"))).toEqual(draw(new Random("42")));
  });

  it("differs for another seed, and in its forks", () => {
    const drawn = [draw(new Random("42")), draw(new Random("43")), draw(new Random("42").fork("a"))];

    expect(new Set(drawn.map(String)).size).toBe(3);
  });

  it("draws every number between both ends, and no other", () => {
    const random = new Random("dice");

    const drawn = new Set(Array.from({ length: 500 }, () => random.integer(1, 6)));

    expect([...drawn].toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("has nothing to pick from an empty list", () => {
    expect(() => new Random("42").pick([])).toThrow(RangeError);
  });
});
