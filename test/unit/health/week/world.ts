import type { CheckResult } from "../../../../src/health/incidents/event.js";
import { Random } from "./random.js";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const WEEK = 7 * 24 * HOUR;
const COUNT = 50;
/** Between two things that happen to an environment: longer than any hold and the memory of flapping. */
const QUIET = [3 * HOUR, 24 * HOUR] as const;
/** Everything is over so long before the end, so that the week can end. */
const END_QUIET = 10 * HOUR;

export type Symptom = "dead" | "error" | "slow";

/** A time in which an environment really does not work. */
export interface Fault {
  readonly from: number;
  readonly until: number;
  readonly symptom: Symptom;
}

export interface Deployment {
  readonly id: string;
  readonly from: number;
  readonly until: number;
  readonly state: "succeeded" | "failed";
}

/** One thing that happens; what must come of it, the oracle says. */
export interface Episode {
  readonly kind:
    | "blip"
    | "outage"
    | "dead-host"
    | "flapping"
    | "slow-flapping"
    | "deployment"
    | "bad-release"
    | "mended";
  /** More than one only where their host dies. */
  readonly environments: readonly string[];
  readonly from: number;
  readonly until: number;
  readonly faults: readonly Fault[];
  readonly deployment?: Deployment;
}

export interface Environment {
  readonly name: string;
  readonly host: string;
  readonly channelId: string;
  /** Between two scheduled sweeps, and when the first one is. */
  readonly every: number;
  readonly phase: number;
}

/** A time in which Slipway cannot look: its own network is away, or it does not run. */
interface Window {
  readonly kind: "timed-out" | "EAI_AGAIN" | "ENETDOWN" | "away";
  readonly from: number;
  readonly until: number;
}

export interface World {
  readonly length: number;
  readonly windows: readonly Window[];
  readonly environments: readonly Environment[];
  readonly episodes: readonly Episode[];
}

export function makeWorld(seed: number, length = WEEK): World {
  const random = new Random(seed);
  const environments = Array.from({ length: COUNT }, (_, index) => makeEnvironment(random, index));
  const hosts = [...new Set(environments.map(({ host }) => host))];
  const episodes = hosts.flatMap((host) =>
    happenings(
      random,
      environments.filter((environment) => environment.host === host),
      length - END_QUIET,
    ),
  );
  return { environments, episodes, length, windows: [] };
}

/** The same world, watched by a Slipway whose own network fails now and then, and that is sometimes not there. */
export function withWindows(world: World, seed: number): World {
  const random = new Random(seed + 2);
  const windows: Window[] = [];
  for (let at = 0; ; ) {
    const from = at + random.span(2 * HOUR, 40 * HOUR);
    const kind = random.pick<Window["kind"]>("timed-out", "EAI_AGAIN", "ENETDOWN", "away");
    const until = from + random.span(20 * SECOND, kind === "away" ? 24 * HOUR : 40 * MINUTE);
    if (until > world.length - 2 * END_QUIET) return { ...world, windows };
    windows.push({ kind, from, until });
    at = until;
  }
}

export function windowAt({ windows }: World, at: number): Window | undefined {
  return windows.find(({ from, until }) => from <= at && at < until);
}

/** Whether Slipway could not look in some of this time. */
export function meetsWindow({ windows }: World, from: number, until: number): boolean {
  return windows.some((window) => window.from < until && from < window.until);
}

/** The first 24 share six hosts; every fifth channel of those differs. */
function makeEnvironment(random: Random, index: number): Environment {
  const shared = index < 24;
  const every = random.pick(MINUTE, 15 * MINUTE, HOUR, HOUR, HOUR, HOUR, HOUR);
  return {
    name: `e${index}`,
    host: shared ? `shared-${index % 6}` : `own-${index}`,
    channelId: shared && index % 5 === 0 ? "998877665544332211" : "112233445566778800",
    every,
    // In one sweep as a rule, as with the default schedule.
    phase: random.chance(0.7) ? 0 : random.between(0, every / SECOND - 1) * SECOND,
  };
}

/** What happens on one host, one thing after another for each environment. */
function happenings(
  random: Random,
  neighbours: readonly Environment[],
  lastStart: number,
): readonly Episode[] {
  const free = new Map(neighbours.map(({ name }) => [name, random.between(0, QUIET[1])]));
  const episodes: Episode[] = [];
  for (;;) {
    const all = neighbours.length > 1 && random.chance(0.2);
    const struck = asNonEmpty(all ? neighbours : [random.pick(...asNonEmpty(neighbours))]);
    const start = Math.max(...struck.map(({ name }) => free.get(name) ?? 0)) + random.between(...QUIET);
    if (start > lastStart) return episodes;
    const episode = all ? deadHost(random, struck, start) : happening(random, struck[0], start);
    episodes.push(episode);
    for (const { name } of struck) free.set(name, episode.until);
  }
}

function happening(random: Random, environment: Environment, start: number): Episode {
  const make = random.pick(
    blip,
    blip,
    outage,
    outage,
    outage,
    flapping,
    slowFlapping,
    deployment,
    badRelease,
    mended,
  );
  return make(random, environment, start);
}

/** Only a host of its own is dead for one environment alone. */
function outage(random: Random, { name, host }: Environment, from: number): Episode {
  const until = from + random.span(5 * SECOND, 5 * HOUR);
  const symptom = random.pick<Symptom>(host === `own-${name.slice(1)}` ? "dead" : "slow", "error", "slow");
  return { kind: "outage", environments: [name], from, until, faults: [{ from, until, symptom }] };
}

