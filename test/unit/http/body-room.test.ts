import { describe, expect, it } from "vitest";
import { BodyRoom } from "../../../src/http/body-room.js";

function roomOf(limit: number) {
  const time = { now: 0 };
  const room = new BodyRoom(limit, () => time.now);
  const evicted: string[] = [];
  return { time, room, evicted, open: (name: string) => room.open(() => evicted.push(name)) };
}

describe("the room for bodies", () => {
  it("is never taken twice, whatever order bodies are closed in", () => {
    const { room, open } = roomOf(100);
    const [first, second] = [open("first"), open("second")];
    first.grow(30);
    second.grow(40);

    first.close();
    first.close();

    expect(room.held).toBe(40);
  });

  it("is left by the body that has held the most for the longest", () => {
    const { time, room, evicted, open } = roomOf(100);
    const slow = open("slow");
    slow.grow(60);
    time.now = 5_000;
    const quick = open("quick");

    quick.grow(90);

    expect({ evicted, held: room.held }).toEqual({ evicted: ["slow"], held: 90 });
  });

  it("lets a small body pass beside as many slow ones as there may be", () => {
    const { time, evicted, open } = roomOf(1_000);
    for (let n = 0; n < 100; n += 1) open("slow").grow(10);
    time.now = 1_000;

    open("honest").grow(15);

    expect(evicted).toEqual(["slow", "slow"]);
  });

  it("forgets what a body sends after it was thrown out", () => {
    const { time, room, open } = roomOf(100);
    const slow = open("slow");
    slow.grow(60);
    time.now = 1;
    open("quick").grow(50);

    slow.grow(60);
    slow.close();

    expect(room.held).toBe(50);
  });
});
