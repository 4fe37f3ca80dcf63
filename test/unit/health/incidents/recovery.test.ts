import { describe, expect, it } from "vitest";
import { downtimeOf } from "../../../../src/health/incidents/incident.js";
import { downPlay, failingWith, MINUTE, OK, type Play, START, watching } from "./samples.js";

const down = failingWith("status");
const watch = watching({ prod: {} });

describe("a recovery", () => {
  it("is not believed after one good probe, which is looked into after 10 s", () => {
    const play = downPlay(watch);

    const { effects } = play.sweep("prod", OK, 90);

    expect(effects).toEqual([
      { kind: "probe", target: { project: "shop", environment: "prod" }, at: START + 100_000 },
    ]);
    expect(play.incident.members[0]?.state).toBe("down");
  });

  it("is shown after three good probes, and told once it held for two minutes", () => {
    const play = downPlay(watch);

    play.sweep("prod", OK, 90, 100, 110);
    expect(play.incident.members[0]).toMatchObject({ state: "recovering", answersSince: START + 90_000 });
    expect(play.of("recover")).toEqual([]);
    play.sweep("prod", OK, 170, 210);

    expect(play.board.incidents).toEqual({});
    expect(play.of("recover")).toEqual([{ kind: "recover", incidentId: play.closed[0]?.id, silent: false }]);
  });

  it("tells the time from the first failed to the first good probe", () => {
    const play = downPlay(watch);

    play.sweep("prod", OK, 90, 100, 110, 210);

    const [closed] = play.closed;
    expect(closed && downtimeOf(closed)).toBe(90_000);
    expect(closed).toMatchObject({ recoveredAt: START + 90_000, closedAt: START + 210_000 });
  });

  it("leaves the rest to the schedule", () => {
    const play = downPlay(watch);
    play.sweep("prod", OK, 90, 100, 110);

    const { effects, board } = play.sweep("prod", OK, 210);

    expect(effects.map(({ kind }) => kind)).toEqual(["edit", "recover"]);
    expect(board.environments["shop/prod"]?.nextProbeAt).toBeUndefined();
  });

  it("is probed for until the hold is over, not longer", () => {
    const play = downPlay(watch);

    play.sweep("prod", OK, 90, 100, 110, 170);

    expect(play.of("probe").at(-1)?.at).toBe(START + 210_000);
  });

  it("is silent while the incident is snoozed", () => {
    const play = downPlay(watch);
    play.send({
      ...{ kind: "snoozed", incidentId: play.incident.id, at: START + MINUTE },
      by: { userId: "1", userName: "ada" },
    });

    play.sweep("prod", OK, 90, 100, 110, 210);

    expect(play.of("recover")).toMatchObject([{ silent: true }]);
  });
});

describe("what falls again before its hold is over", () => {
  it("continues the same incident, and must hold twice as long", () => {
    const play = downPlay(watch);
    play.sweep("prod", OK, 90, 100, 110);

    play.sweep("prod", down, 200);
    play.sweep("prod", OK, 300, 310, 320, 420, 539);
    expect(play.of("recover")).toEqual([]);
    play.sweep("prod", OK, 540);

    expect(play.of("open")).toHaveLength(1);
    expect(play.of("recover")).toHaveLength(1);
    const [closed] = play.closed;
    expect(closed && downtimeOf(closed)).toBe(300_000);
  });

  it("never holds longer than the longest hold", () => {
    const play = downPlay(watching({ prod: { recovery: { hold: "2m", longestHold: "5m" } } }));
    for (let round = 0; round < 10; round++) {
      const from = 100 + round * 100;
      play.sweep("prod", OK, from, from + 10, from + 20);
      play.sweep("prod", down, from + 50);
    }

    play.sweep("prod", OK, 2_000, 2_010, 2_020, 2_299);
    expect(play.closed).toEqual([]);
    play.sweep("prod", OK, 2_300);

    expect(play.closed).toHaveLength(1);
  });

  it("is no flap when only one or two probes were good", () => {
    const play = downPlay(watch);
    play.sweep("prod", OK, 90, 100);
    play.sweep("prod", down, 110);

    play.sweep("prod", OK, 200, 210, 220, 320);

    expect(play.closed).toHaveLength(1);
  });
});

describe("what falls again soon after its recovery", () => {
  function recoveredAt210(): Play {
    const play = downPlay(watch);
    play.sweep("prod", OK, 90, 100, 110, 210);
    return play;
  }

  it("alerts again, and must hold twice as long", () => {
    const play = recoveredAt210();

    play.sweep("prod", down, 1_000, 1_010, 1_020, 1_030);
    play.sweep("prod", OK, 1_100, 1_110, 1_120, 1_339);
    expect(play.closed).toHaveLength(1);
    play.sweep("prod", OK, 1_340);

    expect(play.of("open")).toHaveLength(2);
    expect(play.closed).toHaveLength(2);
  });

  it("is forgiven an hour later", () => {
    const play = recoveredAt210();

    play.sweep("prod", down, 3_900, 3_910, 3_920, 3_930);
    play.sweep("prod", OK, 4_000, 4_010, 4_020, 4_120);

    expect(play.closed).toHaveLength(2);
  });
});
