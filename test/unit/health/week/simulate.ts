import { monitor } from "../../../../src/config/monitor-schema.js";
import type { Target } from "../../../../src/deployments/record.js";
import { type Board, EMPTY_BOARD, incidentOf, memberOf } from "../../../../src/health/incidents/board.js";
import { decide, isDue } from "../../../../src/health/incidents/decide.js";
import type { Effect } from "../../../../src/health/incidents/effect.js";
import type { MonitorEvent } from "../../../../src/health/incidents/event.js";
import { downtimeOf } from "../../../../src/health/incidents/incident.js";
import type { Watch } from "../../../../src/health/incidents/watched.js";
import { Agenda } from "./agenda.js";
import { Random } from "./random.js";
import { CHIEF, ON_CALL, type Probe, type Trouble, type Week } from "./week.js";
import {
  answerInWindow,
  answerOf,
  type Deployment,
  type Environment,
  type Fault,
  faultAt,
  MINUTE,
  nextSweep,
  SECOND,
  type World,
  windowAt,
} from "./world.js";

/** Plays a week on a clock of its own: queue, hosts, people and restarts around the real decisions. */
export function playWeek(world: World, seed: number, trouble: Trouble): Week {
  const simulation = new Simulation(world, seed, trouble);
  simulation.run();
  return simulation.week;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key] };

class Simulation {
  readonly week: Mutable<Week> = {
    ...{ probes: new Map(), messages: [], told: [], blamed: [], pressed: [], openAtTheEnd: 0 },
    ...{ blind: [] },
  };
  readonly #agenda = new Agenda();
  readonly #random: Random;
  readonly #trouble: Trouble;
  readonly #watch: Watch;
  readonly #environments: ReadonlyMap<string, Environment>;
  readonly #faults: ReadonlyMap<string, readonly Fault[]>;
  readonly #probes: ReadonlyMap<string, Probe[]>;
  readonly #running = new Map<string, Deployment>();
  readonly #world: World;
  #board: Board = EMPTY_BOARD;
  /** Counts restarts: a sweep that began in an earlier life is never told. */
  #life = 0;

