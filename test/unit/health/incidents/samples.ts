import { monitor } from "../../../../src/config/monitor-schema.js";
import { type Board, EMPTY_BOARD } from "../../../../src/health/incidents/board.js";
import { type Decision, decide } from "../../../../src/health/incidents/decide.js";
import type { Effect } from "../../../../src/health/incidents/effect.js";
import type { CheckResult, MonitorEvent } from "../../../../src/health/incidents/event.js";
import type { Incident } from "../../../../src/health/incidents/incident.js";
import type { Watch } from "../../../../src/health/incidents/watched.js";

export const CHANNEL = "112233445566778800";
export const ON_CALL = "223344556677889911";
export const CHIEF = "223344556677889922";
export const ada = { userId: "112233445566778899", userName: "ada" };

/** 2023-11-14 22:13:20 UTC. */
export const START = 1_700_000_000_000;
export const SECOND = 1_000;
export const MINUTE = 60_000;

/** Watches environments of one project, each with what is written under `monitor:`. */
export function watching(
  environments: Readonly<Record<string, object>>,
  channels: Readonly<Record<string, string>> = {},
  places: Readonly<Record<string, readonly string[]>> = {},
): Watch {
  return new Map(
    Object.entries(environments).map(([environment, input]) => {
      const { timeZone = "UTC", ...settings } = monitor.parse(input);
      const target = {
        ...{ project: "shop", environment, channelId: channels[environment] ?? CHANNEL },
        places: new Set(places[environment] ?? []),
      };
      return [`shop/${environment}`, { ...target, monitor: { ...settings, timeZone } }];
    }),
  );
}

export function targetNamed(environment: string) {
  return { project: "shop", environment };
}

export const OK: readonly CheckResult[] = [{ id: "https://shop.example.com/healthz", ok: true, named: true }];

export function failingWith(code: "status" | "dead", host = "web-1"): readonly CheckResult[] {
  const reason =
    code === "dead"
      ? ({ code: "no-answer", detail: "EHOSTUNREACH" } as const)
      : ({ code: "status", expected: 200, got: 500 } as const);
  return [{ id: "https://shop.example.com/healthz", ok: false, reason, host }];
}

/** Plays events one after another and remembers what came of them. Times are seconds from the start. */
export class Play {
  board: Board = EMPTY_BOARD;
  effects: Effect[] = [];
  closed: Incident[] = [];
  watch: Watch;

  constructor(watch: Watch) {
    this.watch = watch;
  }

  send(event: MonitorEvent): Decision {
    const decision = decide(this.board, event, this.watch);
    this.board = decision.board;
    this.effects.push(...decision.effects);
    this.closed.push(...decision.closed);
    return decision;
  }

  /** Sweeps an environment at each of these seconds, with the same outcome. */
  sweep(environment: string, checks: readonly CheckResult[], ...seconds: readonly number[]): Decision {
    const decisions = seconds.map((second) =>
      this.send({
        kind: "swept",
        target: targetNamed(environment),
        at: START + second * SECOND,
        checks,
      }),
    );
    const last = decisions.at(-1);
    if (last === undefined) throw new Error("name at least one second");
    return last;
  }

  tick(second: number, deploying: readonly string[] = []): Decision {
    return this.send({
      kind: "ticked",
      at: START + second * SECOND,
      deploying: deploying.map((environment) => ({ ...targetNamed(environment), deploymentId: "d1" })),
    });
  }

  of<Kind extends Effect["kind"]>(kind: Kind): readonly Extract<Effect, { kind: Kind }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { kind: Kind }> => effect.kind === kind);
  }

  /** The only open incident. */
  get incident(): Incident {
    const [incident, second] = Object.values(this.board.incidents);
    if (incident === undefined || second !== undefined) throw new Error("not exactly one incident is open");
    return incident;
  }
}

/** Down since second 0, confirmed at second 30. */
export function downPlay(watch: Watch, environment = "prod", checks = failingWith("status")): Play {
  const play = new Play(watch);
  play.sweep(environment, checks, 0, 10, 20, 30);
  return play;
}
