import { describe, expect, it } from "vitest";
import type { DeploymentRecord } from "../../../../src/deployments/record.js";
import type { DeploymentEnded } from "../../../../src/health/incidents/event.js";
import { downPlay, failingWith, MINUTE, OK, Play, START, targetNamed, watching } from "./samples.js";

const down = failingWith("status");
const prod = targetNamed("prod");
const watch = watching({ prod: {} });

function start(play: Play, second: number, deploymentId = "d1") {
  const at = START + second * 1_000;
  return play.send({ kind: "deployment-started", target: prod, at, deploymentId });
}

function end(play: Play, second: number, changes: Partial<DeploymentEnded["deployment"]> = {}) {
  const deployment = { id: "d1", kind: "deploy", state: "succeeded", checked: true, ...changes } as const;
  return play.send({ kind: "deployment-ended", target: prod, at: START + second * 1_000, deployment });
}

describe("while a deployment runs there", () => {
  it("nothing that is probed counts", () => {
    const play = new Play(watch);
    start(play, 0);

    play.sweep("prod", down, 10, 20, 30, 40, 50);

    expect(play.effects).toEqual([]);
  });

  it("a suspicion from before is dropped", () => {
    const play = new Play(watch);
    play.sweep("prod", down, 0, 10, 20);

    start(play, 25);
    end(play, 60, { state: "failed" });
    play.sweep("prod", down, 60);

    expect(play.of("open")).toEqual([]);
  });

  it("an incident stays open and is looked at again afterwards, at once", () => {
    const play = downPlay(watch);
    start(play, 60);
    play.sweep("prod", OK, 90, 100, 110, 300);
    expect(play.incident.members[0]?.state).toBe("down");

    const { effects } = end(play, 400);
    play.sweep("prod", OK, 400, 410, 420, 520);

    expect(effects).toEqual([{ kind: "probe", target: prod, at: START + 400_000 }]);
    expect(play.of("recover")).toHaveLength(1);
  });
});

describe("after a deployment", () => {
  it("a sweep that began before its end does not count", () => {
    const play = new Play(watching({ prod: { confirm: { retries: 0 } } }));
    start(play, 0);
    end(play, 60);

    play.sweep("prod", down, 59);

    expect(play.of("open")).toEqual([]);
  });

  it("that failed, the environment is probed at once", () => {
    const play = new Play(watch);
    start(play, 0);

    expect(end(play, 60, { state: "failed" }).effects).toEqual([
      { kind: "probe", target: prod, at: START + MINUTE },
    ]);
  });

  it("whose end nobody told, the clock resumes", () => {
    const play = new Play(watch);
    start(play, 0);

    play.tick(60, ["prod"]);
    play.sweep("prod", down, 61);
    expect(play.effects).toEqual([]);
    const { effects } = play.tick(120);

    expect(effects).toEqual([{ kind: "probe", target: prod, at: START + 2 * MINUTE }]);
  });

  it("whose beginning nobody told, the clock suspends", () => {
    const play = new Play(watch);

    play.tick(60, ["prod"]);
    play.sweep("prod", down, 61, 71, 81, 91);

    expect(play.of("open")).toEqual([]);
  });

  it("that was looked up before it began or ended, the clock is not believed", () => {
    const play = new Play(watch);
    start(play, 60);
    play.tick(59);
    expect(play.board.environments["shop/prod"]?.suspended).toBeDefined();

    end(play, 120);
    play.tick(119, ["prod"]);

    expect(play.board.environments["shop/prod"]?.suspended).toBeUndefined();
  });

  it("that is told twice or late, nothing changes", () => {
    const play = new Play(watch);
    start(play, 0);
    end(play, 60);
    const { board } = play;

    end(play, 100);
    start(play, 101);

    expect(play.board).toBe(board);
  });

  it("of another one that still runs, nothing resumes", () => {
    const play = new Play(watch);
    start(play, 0, "d1");

    end(play, 10, { id: "d0" });

    expect(play.board.environments["shop/prod"]?.suspended?.deploymentId).toBe("d1");
  });
});

describe("when all was last good", () => {
  const early = { project: "shop", environment: "prod", lastGoodAt: START - MINUTE };

  function failsAfter(deployment: Parameters<typeof end>[2]): number | undefined {
    const play = new Play(watch);
    play.board = { ...play.board, environments: { "shop/prod": early } };
    start(play, 0);
    end(play, 60, deployment);
    play.sweep("prod", down, 120, 130, 140, 150);
    return play.incident.members[0]?.lastGoodAt;
  }

  it("is when a deployment ended whose health checks passed", () => {
    expect(failsAfter({ checked: true })).toBe(START + MINUTE);
  });

  it.each([
    ["made no health checks", { checked: false }],
    ["failed after them", { checked: true, state: "failed" }],
  ] as const)("is not when one ended that %s", (_what, deployment) => {
    expect(failsAfter(deployment)).toBe(START - MINUTE);
  });
});

