import { streakStart } from "./streaks.js";
import type { Tolerance } from "./truth.js";
import type { Week } from "./week.js";
import { MINUTE, type World } from "./world.js";

/** What begins later than this is nobody's old incident. */
const TOGETHER = 5 * MINUTE;

type Told = Week["told"][number];

/** Nobody is called when an environment joins: so none joins an old outage, nor one that somebody has seen to. */
export function judgeJoins(world: World, week: Week, id: string, { downtime }: Tolerance): readonly string[] {
  const told = week.told.filter(({ incidentId }) => incidentId === id);
  const joined = told.filter(({ name }) => name !== told[0]?.name);
  return joined.flatMap((each) => {
    const later = beginOf(world, week, each) - startOf(world, week, each, id);
    const late = later > TOGETHER + downtime || isSeenTo(week, id, each.at);
    return late ? [`${each.name} joined incident ${id} in silence`] : [];
  });
}

/** Whether what opened an incident of its own belongs to one that was told before in its channel, by the same dead host. */
export function belongsTo(
  world: World,
  week: Week,
  opener: Told,
  earlier: string,
  { lossy }: Tolerance,
): boolean {
  // Where probes get lost its first failed one may have been too long ago to count: it began before it was told.
  const begin = lossy ? opener.at : beginOf(world, week, opener);
  return begin - startOf(world, week, opener, earlier) <= TOGETHER && !isSeenTo(week, earlier, opener.at);
}

function startOf(world: World, week: Week, { at }: Told, id: string): number {
  const before = week.told.filter((each) => each.incidentId === id && each.at <= at);
  return Math.min(...before.map((each) => beginOf(world, week, each)));
}

function beginOf(world: World, week: Week, { name, at }: Told): number {
  return streakStart(world, week, name, at, false);
}

function isSeenTo({ pressed }: Week, id: string, at: number): boolean {
  return pressed.some((press) => press.incidentId === id && press.at < at);
}
