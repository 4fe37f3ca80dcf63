import { describe, expect, it } from "vitest";
import { fareOf } from "../../../../src/health/incidents/fare.js";
import { downtimeOf, unwatchedOf } from "../../../../src/health/incidents/incident.js";
import {
  CHIEF,
  downPlay,
  failingWith,
  MINUTE,
  OK,
  ON_CALL,
  type Play,
  SECOND,
  START,
  targetNamed,
  watching,
} from "./samples.js";

const prod = targetNamed("prod");
const HOUR = 60;
const restart = { deploying: [], restarted: true } as const;
const monitor = { mention: [ON_CALL], escalate: { mention: [CHIEF] } };

/** Down from minute 0 on, seen so until minute 5; then nobody watches. */
function leftDown() {
  const play = downPlay(watching({ prod: monitor }));
  play.sweep("prod", failingWith("status"), 60, 120, 180, 240, 300);
  return play;
}

/** A look of ten seconds in which the own resolver said nothing. */
function unheard(play: Play, second: number): void {
  const reason = { code: "no-answer", detail: "EAI_AGAIN" } as const;
  play.send({
    ...{
      kind: "swept",
      target: prod,
      checks: [{ id: "https://shop.example.com/healthz", ok: false, reason }],
    },
    ...{ at: START + second * SECOND, endedAt: START + (second + 10) * SECOND },
  });
}

describe("after a time in which nobody watched", () => {
  it("nobody is called before a probe has failed", () => {
    const play = leftDown();

    play.send({ kind: "ticked", at: START + 24 * HOUR * MINUTE, ...restart });
    play.tick(24 * 3600 + 15);
    expect(play.of("call")).toEqual([]);

    play.sweep("prod", failingWith("status"), 24 * 3600 + 20);
    expect(play.of("call")).toMatchObject([{ why: "unacknowledged", roles: [CHIEF] }]);
  });

  it("nobody is called for what is up again", () => {
    const play = leftDown();
    play.send({ kind: "ticked", at: START + 24 * HOUR * MINUTE, ...restart });
    const second = 24 * 3600;
    play.sweep("prod", OK, second + 5, second + 15, second + 25, second + 135);

    expect(play.of("call")).toEqual([]);
    expect(play.closed).toHaveLength(1);
  });

  it("that time is not in the figures, and its length is known", () => {
    const play = leftDown();
    const second = 24 * 3600;
    play.sweep("prod", OK, second, second + 10, second + 20, second + 130);
    const [closed] = play.closed;
    if (closed === undefined) throw new Error("it is open");

    expect(downtimeOf(closed)).toBe(24 * HOUR * MINUTE);
    expect(unwatchedOf(closed)).toBe((24 * HOUR - 5) * MINUTE);
    expect(fareOf(prod, [closed], START, START + 25 * HOUR * MINUTE).downtimeMs).toBe(5 * MINUTE);
  });

  it("it counts again from the first probe that fails", () => {
    const play = leftDown();
    const second = 24 * 3600;
    play.sweep("prod", failingWith("status"), second, second + 60);
    play.sweep("prod", OK, second + 120, second + 130, second + 140, second + 250);
    const [closed] = play.closed;
    if (closed === undefined) throw new Error("it is open");

    expect(fareOf(prod, [closed], START, START + 25 * HOUR * MINUTE).downtimeMs).toBe(7 * MINUTE);
  });

  it("a summary does not say that it is down now", () => {
    const { incident } = leftDown();
    const from = START - MINUTE;
    const look = { at: START + 5 * MINUTE, lasts: 3 * MINUTE };

    expect(fareOf(prod, [incident], from, START + 6 * MINUTE, look)).toMatchObject({
      ...{ isDown: true, downtimeMs: 6 * MINUTE },
    });
    expect(fareOf(prod, [incident], from, START + 24 * HOUR * MINUTE, look)).toMatchObject({
      ...{ isDown: false, isUnknown: true, downtimeMs: 5 * MINUTE },
    });
  });

  it("looks that hear nothing, each as long as its time-out, are one gap, and none of them is watched", () => {
    const play = downPlay(watching({ prod: monitor }));
    for (let second = 120; second < 1_800; second += 20) unheard(play, second);
    play.sweep("prod", failingWith("status"), 1_800);

    expect(play.incident.members[0]?.gaps).toEqual([
      { from: START + 30 * SECOND, until: START + 1_800 * SECOND },
    ]);
  });

  it("what was seen between many gaps and a late one is still watched", () => {
    const play = downPlay(watching({ prod: monitor }));
    const late = 10 * 3600;
    for (let second = 60; second < late; second += 60)
      if (second <= 25 * 120 && second % 120 === 0) unheard(play, second);
      else play.sweep("prod", failingWith("status"), second);
    unheard(play, late);
    play.sweep("prod", failingWith("status"), late + 60);

    expect(play.incident.members[0]?.gaps?.length).toBeLessThanOrEqual(20);
    expect(play.incident.members[0]?.gaps?.at(-1)).toEqual({
      ...{ from: START + (late - 60) * SECOND, until: START + (late + 60) * SECOND },
    });
    expect(unwatchedOf(play.incident)).toBeLessThan(HOUR * MINUTE);
  });

  it("what is probed as slowly as it takes is watched", () => {
    const play = downPlay(watching({ prod: monitor }));
    for (let second = 60; second <= 1_500; second += 170)
      play.send({
        ...{ kind: "swept", target: prod, checks: failingWith("status") },
        ...{ at: START + second * 1_000, endedAt: START + (second + 110) * 1_000 },
      });

    expect(unwatchedOf(play.incident)).toBe(0);
  });
});
