import { describe, expect, it } from "vitest";
import { incidentOf, memberOf } from "../../../../src/health/incidents/board.js";
import { deadHost } from "../../../../src/health/incidents/dead-host.js";
import { downtimeOf, hostOf } from "../../../../src/health/incidents/incident.js";
import { ada, CHIEF, failingWith, OK, ON_CALL, Play, START, targetNamed, watching } from "./samples.js";

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

describe("an outage that begins later on the same host", () => {
  const two = watching({ preprod: { mention: [ON_CALL] }, prod: { mention: [ON_CALL] } });

  function preprodDown(): Play {
    const play = new Play(two);
    play.sweep("preprod", dead, 0, 10, 20, 30);
    return play;
  }

  it("is an incident of its own once nobody can take it for the same", () => {
    const play = preprodDown();

    play.sweep("prod", dead, 301, 311, 321, 331);

    expect(play.of("open").map(({ roles }) => roles)).toEqual([[ON_CALL], [ON_CALL]]);
  });

  it("is the same incident for five minutes", () => {
    const play = preprodDown();

    play.sweep("prod", dead, 300, 310, 320, 330);

    expect(play.of("open")).toHaveLength(1);
  });

  it("is the same incident for longer where a confirmation takes longer", () => {
    const slow = { confirm: { retries: 1, over: "5m" } };
    const play = new Play(watching({ preprod: slow, prod: slow }));
    play.sweep("preprod", dead, 0, 300);

    play.sweep("prod", dead, 600, 900);

    expect(play.of("open")).toHaveLength(1);
  });

  it.each(["acknowledged", "snoozed"] as const)("alerts where the earlier one is %s", (kind) => {
    const play = preprodDown();
    play.send({ kind, incidentId: play.incident.id, by: ada, at: START + 60_000 });

    play.sweep("prod", dead, 70, 80, 90, 100);

    expect(play.of("open").map(({ roles }) => roles)).toEqual([[ON_CALL], [ON_CALL]]);
  });
});

describe("an environment that recovered in an incident that goes on", () => {
  /** Preprod stays down; prod was down with it, and recovered at 210. */
  function prodRecovered(): Play {
    const play = new Play(watching({ preprod: {}, prod: { mention: [ON_CALL] } }));
    for (const second of [0, 10, 20, 30]) {
      for (const environment of ["preprod", "prod"]) play.sweep(environment, dead, second);
    }
    play.sweep("prod", OK, 90, 100, 110, 210);
    return play;
  }

  it("alerts when it fails again a day later", () => {
    const play = prodRecovered();

    play.sweep("prod", failingWith("status"), 86_400, 86_410, 86_420, 86_430);

    expect(play.of("open")).toHaveLength(2);
    expect(play.of("open").at(-1)?.roles).toEqual([ON_CALL]);
  });

  it("belongs to the incident that it is down in, and ends that one", () => {
    const play = prodRecovered();
    const [old] = Object.keys(play.board.incidents);
    play.sweep("prod", failingWith("status"), 86_400, 86_410, 86_420, 86_430);

    const its = incidentOf(play.board, targetNamed("prod"));
    play.sweep("prod", OK, 86_500, 86_510, 86_520, 86_620);

    expect(its && memberOf(its, targetNamed("prod"))).toMatchObject({ state: "down" });
    expect(play.closed.map(({ id }) => id)).toEqual([its?.id]);
    expect(Object.keys(play.board.incidents)).toEqual([old]);
  });

  it("does not come back into an older one of two that go on", () => {
    const play = prodRecovered();
    play.watch = watching({ preprod: {}, prod: {}, uat: {} });
    for (const second of [86_400, 86_410, 86_420, 86_430]) {
      for (const environment of ["uat", "prod"])
        play.sweep(environment, failingWith("dead", "web-2"), second);
    }
    play.sweep("prod", OK, 86_500, 86_510, 86_520, 86_620);
    const [, second] = Object.keys(play.board.incidents);

    play.sweep("prod", failingWith("status"), 86_700, 86_710, 86_720, 86_730);

    expect(incidentOf(play.board, targetNamed("prod"))?.id).toBe(second);
    expect(play.of("open")).toHaveLength(2);
  });

  it("alerts a bounded number of times while it flaps slowly: its hold outgrows it", () => {
    const play = prodRecovered();
    for (let from = 1_000; from < 30_000; from += 1_000) {
      play.sweep("prod", failingWith("status"), from, from + 10, from + 20, from + 30);
      for (let second = from + 100; second < from + 1_000; second += 10) play.sweep("prod", OK, second);
    }

    expect(play.of("open").length).toBeLessThanOrEqual(5);
  });
});