/** Hits one scheduled sweep, and is over before the first retry. */
function blip(random: Random, environment: Environment, start: number): Episode {
  const hit = nextSweep(environment, start);
  const [from, until] = [hit - random.between(0, 500), hit + random.between(1, 9 * SECOND)];
  const symptom = random.pick<Symptom>("dead", "error", "slow");
  return { kind: "blip", environments: [environment.name], from, until, faults: [{ from, until, symptom }] };
}

function deadHost(random: Random, struck: readonly Environment[], from: number): Episode {
  const until = from + random.span(2 * MINUTE, 4 * HOUR);
  const environments = struck.map(({ name }) => name);
  return { kind: "dead-host", environments, from, until, faults: [{ from, until, symptom: "dead" }] };
}

/** Up for less than the shortest hold each time. */
function flapping(random: Random, environment: Environment, start: number): Episode {
  const first = { from: start, until: start + 4 * MINUTE, symptom: "error" } as const;
  return flaps(random, "flapping", environment, first, [20, 100]);
}

/** Up for longer than the shortest hold, sometimes: it may be believed a few times. */
function slowFlapping(random: Random, environment: Environment, start: number): Episode {
  const first = { from: start, until: start + 4 * MINUTE, symptom: "error" } as const;
  return flaps(random, "slow-flapping", environment, first, [150, 700]);
}

function flaps(
  random: Random,
  kind: "flapping" | "slow-flapping",
  { name }: Environment,
  first: Fault,
  upSeconds: readonly [number, number],
): Episode {
  const end = first.from + random.between(20, 180) * MINUTE;
  const faults: Fault[] = [first];
  for (let at = first.until; at < end; ) {
    const from = at + random.between(...upSeconds) * SECOND;
    const until = from + random.between(100, 240) * SECOND;
    faults.push({ from, until, symptom: "error" });
    at = until;
  }
  return { kind, environments: [name], from: first.from, until: faults.at(-1)?.until ?? end, faults };
}

/** Down in between, as applications are while they are restarted. */
function deployment(random: Random, { name }: Environment, from: number): Episode {
  const run = aDeployment(random, name, from);
  const faults = [{ from: from + 20 * SECOND, until: run.until - 10 * SECOND, symptom: "error" as const }];
  return { kind: "deployment", environments: [name], from, until: run.until, faults, deployment: run };
}

/** Works at first, and breaks within its bake period for longer than the confirmation takes. */
function badRelease(random: Random, environment: Environment, start: number): Episode {
  const { faults, deployment: run } = deployment(random, environment, start);
  const succeeded = { ...(run ?? aDeployment(random, environment.name, start)), state: "succeeded" as const };
  const from = succeeded.until + random.between(10, 8 * 60) * SECOND;
  const until = from + random.between(4, 90) * MINUTE;
  return {
    ...{ kind: "bad-release", environments: [environment.name], from: start, until },
    ...{ faults: [...faults, { from, until, symptom: "error" }], deployment: succeeded },
  };
}

/** An outage that ends because somebody deploys. */
function mended(random: Random, { name }: Environment, from: number): Episode {
  const run = aDeployment(random, name, from + random.between(70, 200) * MINUTE);
  const until = run.until - 10 * SECOND;
  return {
    ...{ kind: "mended", environments: [name], from, until: run.until, deployment: run },
    faults: [{ from, until, symptom: "error" }],
  };
}

function aDeployment(random: Random, name: string, from: number): Deployment {
  const until = from + random.between(60, 600) * SECOND;
  return { id: `${name}-${from}`, from, until, state: random.chance(0.8) ? "succeeded" : "failed" };
}

/** The first scheduled sweep at or after a moment. */
export function nextSweep({ every, phase }: Environment, at: number): number {
  return phase + Math.ceil((at - phase) / every) * every;
}

export function faultAt(faults: readonly Fault[], at: number): Fault | undefined {
  return faults.find(({ from, until }) => from <= at && at < until);
}

/** What the two checks of an environment find. */
export function answerOf({ host }: Environment, fault: Fault | undefined): readonly CheckResult[] {
  const page = { id: "https://example.com/", host, named: true };
  const api = { id: "https://example.com/healthz", host, named: true };
  switch (fault?.symptom) {
    case undefined:
      return [
        { ...page, ok: true, latencyMs: 20 },
        { ...api, ok: true, latencyMs: 20 },
      ];
    case "dead":
      return [page, api].map((check) => ({
        ...check,
        ok: false,
        reason: { code: "no-answer", detail: "EHOSTUNREACH" },
      }));
    case "error":
      return [
        { ...page, ok: true, latencyMs: 20 },
        { ...api, ok: false, reason: { code: "status", expected: 200, got: 503 } },
      ];
    case "slow":
      return [
        { ...page, ok: true, latencyMs: 20 },
        { ...api, ok: false, reason: { code: "timed-out", seconds: 10 } },
      ];
  }
}

/** What all checks find while Slipway's own network is away. */
export function answerInWindow(
  environment: Environment,
  kind: "timed-out" | "EAI_AGAIN",
): readonly CheckResult[] {
  const reason =
    kind === "timed-out"
      ? ({ code: kind, seconds: 10 } as const)
      : ({ code: "no-answer", detail: kind } as const);
  return answerOf(environment, undefined).map(({ id, host, named }) => ({
    id,
    host,
    named,
    ok: false,
    reason,
  }));
}

function asNonEmpty<T>(list: readonly T[]): [T, ...T[]] {
  const [first, ...others] = list;
  if (first === undefined) throw new Error("a host has an environment");
  return [first, ...others];
}
