import { describe, expect, it } from "vitest";
import { decide } from "../../../../src/health/incidents/decide.js";
import { CHANNEL, downPlay, failingWith, MINUTE, OK, Play, START, targetNamed, watching } from "./samples.js";

const DAY = 24 * 60 * MINUTE;
/** Monday 2023-11-13, 09:00 in Paris. */
const MONDAY = Date.UTC(2023, 10, 13, 8);

/** The summaries that are due then; environments that nobody has probed yet are asked for as well. */
function summariesAt(play: Play, at: number) {
  const { effects } = play.send({ kind: "ticked", at, deploying: [] });
  return effects.filter(({ kind }) => kind === "summary");
}

describe("a restart", () => {
  it("draws open incidents again and asks for their probes again, and alerts nobody twice", () => {
    const play = downPlay(watching({ prod: {} }));

    const { effects } = play.send({
      ...{ kind: "ticked", at: START + 40_000, deploying: [], restarted: true },
    });

    expect(effects).toEqual([
      { kind: "probe", target: targetNamed("prod"), at: START + 90_000 },
      { kind: "edit", incidentId: play.incident.id },
    ]);
  });
});

describe("an environment that nobody has probed yet", () => {
  it("is probed at once instead of waiting for its schedule, and that once", () => {
    const play = new Play(watching({ prod: {} }));

    const first = play.tick(1).effects;
    const second = play.tick(2).effects;

    expect(first).toEqual([{ kind: "probe", target: targetNamed("prod"), at: START + 1_000 }]);
    expect(second).toEqual([]);
  });

  it("is left alone while a deployment runs there", () => {
    const play = new Play(watching({ prod: {} }));
    const deploying = [{ ...targetNamed("prod"), deploymentId: "d" }];

    const { effects } = play.send({ kind: "ticked", at: START, deploying });

    expect(effects).toEqual([]);
  });
});

describe("an environment that is not watched any more", () => {
  it("ends its incident without a word of recovery", () => {
    const play = downPlay(watching({ prod: {} }));
    play.watch = watching({});

    const { effects } = play.tick(60);

    expect(effects.map(({ kind }) => kind)).toEqual(["edit"]);
    expect(play.closed).toMatchObject([{ members: [{ state: "unwatched" }] }]);
    expect(play.closed[0]?.recoveredAt).toBeUndefined();
    expect(play.board).toEqual({ environments: {}, incidents: {}, summarized: {} });
  });
});

describe("what the store could not read", () => {
  it("is asked for again when an environment of an incident is missing", () => {
    const play = downPlay(watching({ prod: {} }));
    play.board = { ...play.board, environments: {} };

    const { effects } = play.tick(60);

    expect(effects).toEqual([{ kind: "probe", target: targetNamed("prod"), at: START + MINUTE }]);
  });

  it("alerts again when the incident of what is down is missing", () => {
    const play = downPlay(watching({ prod: {} }));
    play.board = { ...play.board, incidents: {} };

    play.sweep("prod", failingWith("status"), 90);

    expect(play.of("open")).toHaveLength(2);
  });
});

