import { judgeJoins } from "./judge-joins.js";
import { streakStart } from "./streaks.js";
import { episodeOf, type Tolerance } from "./truth.js";
import { CHIEF, ON_CALL, type Week } from "./week.js";
import { HOUR, MINUTE, meetsWindow, SECOND, type World } from "./world.js";

const ESCALATION = 15 * MINUTE;
const SNOOZE = HOUR;

/** What people were told of one incident: its two messages, the downtime, and who was called. */
export function judgeIncident(world: World, week: Week, id: string, tolerance: Tolerance): readonly string[] {
  const of = (kind: string) => week.messages.filter((each) => each.incidentId === id && each.kind === kind);
  const [opened, ...moreOpened] = of("open");
  const [recovered, ...moreRecovered] = of("recover");
  if (opened === undefined || recovered === undefined) return [`incident ${id} misses a message`];
  const wrong = recovered.downtime === undefined ? "no downtime" : undefined;
  const off = Math.abs((recovered.downtime ?? 0) - downtimeOf(world, week, id, recovered.at));
  return [
    ...(moreOpened.length + moreRecovered.length > 0 ? [`incident ${id} has more than two messages`] : []),
    ...(opened.roles.join() === ON_CALL ? [] : [`incident ${id} mentions ${opened.roles.join()}`]),
    ...(wrong === undefined &&
    (off <= tolerance.downtime || meetsWindow(world, opened.at - 3 * HOUR, recovered.at))
      ? []
      : [`incident ${id}: downtime off by ${off} ms`]),
    ...judgeTogether(world, week, id),
    ...judgeJoins(world, week, id, tolerance),
    ...judgeCalls(world, week, id, tolerance),
  ];
}

/** What has nothing to do with each other is not one incident, and everybody is told in their own channel. */
function judgeTogether(world: World, week: Week, id: string): readonly string[] {
  const told = week.told.filter(({ incidentId }) => incidentId === id);
  const episodes = told.map((each) => episodeOf(world, each));
  const channels = told.map(
    ({ name }) => world.environments.find((environment) => environment.name === name)?.channelId,
  );
  const [opened] = told;
  return [
    ...(new Set(episodes).size > 1 ? [`incident ${id} holds what does not belong together`] : []),
    ...(channels.some((channelId) => channelId !== opened?.channelId)
      ? [`incident ${id} is told in the wrong channel`]
      : []),
  ];
}

/** From the first probe that failed in a row to the first that was good in a row, of all that it told of. */
function downtimeOf(world: World, week: Week, id: string, recoveredAt: number): number {
  const told = week.told.filter(({ incidentId }) => incidentId === id);
  const starts = told.map(({ name, at }) => streakStart(world, week, name, at, false));
  const ends = told.map(({ name }) => streakStart(world, week, name, recoveredAt, true));
  return Math.max(...ends) - Math.min(...starts);
}

/** Nobody is called twice, nor while it is snoozed or acknowledged; somebody is when nobody acknowledges. */
function judgeCalls(world: World, week: Week, id: string, tolerance: Tolerance): readonly string[] {
  const calls = week.messages.filter(({ kind, incidentId }) => kind === "call" && incidentId === id);
  const pressed = week.pressed.filter(({ incidentId }) => incidentId === id);
  const acknowledged = pressed.find(({ kind }) => kind === "acknowledged")?.at ?? Number.POSITIVE_INFINITY;
  const snoozes = pressed.filter(({ kind }) => kind === "snoozed").map(({ at }) => at);
  const [opened] = week.told.filter(({ incidentId }) => incidentId === id);
  const wrong = calls.filter(
    ({ at, roles }) =>
      at > acknowledged ||
      at < (opened?.at ?? 0) + ESCALATION - 12 * SECOND ||
      snoozes.some((from) => from < at && at < from + SNOOZE - 12 * SECOND) ||
      roles.join() !== CHIEF,
  );
  const due = Math.max((opened?.at ?? 0) + ESCALATION, ...snoozes.map((at) => at + SNOOZE));
  const missed =
    !meetsWindow(world, opened?.at ?? 0, due + HOUR) &&
    calls.length === 0 &&
    due + MINUTE + tolerance.slack < Math.min(downUntil(world, opened), acknowledged);
  return [
    ...(calls.length > 1 ? [`incident ${id} called ${calls.length} times`] : []),
    ...(wrong.length > 0 ? [`incident ${id} called at a wrong time or the wrong people`] : []),
    ...(missed ? [`incident ${id} called nobody`] : []),
  ];
}

/** Until when it is down without a break; nothing can be said of what flaps, or is being mended. */
function downUntil(world: World, told: Week["told"][number] | undefined): number {
  if (told === undefined) return 0;
  const episode = episodeOf(world, told);
  const steady = episode?.kind === "outage" || episode?.kind === "dead-host";
  return steady ? episode.until : 0;
}
