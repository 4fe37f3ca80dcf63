import { describe, expect, it } from "vitest";
import type { CheckResult } from "../../../../src/health/incidents/event.js";
import { failingWith, MINUTE, OK, ON_CALL, Play, SECOND, START, targetNamed, watching } from "./samples.js";

const NAMES = ["a", "b", "c", "d", "e", "f"] as const;
const monitor = { mention: [ON_CALL], bake: { onFailure: "rollback" } };

/** Six environments on six hosts. */
function sixHosts(): Play {
  const places = Object.fromEntries(NAMES.map((name) => [name, [`host-${name}`, `${name}.example.com`]]));
  return new Play(watching(Object.fromEntries(NAMES.map((name) => [name, monitor])), {}, places));
}

function silent(code: "timed-out" | "EAI_AGAIN" = "timed-out"): readonly CheckResult[] {
  const reason =
    code === "timed-out" ? ({ code, seconds: 10 } as const) : ({ code: "no-answer", detail: code } as const);
  return [{ id: "https://x.example.com/", ok: false, reason, named: true }];
}

/** Probes each environment whenever it was asked for, as the queue would, from one second to another. */
function live(
  play: Play,
  from: number,
  to: number,
  find: (name: string, second: number) => readonly CheckResult[],
) {
  for (let second = from; second <= to; second++) {
    for (const name of NAMES) {
      const wanted = play.board.environments[`shop/${name}`]?.nextProbeAt;
      if (second === from || (wanted !== undefined && wanted <= START + second * SECOND))
        play.sweep(name, find(name, second), second);
    }
    if (second % 15 === 0) play.tick(second);
  }
}

describe("when everything falls silent at once", () => {
  it.each(["timed-out", "EAI_AGAIN"] as const)("nobody is alerted, and it is told once (%s)", (code) => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    live(play, 60, 360, () => silent(code));

    expect(play.of("open")).toEqual([]);
    expect(play.board.incidents).toEqual({});
    expect(play.of("blind")).toHaveLength(1);
    expect(play.of("blind")[0]).toMatchObject({ since: START + MINUTE });
  });

  it("no release is blamed", () => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    const deployment = { id: "d1", kind: "deploy", state: "succeeded", checked: true } as const;
    play.send({
      kind: "deployment-started",
      target: targetNamed("a"),
      at: START + 10 * SECOND,
      deploymentId: "d1",
    });
    play.send({ kind: "deployment-ended", target: targetNamed("a"), at: START + 30 * SECOND, deployment });
    live(play, 60, 360, () => silent());

    expect(play.of("bake-failed")).toEqual([]);
  });

  it("that it is over is told in the same message", () => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    live(play, 60, 360, () => silent());
    live(play, 361, 420, () => OK);

    expect(play.of("blind")).toHaveLength(2);
    const [begun, ended] = play.of("blind");
    expect(ended).toMatchObject({ id: begun?.id, since: START + MINUTE });
    expect(ended?.until).toBeGreaterThan(START + 360 * SECOND);
  });

  it("what is really down is told once the others answer again", () => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    live(play, 60, 360, () => silent());
    live(play, 361, 480, (name) => (name === "a" ? silent() : OK));

    expect(play.of("open")).toHaveLength(1);
    expect(play.incident.members.map(({ environment }) => environment)).toEqual(["a"]);
    expect(play.incident.members[0]?.downSince).toBeGreaterThan(START + 300 * SECOND);
  });

  it("a look that began before the network was back, and is told after another one was heard, proves nothing", () => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    live(play, 60, 84, () => silent());
    play.sweep("b", OK, 92);
    play.sweep("a", silent(), 91);

    expect(play.of("open")).toEqual([]);
  });

  it("a recovery that is under way is not called off", () => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    live(play, 60, 120, (name) => (name === "a" ? failingWith("status") : OK));
    live(play, 121, 200, () => OK);
    live(play, 201, 300, () => silent());

    expect(play.incident.members[0]?.state).toBe("recovering");
  });
});

describe("one that falls silent alone", () => {
  it("is down within its confirmation: the others are asked at once, though nobody would have probed them", () => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    live(play, 60, 60, (name) => (name === "a" ? silent() : OK));
    for (let second = 61; second <= 100; second++) {
      for (const name of NAMES) {
        const wanted = play.board.environments[`shop/${name}`]?.nextProbeAt;
        if (wanted !== undefined && wanted <= START + second * SECOND)
          play.sweep(name, name === "a" ? silent() : OK, second);
      }
    }

    expect(play.of("open")).toHaveLength(1);
    expect(play.incident.members[0]).toMatchObject({
      environment: "a",
      downSince: START + MINUTE,
      confirmedAt: START + 90 * SECOND,
    });
    expect(play.of("blind")).toEqual([]);
  });

  it("is down also where those who are asked are never heard of", () => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    for (let second = 60; second <= 400; second += 10) play.sweep("a", silent(), second);

    expect(play.of("open")).toHaveLength(1);
  });

  it("is down where all others are down for a reason that was seen", () => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    live(play, 60, 200, (name) => (name === "a" ? silent() : failingWith("status")));

    expect(Object.values(play.board.incidents)).toHaveLength(6);
  });
});