  constructor(world: World, seed: number, trouble: Trouble) {
    this.#random = new Random(seed + 1);
    this.#world = world;
    this.#trouble = trouble;
    this.#watch = watchOf(world);
    this.#environments = new Map(world.environments.map((each) => [each.name, each]));
    this.#probes = new Map(world.environments.map(({ name }) => [name, []]));
    this.week.probes = this.#probes;
    this.#faults = new Map(
      world.environments.map(({ name }) => [
        name,
        world.episodes.flatMap(({ environments, faults }) => (environments.includes(name) ? faults : [])),
      ]),
    );
    for (const environment of world.environments) this.#schedule(environment, nextSweep(environment, 1));
    for (const { environments, deployment } of world.episodes) {
      if (deployment !== undefined) this.#deploy(environments[0] ?? "", deployment);
    }
    this.#tick(MINUTE);
    for (let count = 0; count < trouble.restarts; count++) {
      this.#agenda.at(this.#random.between(0, world.length), (now) => {
        if (!this.#isAway(now)) this.#restart(now);
      });
    }
    for (const { kind, from, until } of world.windows) {
      if (kind !== "away") continue;
      this.#agenda.at(from, () => {
        this.#life += 1;
      });
      this.#agenda.at(until, (now) => this.#restart(now));
    }
  }

  run(): void {
    this.#agenda.runUntil(this.#world.length);
    this.week.openAtTheEnd = Object.keys(this.#board.incidents).length;
  }

  #schedule(environment: Environment, at: number): void {
    this.#agenda.at(at, (now) => {
      this.#sweep(environment, now);
      this.#schedule(environment, now + environment.every);
    });
  }

  /** What is true when a sweep begins is told when it ends. */
  #sweep(environment: Environment, at: number): void {
    const window = windowAt(this.#world, at);
    if (window?.kind === "away") return;
    if (window !== undefined) {
      this.#sweepBlindly(environment, at, window.kind);
      return;
    }
    const fault = faultAt(this.#faults.get(environment.name) ?? [], at);
    const probe: Probe = { at, ok: fault === undefined };
    this.#probes.get(environment.name)?.push(probe);
    const took = fault?.symptom === "slow" ? 10 * SECOND : this.#random.between(5, 1_500);
    const life = this.#life;
    this.#agenda.at(at + took, (now) => {
      if (life !== this.#life) return;
      probe.heardAt = now;
      const checks = answerOf(environment, fault);
      this.#send({ kind: "swept", target: targetOf(environment.name), at, endedAt: now, checks }, now);
    });
  }

  /** What is really so, nobody learns. */
  #sweepBlindly(environment: Environment, at: number, kind: "timed-out" | "EAI_AGAIN" | "ENETDOWN"): void {
    this.#probes.get(environment.name)?.push({ at, ok: false });
    const took = kind === "timed-out" ? 10 * SECOND : this.#random.between(1, 50);
    const life = this.#life;
    this.#agenda.at(at + took, (now) => {
      if (life !== this.#life) return;
      const target = targetOf(environment.name);
      const found =
        kind === "ENETDOWN" ? { checks: [], own: kind } : { checks: answerInWindow(environment, kind) };
      this.#send({ kind: "swept", target, at, endedAt: now, ...found }, now);
    });
  }

  #isAway(at: number): boolean {
    return windowAt(this.#world, at)?.kind === "away";
  }

  #deploy(name: string, deployment: Deployment): void {
    const { id, from, until, state } = deployment;
    const target = targetOf(name);
    this.#agenda.at(from, (now) => {
      this.#running.set(name, deployment);
      if (this.#isAway(now)) return;
      this.#send({ kind: "deployment-started", target, at: now, deploymentId: id }, now);
    });
    this.#agenda.at(until, (now) => {
      this.#running.delete(name);
      if (this.#isAway(now)) return;
      const ended = { id, kind: "deploy", state } as const;
      this.#send({ kind: "deployment-ended", target, at: now, deployment: ended }, now);
    });
  }

  #tick(at: number): void {
    this.#agenda.at(at, (now) => {
      if (!this.#isAway(now)) this.#send({ kind: "ticked", at: now, deploying: this.#deploying() }, now);
      this.#tick(now + MINUTE);
    });
  }

  #restart(now: number): void {
    this.#life += 1;
    this.#board = JSON.parse(JSON.stringify(this.#board));
    this.#send({ kind: "ticked", at: now, deploying: this.#deploying(), restarted: true }, now);
  }

  #deploying() {
    return [...this.#running].map(([name, { id }]) => ({ ...targetOf(name), deploymentId: id }));
  }

  #send(event: MonitorEvent, now: number): void {
    const before = this.#board;
    const decision = decide(before, event, this.#watch);
    this.#board = decision.board;
    for (const target of this.#watch.values()) this.#noteTold(before, target, now);
    for (const effect of decision.effects) {
      const closed = decision.closed.find(({ id }) => "incidentId" in effect && id === effect.incidentId);
      this.#do(effect, now, closed && downtimeOf(closed));
    }
  }

  /** An environment is told of when it comes into an incident as down, or comes back into it. */
  #noteTold(before: Board, target: Target, now: number): void {
    if (before.incidents === this.#board.incidents) return;
    const incident = incidentOf(this.#board, target);
    const member = incident && memberOf(incident, target);
    const old = incidentOf(before, target);
    const was = old && memberOf(old, target);
    if (incident === undefined || member?.state !== "down") return;
    if (was?.state === "down" || was?.state === "recovering") return;
    const { id: incidentId, channelId } = incident;
    this.week.told.push({ name: target.environment, at: now, incidentId, channelId });
  }

  #do(effect: Effect, now: number, downtime: number | undefined): void {
    switch (effect.kind) {
      case "probe":
        this.#queueProbe(effect.target.environment, effect.at, now);
        return;
      case "open":
        this.#maybePress(effect.incidentId, now);
        this.week.messages.push({ ...effect, at: now });
        return;
      case "call":
        this.week.messages.push({ ...effect, at: now });
        return;
      case "edit":
      case "recover":
        this.week.messages.push({ ...effect, at: now, roles: [], downtime });
        return;
      case "bake-failed":
        this.week.blamed.push({
          ...{ name: effect.target.environment, at: now, deploymentId: effect.deploymentId },
        });
        return;
      case "blind":
        this.week.blind.push({ id: effect.id, at: now, over: effect.until !== undefined });
        return;
      case "summary":
        return;
    }
  }

  #queueProbe(name: string, at: number, now: number): void {
    if (this.#random.chance(this.#trouble.lost)) return;
    const environment = this.#environments.get(name);
    if (environment === undefined) return;
    const times = this.#random.chance(this.#trouble.doubled) ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const delay = this.#random.between(0, 300);
      this.#agenda.at(Math.max(at, now) + delay, (then) => {
        if (isDue(this.#board, targetOf(name), at)) this.#sweep(environment, then);
      });
    }
  }

  #maybePress(incidentId: string, now: number): void {
    const dice = this.#random.next();
    const kind = dice < 0.3 ? "acknowledged" : dice < 0.5 ? "snoozed" : undefined;
    if (kind === undefined) return;
    this.#agenda.at(now + this.#random.between(1, 25 * 60) * SECOND, (at) => {
      if (this.#board.incidents[incidentId] === undefined || this.#isAway(at)) return;
      this.week.pressed.push({ kind, at, incidentId });
      this.#send({ kind, incidentId, at, by: { userId: "1", userName: "ada" } }, at);
    });
  }
}

/** Everything as it is by default, with roles to mention and to call. */
function watchOf({ environments }: World): Watch {
  const written = monitor.parse({ mention: [ON_CALL], escalate: { mention: [CHIEF] } });
  const settings = { ...written, timeZone: "UTC" };
  return new Map(
    environments.map(({ name, channelId, host }) => [
      `shop/${name}`,
      { ...targetOf(name), channelId, monitor: settings, places: new Set([host]) },
    ]),
  );
}

function targetOf(environment: string): Target {
  return { project: "shop", environment };
}
