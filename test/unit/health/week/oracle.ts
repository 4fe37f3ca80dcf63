import { judgeIncident } from "./judge-incident.js";
import { belongsTo } from "./judge-joins.js";
import { CONFIRMATION, during, isWithin, type Tolerance } from "./truth.js";
import type { Week } from "./week.js";
import {
  type Environment,
  type Episode,
  type Fault,
  MINUTE,
  meetsWindow,
  nextSweep,
  SECOND,
  type World,
  windowAt,
} from "./world.js";

/** From 2 to 30 minutes the hold doubles four times: so often at most it is believed, and fails again. */
const MOST_ALERTS_OF_SLOW_FLAPPING = 5;

/**
 * Judges a week. It knows what really happened, when the scheduled sweeps are, and what each probe found; of the
 * decisions it knows only what people were told. Every broken promise is a line.
 */
export function judge(world: World, week: Week, tolerance: Tolerance): readonly string[] {
  return [
    ...world.episodes.flatMap((episode) => judgeEpisode(world, week, episode, tolerance)),
    ...week.told.flatMap((told) => judgeTold(world, told, tolerance)),
    ...incidentsOf(week).flatMap((id) => judgeIncident(world, week, id, tolerance)),
    ...world.environments.flatMap((environment) => judgeCadence(week, environment)),
    ...judgeBlindness(world, week),
    ...(week.openAtTheEnd === 0 ? [] : [`${week.openAtTheEnd} incidents are open at the end of the week`]),
  ];
}

/** How many incidents an environment may be told to be in. */
interface Bounds {
  readonly least: number;
  readonly most: number;
}

function judgeEpisode(world: World, week: Week, episode: Episode, tolerance: Tolerance): readonly string[] {
  const struck = world.environments.filter(({ name }) => episode.environments.includes(name));
  const alerts = struck.flatMap((environment) => {
    const count = toldOf(week, environment.name, episode).length;
    const { least, most } = alertsOf(world, environment, episode, tolerance);
    return count < least || count > most
      ? [line(episode, `${environment.name} was told ${count} times instead of ${least} to ${most}`)]
      : [];
  });
  return [
    ...alerts,
    ...judgeGrouping(world, week, episode, struck, tolerance),
    ...judgeBlame(week, episode, tolerance),
  ];
}

function alertsOf(world: World, environment: Environment, episode: Episode, tolerance: Tolerance): Bounds {
  const last = episode.faults.at(-1);
  if (last === undefined) return { least: 0, most: 0 };
  switch (episode.kind) {
    case "blip":
    case "deployment":
      return { least: 0, most: 0 };
    case "outage":
    case "dead-host":
    case "mended":
      return seen(last, firstLook(world, environment, last), tolerance);
    case "bad-release":
      // A probe of the bake period meets it within a minute.
      return {
        least: meetsWindow(world, episode.from, last.until)
          ? 0
          : seen(last, last.from + MINUTE, tolerance).least,
        most: 1,
      };
    case "flapping":
      return {
        least: environment.every === MINUTE && !meetsWindow(world, episode.from, episode.until) ? 1 : 0,
        most: tolerance.lossy ? MOST_ALERTS_OF_SLOW_FLAPPING : 1,
      };
    case "slow-flapping":
      return {
        least: environment.every === MINUTE && !meetsWindow(world, episode.from, episode.until) ? 1 : 0,
        most: MOST_ALERTS_OF_SLOW_FLAPPING,
      };
  }
}

/** When a scheduled sweep that can look meets the fault, at the latest. */
function firstLook(world: World, environment: Environment, { from, until }: Fault): number {
  let first = nextSweep(environment, from);
  for (let window = windowAt(world, first); window !== undefined; window = windowAt(world, first)) {
    first = nextSweep(environment, window.until);
  }
  // What is interrupted while it is being confirmed is confirmed anew.
  return meetsWindow(world, first, Math.min(until, first + 10 * MINUTE)) ? until : first;
}