describe("a single environment", () => {
  it("that says nothing is down", () => {
    const play = new Play(watching({ a: monitor }));
    play.sweep("a", silent(), 0, 10, 20, 30);

    expect(play.of("open")).toHaveLength(1);
  });

  it("whose name nobody resolves is unknown: the resolver is Slipway's own", () => {
    const play = new Play(watching({ a: monitor }));
    play.sweep("a", silent("EAI_AGAIN"), 0, 10, 20, 30, 40, 50, 60);

    expect(play.of("open")).toEqual([]);
    expect(play.of("blind")).toMatchObject([{ since: START, code: "EAI_AGAIN", environments: 1 }]);
  });

  it("is unknown while Slipway has no route: one message, and probes as for a suspicion", () => {
    const play = new Play(watching({ a: monitor }));
    play.sweep("a", OK, 0);
    for (let second = 60; second <= 180; second += 10)
      play.send({
        ...{ kind: "swept", target: targetNamed("a"), at: START + second * SECOND },
        ...{ checks: [], own: "ENETDOWN" },
      });

    expect(play.of("open")).toEqual([]);
    expect(play.of("blind")).toMatchObject([{ since: START + MINUTE, code: "ENETDOWN" }]);
    expect(play.of("probe").length).toBeGreaterThan(10);
  });
});

it("where names are not resolved, an environment that is asked by its address proves nothing", () => {
  const play = sixHosts();
  const byAddress: readonly CheckResult[] = [{ id: "tcp://10.0.0.1:22", ok: true }];
  live(play, 0, 1, (name) => (name === "f" ? byAddress : OK));
  live(play, 60, 360, (name) => (name === "f" ? byAddress : silent("EAI_AGAIN")));

  expect(play.of("open")).toEqual([]);
  expect(play.of("blind")).toHaveLength(1);
});

it("a network that comes and goes is one message", () => {
  const play = sixHosts();
  live(play, 0, 1, () => OK);
  for (let round = 0; round < 3; round++) {
    live(play, 60 + round * 200, 160 + round * 200, () => silent());
    live(play, 161 + round * 200, 259 + round * 200, () => OK);
  }

  expect(new Set(play.of("blind").map(({ id }) => id)).size).toBe(1);
  expect(play.of("open")).toEqual([]);
});

describe("what is heard", () => {
  const hanging: readonly CheckResult[] = [
    {
      ...{ id: "https://x.example.com/", ok: false, named: true },
      reason: { code: "timed-out", seconds: 10, connected: true },
    },
  ];
  const unroutable: readonly CheckResult[] = [
    { id: "tcp://10.0.0.1:5432", ok: false, reason: { code: "no-answer", detail: "ENETUNREACH" } },
  ];

  it("is a connection that was taken: applications that all hang are down", () => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    live(play, 60, 120, () => hanging);

    expect(Object.keys(play.board.incidents)).toHaveLength(6);
    expect(play.of("blind")).toEqual([]);
  });

  it("is what the others answer where a router on the way says that there is no route", () => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    live(play, 60, 120, (name) => (name === "a" ? unroutable : OK));

    expect(play.incident.members.map(({ environment }) => environment)).toEqual(["a"]);
  });

  it("is also what an environment answers one of whose checks could not be made", () => {
    const play = sixHosts();
    live(play, 0, 1, () => OK);
    for (let second = 60; second <= 120; second += 5) {
      play.sweep("a", silent(), second);
      for (const name of NAMES.slice(1))
        play.send({
          ...{ kind: "swept", target: targetNamed(name), at: START + (second + 1) * SECOND },
          ...{ checks: OK, own: "EBUSY" },
        });
    }

    expect(play.incident.members.map(({ environment }) => environment)).toEqual(["a"]);
  });

  it("says nothing of the resolver where a command on a host answered: it is told once, and stays told", () => {
    const play = new Play(watching({ a: monitor }));
    const mixed = [...silent("EAI_AGAIN"), { id: "compose", ok: true }];
    for (let second = 0; second <= 300; second += 10) {
      play.sweep("a", mixed, second);
      play.tick(second + 1);
    }

    expect(play.of("open")).toEqual([]);
    expect(play.of("blind")).toHaveLength(1);
  });

  it("is nothing where a name is not resolved and a host, by its name, not found", () => {
    const play = new Play(watching({ a: monitor }));
    const host: CheckResult = {
      ...{ id: "compose", ok: false },
      reason: { code: "host-unreachable", host: "web-1", reason: "dns" },
    };
    play.sweep("a", [...silent("EAI_AGAIN"), host], 0, 10, 20, 30, 40, 50, 60);

    expect(play.of("open")).toEqual([]);
    expect(play.of("blind")).toMatchObject([{ code: "EAI_AGAIN" }]);
  });
});

it("a silence that lasts calls the roles once, for everything may be down", () => {
  const play = sixHosts();
  live(play, 0, 1, () => OK);
  live(play, 60, 599, () => silent());
  expect(play.of("blind")).toHaveLength(1);
  live(play, 600, 1500, () => silent());

  expect(play.of("open")).toEqual([]);
  expect(play.of("blind").slice(1)).toMatchObject([{ called: [ON_CALL] }]);
});
