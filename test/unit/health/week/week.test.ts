import { describe, expect, it } from "vitest";
import { judge } from "./oracle.js";
import { playWeek } from "./simulate.js";
import { type Episode, MINUTE, makeWorld, SECOND } from "./world.js";

const SEED = Number(process.env["WEEK_SEED"] ?? Date.now() % 0x7fffffff);
const WEEKS = Number(process.env["WEEKS"] ?? 1);

const seeds = Array.from({ length: WEEKS }, (_, index) => SEED + index);

describe.each(seeds)("the week of seed %i", (seed) => {
  const world = makeWorld(seed);

  it("has something of everything", () => {
    const kinds = new Set<Episode["kind"]>(world.episodes.map(({ kind }) => kind));

    expect(kinds.size).toBe(8);
  });

  it("keeps every promise", () => {
    const week = playWeek(world, seed, { lost: 0, doubled: 0, restarts: 0 });

    expect(judge(world, week, { slack: 40 * SECOND, downtime: 0, lossy: false })).toEqual([]);
  });

  it("keeps them also where probes are lost or come twice, and Slipway restarts", () => {
    const week = playWeek(world, seed, { lost: 0.03, doubled: 0.05, restarts: 100 });

    expect(judge(world, week, { slack: 8 * MINUTE, downtime: 5 * MINUTE, lossy: true })).toEqual([]);
  });
});