describe("a clock that was ahead once", () => {
  const wrong = 400 * 24 * 3_600;
  const watch = watching({ prod: {} });
  const down = failingWith("status");

  it("does not end the monitoring: what is probed after it counts again", () => {
    const play = new Play(watch);
    play.sweep("prod", OK, wrong);

    play.sweep("prod", down, 0, 10, 20, 30);

    expect(play.of("open")).toHaveLength(1);
    expect(play.incident.members[0]).toMatchObject({ downSince: START });
    expect(play.incident.members[0]?.lastGoodAt).toBeUndefined();
  });

  it("confirms nothing: a new run of probes begins", () => {
    const play = new Play(watch);
    play.sweep("prod", down, wrong, wrong + 10, wrong + 20);

    play.sweep("prod", down, 0);

    expect(play.board.environments["shop/prod"]?.run).toEqual({ ok: false, since: START, count: 1 });
    expect(play.of("open")).toEqual([]);
  });

  it("is not one that was ahead by less than an hour: that is a probe that comes late", () => {
    const play = new Play(watch);
    play.sweep("prod", OK, 3_600);
    const { board } = play;

    play.sweep("prod", down, 0);

    expect(play.board).toBe(board);
  });

  it("when a deployment ended: sweeps and later deployments count, and its bake period is over", () => {
    const play = new Play(watching({ prod: { bake: { onFailure: "rollback" } } }));
    const prod = targetNamed("prod");
    const deployment = { kind: "deploy", state: "succeeded" } as const;
    const end = (id: string, second: number) =>
      play.send({
        ...{ kind: "deployment-ended", target: prod, at: START + second * 1_000 },
        deployment: { ...deployment, id },
      });
    end("d1", wrong);

    play.sweep("prod", down, 0, 10, 20, 30);
    play.tick(40);
    end("d2", 60);

    expect(play.of("open")).toHaveLength(1);
    expect(play.of("bake-failed")).toEqual([]);
    expect(play.board.environments["shop/prod"]).toMatchObject({ ended: { deploymentId: "d2" } });
  });

  it("when a deployment began: the clock resumes it once nobody holds the environment", () => {
    const play = new Play(watch);
    const at = START + wrong * 1_000;
    play.send({ kind: "deployment-started", target: targetNamed("prod"), at, deploymentId: "d1" });

    play.tick(60);
    play.tick(120);

    expect(play.board.environments["shop/prod"]?.suspended).toBeUndefined();
    expect(play.of("probe").map(({ at: probe }) => probe)).toEqual([START + 2 * MINUTE]);
  });

  it("when a probe was asked for: it is asked for again", () => {
    const play = downPlay(watch);
    const health = play.board.environments["shop/prod"];
    if (health === undefined) throw new Error("prod is not known");
    const late = { ...health, nextProbeAt: START + wrong * 1_000 };
    play.board = { ...play.board, environments: { "shop/prod": late } };

    const { effects } = play.tick(60);

    expect(effects).toEqual([{ kind: "probe", target: targetNamed("prod"), at: START + MINUTE }]);
  });

  it("does not make an old incident of a fresh one: what fell then alerts", () => {
    const play = new Play(watching({ preprod: {}, prod: {} }));
    for (const second of [0, 10, 20, 30]) {
      for (const environment of ["preprod", "prod"]) play.sweep(environment, failingWith("dead"), second);
    }
    play.sweep("prod", OK, wrong, wrong + 10, wrong + 20, wrong + 120);

    play.sweep("prod", down, 90_000, 90_010, 90_020, 90_030);

    expect(play.of("open")).toHaveLength(2);
  });
});

describe("a decision", () => {
  it("is the same when it is made twice", () => {
    const play = new Play(watching({ prod: {} }));
    play.sweep("prod", failingWith("status"), 0, 10, 20);
    const event = {
      ...({ kind: "swept", target: targetNamed("prod"), at: START + 30_000 } as const),
      checks: failingWith("status"),
    };

    expect(decide(play.board, event, play.watch)).toEqual(decide(play.board, event, play.watch));
  });
});

describe("a summary", () => {
  const weekly = { summary: "weekly", timeZone: "Europe/Paris" };

  it("comes never by default", () => {
    const play = new Play(watching({ prod: {} }));

    expect([summariesAt(play, MONDAY - 1), summariesAt(play, MONDAY)].flat()).toEqual([]);
  });

  it("comes once a week, on Monday at 09:00 on the clocks there, for all environments of the channel", () => {
    const play = new Play(watching({ prod: weekly, uat: weekly, dev: {} }));

    expect(summariesAt(play, MONDAY - 1)).toEqual([]);
    expect(summariesAt(play, MONDAY)).toEqual([
      {
        ...{ kind: "summary", channelId: CHANNEL, period: "weekly" },
        ...{ from: MONDAY - 7 * DAY, to: MONDAY, targets: [targetNamed("prod"), targetNamed("uat")] },
      },
    ]);
    expect(summariesAt(play, MONDAY + 1)).toEqual([]);
    expect(summariesAt(play, MONDAY + 6 * DAY)).toEqual([]);
  });

  it("comes every day, one for each channel", () => {
    const daily = { summary: "daily", timeZone: "Europe/Paris" };
    const play = new Play(watching({ prod: daily, uat: daily }, { uat: "998877665544332211" }));
    summariesAt(play, MONDAY);

    expect(summariesAt(play, MONDAY + DAY).map(({ kind }) => kind)).toEqual(["summary", "summary"]);
  });

  it("covers a longer absence with one", () => {
    const play = new Play(watching({ prod: { ...weekly, summary: "daily" } }));
    summariesAt(play, MONDAY);

    expect(summariesAt(play, MONDAY + 3 * DAY + 1)).toMatchObject([{ from: MONDAY, to: MONDAY + 3 * DAY }]);
  });

  it("of a channel that wants none any more is forgotten", () => {
    const play = new Play(watching({ prod: weekly }));
    summariesAt(play, MONDAY);
    play.watch = watching({ prod: {} });

    summariesAt(play, MONDAY + 1);

    expect(play.board.summarized).toEqual({});
  });
});