/** @param first when a sweep meets the fault at the latest; one that silence elsewhere asks for may meet it before */
function seen({ from, until }: Fault, first: number, { slack }: Tolerance): Bounds {
  if (until - first <= CONFIRMATION) return { least: 0, most: until - from <= CONFIRMATION ? 0 : 1 };
  return { least: until - first > CONFIRMATION + slack ? 1 : 0, most: 1 };
}

/** What one dead host brings down at the same time is one incident in each channel, until somebody has seen to it. */
function judgeGrouping(
  world: World,
  week: Week,
  episode: Episode,
  struck: readonly Environment[],
  tolerance: Tolerance,
): readonly string[] {
  if (episode.kind !== "dead-host" || meetsWindow(world, episode.from, episode.until)) return [];
  const told = struck.flatMap(({ name }) => toldOf(week, name, episode)).toSorted((a, b) => a.at - b.at);
  const openers = told.filter(
    ({ incidentId }, index) => told.findIndex((each) => each.incidentId === incidentId) === index,
  );
  return openers.flatMap((opener, index) => {
    const apart = openers
      .slice(0, index)
      .filter(({ channelId }) => channelId === opener.channelId)
      .some(({ incidentId }) => belongsTo(world, week, opener, incidentId, tolerance));
    return apart ? [line(episode, `${opener.name} is an incident of its own`)] : [];
  });
}

function judgeBlame(week: Week, episode: Episode, { lossy }: Tolerance): readonly string[] {
  const blamed = week.blamed.filter(({ deploymentId }) => deploymentId === episode.deployment?.id);
  const most = episode.kind === "bad-release" ? 1 : 0;
  const least = lossy ? 0 : most;
  return blamed.length < least || blamed.length > most
    ? [line(episode, `its release was blamed ${blamed.length} times`)]
    : [];
}

/**
 * Whoever is told of was really down for the whole confirmation time, and nobody was deploying. Where a probe got
 * lost in between, what flaps may have been up for a moment that nobody saw.
 */
function judgeTold(
  world: World,
  { name, at }: Week["told"][number],
  { lossy }: Tolerance,
): readonly string[] {
  const episodes = world.episodes.filter(({ environments }) => environments.includes(name));
  const slowest = 12 * SECOND;
  const real = episodes.some(({ from, faults }) =>
    faults.some(
      (fault) =>
        (lossy ? from : fault.from) <= at - CONFIRMATION && at - slowest < fault.until && fault.from <= at,
    ),
  );
  const deploying = episodes.some(({ deployment }) => deployment !== undefined && during(deployment, at));
  return real && !deploying ? [] : [`false alert for ${name} at ${at}`];
}

/** A lasting time in which Slipway cannot look is told once, and its end; nothing else is. */
function judgeBlindness(world: World, { blind }: Week): readonly string[] {
  const unfounded = blind.filter(({ at, over }) => !over && !meetsWindow(world, at - 10 * MINUTE, at + 1));
  const untold = world.windows.filter(
    ({ kind, from, until }) =>
      kind !== "away" &&
      until - from > 8 * MINUTE &&
      !blind.some(({ at, over }) => !over && from <= at + 10 * MINUTE && at <= until + MINUTE),
  );
  return [
    ...unfounded.map(({ at }) => `it was told at ${at} that Slipway cannot look`),
    ...untold.map(({ kind, from }) => `nobody was told of ${kind} from ${from} on`),
  ];
}

/** Probes that meet must not breed: six in a minute, the scheduled one, and one that came twice. */
function judgeCadence(week: Week, { name }: Environment): readonly string[] {
  const times = (week.probes.get(name) ?? []).map(({ at }) => at);
  const crowded = times.some((at, index) => (times[index + 9] ?? Number.POSITIVE_INFINITY) - at < MINUTE);
  return crowded ? [`${name} was probed more than nine times in a minute`] : [];
}

function incidentsOf({ messages }: Week): readonly string[] {
  return [...new Set(messages.map(({ incidentId }) => incidentId))];
}

function toldOf({ told }: Week, name: string, episode: Episode): Week["told"] {
  return told.filter((each) => each.name === name && isWithin(episode, each.at));
}

function line(episode: Episode, what: string): string {
  return `${episode.kind} from ${episode.from} to ${episode.until} (${episode.environments.join(", ")}): ${what}`;
}