describe("the bake period", () => {
  function baking(watched = watch, kind: DeploymentRecord["kind"] = "deploy"): Play {
    const play = new Play(watched);
    start(play, 0);
    end(play, 60, { kind });
    return play;
  }

  it("probes each minute for ten minutes, then leaves it to the schedule", () => {
    const play = baking();

    for (let minute = 2; minute <= 11; minute++) play.sweep("prod", OK, minute * 60);
    expect(play.of("probe").map(({ at }) => (at - START) / MINUTE)).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    play.sweep("prod", OK, 720);

    expect(play.board.environments["shop/prod"]).not.toHaveProperty("bake.until");
    expect(play.of("probe")).toHaveLength(11);
  });

  it("is not failed by a blip", () => {
    const play = baking();

    play.sweep("prod", down, 120, 130, 140);
    play.sweep("prod", OK, 150);

    expect(play.of("bake-failed")).toEqual([]);
  });

  it("is failed once, by a failure that is confirmed: the release is blamed in the incident", () => {
    const play = baking();

    play.sweep("prod", down, 120, 130, 140, 150, 210, 270);

    expect(play.of("bake-failed")).toEqual([
      {
        ...{ kind: "bake-failed", target: prod, deploymentId: "d1" },
        ...{ action: "offer", incidentId: play.incident.id },
      },
    ]);
    expect(play.incident.members[0]?.failedBake).toEqual({ deploymentId: "d1", action: "offer" });
  });

  it("rolls back where that is configured", () => {
    const play = baking(watching({ prod: { bake: { onFailure: "rollback" } } }));

    play.sweep("prod", down, 120, 130, 140, 150);

    expect(play.of("bake-failed")).toMatchObject([{ action: "rollback" }]);
  });

  it("of a rollback only offers: taking it back would bring the bad release again", () => {
    const play = baking(watching({ prod: { bake: { onFailure: "rollback" } } }), "rollback");

    play.sweep("prod", down, 120, 130, 140, 150);

    expect(play.of("bake-failed")).toMatchObject([{ action: "offer" }]);
  });

  it("is failed by what began within it and was confirmed after", () => {
    const play = baking();

    play.sweep("prod", down, 655, 665, 675, 685);

    expect(play.of("bake-failed")).toHaveLength(1);
  });

  it("is not failed by what began after it", () => {
    const play = baking();

    play.sweep("prod", down, 661, 671, 681, 691);

    expect(play.of("open")).toHaveLength(1);
    expect(play.of("bake-failed")).toEqual([]);
  });

  it("is failed also where the environment was down before", () => {
    const play = downPlay(watch);
    start(play, 60);
    end(play, 120);

    play.sweep("prod", down, 120, 130, 140, 150);

    expect(play.of("open")).toHaveLength(1);
    expect(play.of("bake-failed")).toHaveLength(1);
  });

  it("takes nothing back by itself where the environment was down before: the deployment may be its repair", () => {
    const play = downPlay(watching({ prod: { bake: { onFailure: "rollback" } } }));
    start(play, 60);
    end(play, 120);

    play.sweep("prod", down, 120, 130, 140, 150);

    expect(play.of("bake-failed")).toMatchObject([{ action: "offer" }]);
    expect(play.incident.members[0]?.failedBake?.action).toBe("offer");
  });

  it("is not begun by the end of an earlier deployment that is told late", () => {
    const play = baking();

    end(play, 30, { id: "d0" });

    expect(play.board.environments["shop/prod"]?.bake?.deploymentId).toBe("d1");
  });
});

describe("a rollback that could not be begun", () => {
  function refused(deploymentId = "d1"): Play {
    const play = new Play(watching({ prod: { bake: { onFailure: "rollback" } } }));
    start(play, 0);
    end(play, 60);
    play.sweep("prod", down, 120, 130, 140, 150);
    const incidentId = play.incident.id;
    play.effects = [];
    play.send({ kind: "rollback-refused", target: prod, incidentId, deploymentId, at: START + 151_000 });
    return play;
  }

  it("is offered to people, and the message says so", () => {
    const play = refused();

    expect(play.incident.members[0]?.failedBake).toEqual({ deploymentId: "d1", action: "offer" });
    expect(play.effects).toEqual([{ kind: "edit", incidentId: play.incident.id }]);
  });

  it("changes nothing when another release is blamed by now", () => {
    expect(refused("d0").effects).toEqual([]);
  });
});

describe("a rollback that was begun", () => {
  /** The release of d1 is blamed, and d2 takes it back. */
  function ended(state: DeploymentRecord["state"]): Play {
    const play = new Play(watching({ prod: { bake: { onFailure: "rollback" } } }));
    start(play, 0);
    end(play, 60);
    play.sweep("prod", down, 120, 130, 140, 150);
    start(play, 160, "d2");
    play.effects = [];
    end(play, 200, { id: "d2", kind: "rollback", state });
    return play;
  }

  it.each(["failed", "cancelled", "indeterminate"] as const)("and %s is offered to people", (state) => {
    const play = ended(state);

    expect(play.incident.members[0]?.failedBake).toEqual({ deploymentId: "d1", action: "offer" });
    expect(play.of("edit")).toEqual([{ kind: "edit", incidentId: play.incident.id }]);
  });

  it("and succeeded is not offered again", () => {
    const play = ended("succeeded");

    expect(play.incident.members[0]?.failedBake).toEqual({ deploymentId: "d1", action: "rollback" });
    expect(play.of("edit")).toEqual([]);
  });
});
