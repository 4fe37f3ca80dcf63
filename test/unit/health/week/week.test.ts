/**
 * Weeks of 50 environments on a virtual clock: blips, outages, dead hosts, flapping, deployments, bad releases, people
 * who press buttons. The oracle knows what really happened and what each probe found, and judges what people were told.
 *
 * `WEEKS` is how many are played (1 without it), `WEEK_SEED` repeats a run.
 *
 * Does it bite? Each of these was taken out of a copy of the source, one at a time, and `WEEK_SEED=1` then broke so many
 * promises, such as:
 *
 *     confirmation                       359   a blip was told of
 *     the confirmation's time              2   false alert
 *     confirmation of a recovery          34   flapping was told of 7 times
 *     hold                                34   flapping was told of 7 times
 *     doubling of the hold                18   slow flapping was told of 13 times
 *     grouping                            21   what a dead host brought down was an incident of its own
 *     grouping only of what is fresh       4   an environment joined an old incident in silence
 *     one incident a channel              10   told in the wrong channel
 *     grouping only on the same host       4   holds what does not belong together
 *     silence during deployments          46   a deployment was told of
 *     order of sweeps                      1   false alert
 *     incidents over a restart           192   an outage was told of twice
 *     acknowledgement stops calls         59   called the wrong people or at a wrong time
 *     snooze stops calls                  35   called the wrong people or at a wrong time
 *     one escalation                     193   called 832 times
 *     escalation at all                   33   called nobody
 *     one mention of a role              778   called 878 times
 *     downtime from the first failure    195   downtime off by 30 s
 *     downtime to the first good probe   235   downtime off by 120 s
 *     downtime of the last that is back    7   downtime off
 *     the last one ends the incident       7   downtime off
 *     tighter probes                     237   a bad release was not told of
 *     probes that were lost                6   a dead host was not told of
 *     bake period                         51   a release was not blamed
 *     blame once                          74   a release was blamed 38 times
 *
 * The count and the age of failed probes, the dead host that has a good check, what a deployment does to a suspicion, and
 * that nobody joins what somebody has seen to, are guarded twice, or meet too seldom in a week: the tests of each rule
 * beside this folder fail without them.
 */
import { describe, expect, it } from "vitest";
import { judge } from "./oracle.js";
import { playWeek } from "./simulate.js";
import { type Episode, HOUR, MINUTE, makeWorld, SECOND, withWindows } from "./world.js";

const SEED = Number(process.env["WEEK_SEED"] ?? Date.now() % 0x7fffffff);
/** `DAYS=30` plays a month, which takes minutes. */
const LENGTH = Number(process.env["DAYS"] ?? 3) * 24 * HOUR;
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

  it("keeps them where Slipway's own network is away, and Slipway itself", () => {
    const world = withWindows(makeWorld(seed, LENGTH), seed);
    const days = playWeek(world, seed, { lost: 0, doubled: 0, restarts: 100 });

    expect(judge(world, days, { slack: 8 * MINUTE, downtime: 5 * MINUTE, lossy: true })).toEqual([]);
  });

  it("keeps them also where probes are lost or come twice, and Slipway restarts", () => {
    const week = playWeek(world, seed, { lost: 0.03, doubled: 0.05, restarts: 100 });

    expect(judge(world, week, { slack: 8 * MINUTE, downtime: 5 * MINUTE, lossy: true })).toEqual([]);
  });
});
