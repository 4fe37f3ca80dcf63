import { describe, expect, it } from "vitest";
import { deadHost } from "../../../../src/health/incidents/dead-host.js";
import { downtimeOf, hostOf } from "../../../../src/health/incidents/incident.js";
import { CHIEF, failingWith, OK, ON_CALL, Play, START, watching } from "./samples.js";

const dead = failingWith("dead");
const three = watching({ uat: {}, preprod: {}, prod: {} });

function allDead(watch = three): Play {
  const play = new Play(watch);
  for (const second of [0, 10, 20, 30]) {
    for (const environment of ["uat", "preprod", "prod"]) play.sweep(environment, dead, second);
  }
  return play;
}

describe("deadHost", () => {
  it.each([
    ["no answer at all", [...dead, ...dead], "web-1"],
    ["a good check of another host", [...dead, ...OK], "web-1"],
    ["a good check of the same host", [...dead, { id: "x", ok: true, host: "web-1" }], undefined],
    ["an answer of one of them", [...dead, ...failingWith("status")], undefined],
    ["two hosts", [...dead, ...failingWith("dead", "web-2")], undefined],
    [
      "a check that stands for no host",
      [...dead, { ...dead[0], id: "x", ok: false, host: undefined }],
      undefined,
    ],
    ["a reason that is not known", [{ id: "x", ok: false, host: "web-1" }], undefined],
    ["nothing that fails", OK, undefined],
  ])("judges %s", (_what, checks, expected) => {
    expect(deadHost(checks)).toBe(expected);
  });
});

describe("environments on one dead host", () => {
  it("are one incident", () => {
    const play = allDead();

    expect(play.of("open")).toHaveLength(1);
    expect(play.incident.members.map(({ environment }) => environment)).toEqual(["uat", "preprod", "prod"]);
    expect(hostOf(play.incident)).toBe("web-1");
  });

  it("are an incident each where an application answers with errors", () => {
    const play = new Play(three);
    const wrong = failingWith("status");

    play.sweep("uat", wrong, 0, 10, 20, 30);
    play.sweep("prod", wrong, 0, 10, 20, 30);

    expect(play.of("open")).toHaveLength(2);
  });

  it("are an incident each on different hosts", () => {
    const play = new Play(three);

    play.sweep("uat", dead, 0, 10, 20, 30);
    play.sweep("prod", failingWith("dead", "web-2"), 0, 10, 20, 30);

    expect(play.of("open")).toHaveLength(2);
  });

  it("are an incident each where their channels differ: nobody misses theirs", () => {
    const play = allDead(watching({ uat: {}, preprod: {}, prod: {} }, { prod: "998877665544332211" }));

    expect(play.of("open")).toHaveLength(2);
  });

  it("leave one by one; the last one ends it", () => {
    const play = allDead();

    play.sweep("uat", OK, 90, 100, 110, 210);
    expect(play.incident.members.map(({ state }) => state)).toEqual(["recovered", "down", "down"]);
    expect(play.effects.at(-1)).toEqual({ kind: "edit", incidentId: play.incident.id });
    play.sweep("preprod", OK, 300, 310, 320, 420);
    play.sweep("prod", OK, 250, 260, 270, 370);

    expect(play.of("recover")).toHaveLength(1);
    const [closed] = play.closed;
    expect(closed && downtimeOf(closed)).toBe(300_000);
  });

  it("may come back into an incident that goes on, also for another reason", () => {
    const play = allDead();
    play.sweep("uat", OK, 90, 100, 110, 210);

    play.sweep("uat", failingWith("status"), 300, 310, 320, 330);

    expect(play.of("open")).toHaveLength(1);
    expect(play.incident.members[0]).toMatchObject({ state: "down", downSince: START + 300_000 });
    expect(hostOf(play.incident)).toBeUndefined();
  });

  it("do not join what has recovered from that host", () => {
    const play = new Play(three);
    play.sweep("uat", dead, 0, 10, 20, 30);
    play.sweep("uat", OK, 90, 100, 110);

    play.sweep("prod", dead, 100, 110, 120, 130);

    expect(play.of("open")).toHaveLength(2);
  });

  it("call the roles of one that joins, once", () => {
    const play = allDead(
      watching({ uat: {}, preprod: { mention: [ON_CALL] }, prod: { mention: [ON_CALL, CHIEF] } }),
    );

    expect(play.of("open")).toMatchObject([{ roles: [] }]);
    expect(play.of("call")).toEqual([
      { kind: "call", incidentId: play.incident.id, why: "joined", roles: [ON_CALL] },
      { kind: "call", incidentId: play.incident.id, why: "joined", roles: [CHIEF] },
    ]);
  });
});
