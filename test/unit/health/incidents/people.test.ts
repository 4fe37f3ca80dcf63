import { describe, expect, it } from "vitest";
import {
  ada,
  CHIEF,
  downPlay,
  failingWith,
  MINUTE,
  OK,
  ON_CALL,
  type Play,
  START,
  watching,
} from "./samples.js";

const down = failingWith("status");
const watch = watching({ prod: { mention: [ON_CALL], escalate: { after: "15m", mention: [CHIEF] } } });

function press(play: Play, kind: "acknowledged" | "snoozed", second: number, incidentId = play.incident.id) {
  return play.send({ kind, incidentId, by: ada, at: START + second * 1_000 });
}

describe("an escalation", () => {
  it("comes once, 15 min after the alert", () => {
    const play = downPlay(watch);

    play.sweep("prod", down, 929);
    expect(play.of("call")).toEqual([]);
    play.tick(930);
    play.tick(2_000);

    expect(play.of("call")).toEqual([
      { kind: "call", incidentId: play.incident.id, why: "unacknowledged", roles: [CHIEF] },
    ]);
  });

  it("does not come without roles", () => {
    const play = downPlay(watching({ prod: {} }));

    play.tick(10_000);

    expect(play.of("call")).toEqual([]);
  });

  it("does not come once somebody acknowledged, who is shown", () => {
    const play = downPlay(watch);

    const { effects } = press(play, "acknowledged", 60);
    play.tick(2_000);

    expect(effects).toEqual([{ kind: "edit", incidentId: play.incident.id }]);
    expect(play.incident.acknowledged).toEqual({ ...ada, at: START + MINUTE });
    expect(play.of("call")).toEqual([]);
  });

  it("does not come while it answers again", () => {
    const play = downPlay(watch);
    play.sweep("prod", OK, 900, 910, 920);

    play.tick(940);

    expect(play.of("call")).toEqual([]);
  });

  it("waits while a deployment runs there", () => {
    const play = downPlay(watch);
    play.tick(900, ["prod"]);

    play.tick(1_000, ["prod"]);
    expect(play.of("call")).toEqual([]);
    play.tick(1_060);
    expect(play.of("call")).toEqual([]);
    play.sweep("prod", failingWith("status"), 1_061);

    expect(play.of("call")).toHaveLength(1);
  });
});

describe("a second acknowledgement", () => {
  it("changes nothing", () => {
    const play = downPlay(watch);
    press(play, "acknowledged", 60);

    const { effects } = press(play, "acknowledged", 70);

    expect(effects).toEqual([]);
    expect(play.incident.acknowledged?.at).toBe(START + MINUTE);
  });
});

describe("a press on what is over", () => {
  it.each(["acknowledged", "snoozed"] as const)("(%s) changes nothing", (kind) => {
    const play = downPlay(watch);
    const before = play.board;

    const decision = press(play, kind, 60, "0123456789abcdef01234567");

    expect(decision.board).toBe(before);
    expect(decision.effects).toEqual([]);
  });
});

describe("a snooze", () => {
  it("is shown, and holds calls back for an hour", () => {
    const play = downPlay(watch);

    const { effects } = press(play, "snoozed", 60);
    play.tick(60 + 3_599);
    expect(play.of("call")).toEqual([]);
    play.sweep("prod", failingWith("status"), 60 + 3_590);
    play.tick(60 + 3_600);

    expect(effects).toEqual([{ kind: "edit", incidentId: play.incident.id }]);
    expect(play.incident.snoozed).toEqual({ ...ada, at: START + MINUTE, until: START + 61 * MINUTE });
    expect(play.of("call")).toHaveLength(1);
  });

  it("begins anew with each press", () => {
    const play = downPlay(watch);

    press(play, "snoozed", 60);
    press(play, "snoozed", 3_000);
    play.tick(6_599);

    expect(play.of("call")).toEqual([]);
  });
});
