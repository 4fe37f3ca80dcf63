import { describe, expect, it } from "vitest";
import { ConnectionWatch } from "../../../src/discord/gateway/connection-watch.js";

const INTERVAL_MS = 41_250;

function scene(random = 0) {
  const clock = { now: 1_000_000 };
  const pauses: number[] = [];
  const watch = new ConnectionWatch({
    now: () => clock.now,
    random: () => random,
    pause: async (milliseconds) => pauses.push(milliseconds),
  });
  const beat = () => watch.heartbeatAnswered(clock.now);
  return { clock, pauses, watch, beat };
}

describe("a connection whose heartbeats are answered", () => {
  it("is ready between them, and no more once one is half an interval late", () => {
    const { clock, watch, beat } = scene();
    watch.opened();
    for (let round = 0; round < 5; round++) {
      clock.now += INTERVAL_MS;
      expect(watch.ready()).toBe(true);
      beat();
    }
    clock.now += INTERVAL_MS * 1.4;
    expect(watch.ready()).toBe(true);
    clock.now += INTERVAL_MS * 0.2;
    expect(watch.ready()).toBe(false);
  });

  it("stays ready where the server asks for one more at any time", () => {
    const { clock, watch, beat } = scene();
    watch.opened();
    for (const gap of [INTERVAL_MS, 30, INTERVAL_MS - 30, 30, INTERVAL_MS - 30]) {
      clock.now += gap;
      expect(watch.ready()).toBe(true);
      beat();
    }
  });
});

describe("a connection that is closed", () => {
  it("is tried ever more slowly, and never more than 90 s apart", () => {
    const { watch } = scene();
    const delays = Array.from({ length: 9 }, () => watch.closed());
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 90_000, 90_000]);
  });

  it("is tried up to half of that sooner, so that many bots do not come at once", () => {
    const { watch } = scene(1);
    expect([watch.closed(), watch.closed()]).toEqual([500, 1_000]);
  });

  it("begins anew after it has held for a minute, and not after it opened for a moment", () => {
    const { clock, watch } = scene();
    watch.closed();
    watch.opened();
    clock.now += 1_000;
    expect(watch.closed()).toBe(2_000);
    watch.opened();
    clock.now += 60_000;
    expect(watch.closed()).toBe(1_000);
  });

  it("is never made once it was given up", async () => {
    const { watch } = scene();
    watch.closed();
    const connects = watch.mayConnect().then(() => "connects");
    watch.giveUp();
    expect(await Promise.race([connects, new Promise((resolve) => setTimeout(resolve, 50, "waits"))])).toBe(
      "waits",
    );
    expect(watch.ready()).toBe(false);
  });
});
