import { describe, expect, it } from "vitest";
import { isDue } from "../../../../src/health/incidents/decide.js";
import { CHANNEL, downPlay, failingWith, MINUTE, OK, ON_CALL, Play, START, watching } from "./samples.js";

const down = failingWith("status");

describe("a failure", () => {
  it("alerts nobody by itself, and is looked into after 10 s", () => {
    const play = new Play(watching({ prod: {} }));

    play.sweep("prod", down, 0);

    expect(play.effects).toEqual([
      { kind: "probe", target: { project: "shop", environment: "prod" }, at: START + 10_000 },
    ]);
  });

  it("is forgotten when the next probe is good", () => {
    const play = new Play(watching({ prod: {} }));

    play.sweep("prod", down, 0, 10, 20);
    play.sweep("prod", OK, 30);
    play.sweep("prod", down, 3_600, 3_610, 3_620);

    expect(play.of("open")).toEqual([]);
  });

  it("is confirmed by three retries over 30 s, and mentions the roles once", () => {
    const play = new Play(watching({ prod: { mention: [ON_CALL, ON_CALL] } }));

    play.sweep("prod", down, 0, 10, 20, 30, 90, 150);

    expect(play.of("open")).toEqual([{ kind: "open", incidentId: play.incident.id, roles: [ON_CALL] }]);
    expect(play.of("call")).toEqual([]);
  });

  it("is not confirmed by many probes in a moment", () => {
    const play = new Play(watching({ prod: {} }));

    play.sweep("prod", down, 0, 1, 2, 3, 4, 5, 6);

    expect(play.of("open")).toEqual([]);
  });

  it("is not confirmed by few probes over a long time", () => {
    const play = new Play(watching({ prod: {} }));

    play.sweep("prod", down, 0, 60, 120);

    expect(play.of("open")).toEqual([]);
  });

  it("alerts at once where no retries are wanted", () => {
    const play = new Play(watching({ prod: { confirm: { retries: 0 } } }));

    play.sweep("prod", down, 0);

    expect(play.of("open")).toHaveLength(1);
  });

  it("is no evidence any more when nobody looked into it for long", () => {
    const play = new Play(watching({ prod: {} }));

    play.sweep("prod", down, 0, 3_600, 7_200, 10_800);

    expect(play.of("open")).toEqual([]);
  });

  it("is remembered with since when, what failed and when it was last good", () => {
    const play = new Play(watching({ prod: {} }));

    play.sweep("prod", OK, 0);
    play.sweep("prod", down, 60, 70, 80, 90);

    expect(play.incident).toMatchObject({
      ...{ channelId: CHANNEL, startedAt: START + MINUTE, openedAt: START + 90_000 },
      members: [
        {
          ...{ state: "down", downSince: START + MINUTE, lastGoodAt: START },
          failing: [{ id: down[0]?.id, reason: { code: "status", expected: 200, got: 500 }, host: "web-1" }],
        },
      ],
    });
  });
});

describe("a sweep that does not count", () => {
  it.each([
    ["of an environment that is not watched", "uat", down, 100],
    ["without any check", "prod", [], 100],
    ["that began before the newest", "prod", OK, 29],
    ["that is told twice", "prod", down, 30],
  ])("is one %s", (_which, environment, checks, second) => {
    const play = downPlay(watching({ prod: {} }));
    const before = play.board;

    const decision = play.sweep(environment, checks, second);

    expect(decision).toEqual({ board: before, effects: [], closed: [] });
    expect(decision.board).toBe(before);
  });
});

describe("the next probe", () => {
  it("comes every minute while it is down", () => {
    const play = downPlay(watching({ prod: {} }));

    expect(play.of("probe").at(-1)?.at).toBe(START + 30_000 + MINUTE);
  });

  it("is not asked for twice, however many sweeps come meanwhile", () => {
    const play = downPlay(watching({ prod: {} }));
    const asked = play.of("probe").length;

    play.sweep("prod", down, 31, 40, 89);

    expect(play.of("probe")).toHaveLength(asked);
  });

  it("that was asked for is not due any more when all is well", () => {
    const play = new Play(watching({ prod: {} }));
    play.sweep("prod", down, 0);
    const at = START + 10_000;
    expect(isDue(play.board, { project: "shop", environment: "prod" }, at)).toBe(true);

    play.sweep("prod", OK, 5);

    expect(isDue(play.board, { project: "shop", environment: "prod" }, at)).toBe(false);
  });

  it("is left to the schedule when all is well", () => {
    const play = new Play(watching({ prod: {} }));

    play.sweep("prod", OK, 0);

    expect(play.effects).toEqual([]);
  });

  it("is asked for again when it never came", () => {
    const play = downPlay(watching({ prod: {} }));

    const { effects } = play.tick(150);

    expect(effects).toEqual([
      { kind: "probe", target: { project: "shop", environment: "prod" }, at: START + 150_000 },
    ]);
  });
});
