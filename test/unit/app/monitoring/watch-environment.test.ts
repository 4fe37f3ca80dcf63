import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { performEffects } from "../../../../src/app/monitoring/perform-effects.js";
import { watchEnvironment } from "../../../../src/app/monitoring/watch-environment.js";
import { healthOf } from "../../../../src/health/incidents/board.js";
import { decide } from "../../../../src/health/incidents/decide.js";
import { ProbeTurns } from "../../../../src/health/probe-turns.js";
import { type RedisFixture, startRedisFixture } from "../../../integration/store/redis-fixture.js";
import { uat } from "../production.js";
import { down, HEALTHY, type MonitorWorld, monitorWorld, UNHEALTHY } from "./monitor-world.js";

const HOUR = 3_600_000;

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
let fixture: RedisFixture;
let scene: MonitorWorld;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  scene = monitorWorld(fixture);
});
afterAll(() => fixture.close());

async function incidents() {
  return Object.values((await scene.parts.incidents.board()).incidents);
}

/** How long the last look counts for, by the history itself. */
async function knownMs(state: "upMs" | "downMs", after: number): Promise<number> {
  const { points } = await scene.parts.history.series(uat, "24h", scene.parts.now() + after);
  return points.reduce((sum, point) => sum + point[state], 0);
}

describe("watchEnvironment", () => {
  it("opens an incident, and wakes up those who tell of it", async () => {
    scene.finds.result = UNHEALTHY;
    await watchEnvironment(scene.parts, uat);

    const [incident] = await incidents();
    expect(incident?.members[0]?.failing).toMatchObject([{ reason: { code: "status" } }]);
    expect(scene.queues.lanes).toEqual(expect.arrayContaining([incident?.id, "probes"]));
  });

  it("does nothing for an environment that is not configured", async () => {
    await watchEnvironment(scene.parts, { project: "shop", environment: "gone" });

    expect(await scene.parts.incidents.board()).toMatchObject({ environments: {} });
  });

  it("does nothing when another probe has taken the place of this one", async () => {
    await watchEnvironment(scene.parts, uat, scene.parts.now());

    expect(healthOf(await scene.parts.incidents.board(), uat).lastAt).toBeUndefined();
  });

  it("keeps what it found until the next scheduled probe", async () => {
    await watchEnvironment(scene.parts, uat);

    expect(await knownMs("upMs", 2 * HOUR)).toBe(HOUR + 60_000);
  });

  it("keeps what it found no longer than to the next probe while it is down", async () => {
    scene.finds.result = UNHEALTHY;
    await watchEnvironment(scene.parts, uat);

    expect(await knownMs("downMs", 2 * HOUR)).toBe(2 * 60_000);
  });

  it.each([
    ["before", async () => scene.world.locks.hold(uat, "d1")],
    [
      "during",
      async () => {
        scene.finds.during = () => scene.world.locks.hold(uat, "d1");
      },
    ],
  ])("tells nothing when a deployment began %s the probe", async (_when, begin) => {
    scene.finds.result = UNHEALTHY;
    await begin();
    await watchEnvironment(scene.parts, uat);

    expect(await incidents()).toEqual([]);
    expect(await knownMs("downMs", HOUR)).toBe(0);
  });

  it("counts what it found once the end of the deployment was told, though it is still held", async () => {
    const { incidents: store, watch } = scene.parts;
    const deployment = { id: "d1", kind: "deploy", state: "failed" } as const;
    const ended = { kind: "deployment-ended", target: uat, at: scene.parts.now(), deployment } as const;
    await store.update((board) => decide(board, ended, watch));
    await scene.world.locks.hold(uat, "d1");
    scene.finds.result = UNHEALTHY;
    await watchEnvironment(scene.parts, uat);

    expect(await incidents()).toHaveLength(1);
  });

  it("does not believe in a recovery when it could not make a check", async () => {
    await down(scene, uat);
    scene.world.clock.now += 60_000;
    scene.finds.result = undefined;
    await watchEnvironment(scene.parts, uat);

    expect(healthOf(await scene.parts.incidents.board(), uat).run).toMatchObject({ ok: false, count: 1 });
  });

  it("does not start a probe that hangs beside itself, in no process", async () => {
    const hanging = deferred();
    let probes = 0;
    scene.finds.during = () => {
      probes++;
      return hanging.promise;
    };
    const first = watchEnvironment(scene.parts, uat);
    await expect.poll(() => probes).toBe(1);
    const elsewhere = { ...scene.parts, turns: new ProbeTurns(fixture.redis) };
    await watchEnvironment(scene.parts, uat);
    await watchEnvironment(elsewhere, uat);
    expect(probes).toBe(1);

    hanging.resolve();
    await first;
    scene.world.clock.now += 60_000;
    await watchEnvironment(elsewhere, uat);
    expect(probes).toBe(2);
  });

  it("counts the time to the next probe from the end of this one", async () => {
    scene.finds.result = UNHEALTHY;
    scene.finds.during = async () => {
      scene.world.clock.now += 110_000;
    };
    await watchEnvironment(scene.parts, uat);

    const health = healthOf(await scene.parts.incidents.board(), uat);
    expect(health.nextProbeAt).toBe(scene.parts.now() + 60_000);
  });

  it("looks again soon, and alerts nobody, while Slipway has no route", async () => {
    scene = monitorWorld(fixture, { confirm: { retries: 3 } });
    scene.finds.during = () => Promise.reject(Object.assign(new Error("no route"), { code: "ENETDOWN" }));
    for (const wait of [0, 10_000, 10_000, 10_000, 10_000]) {
      scene.world.clock.now += wait;
      await watchEnvironment(scene.parts, uat);
    }

    expect(await incidents()).toEqual([]);
    expect(await knownMs("downMs", HOUR)).toBe(0);
    const { board } = { board: await scene.parts.incidents.board() };
    expect(board.blindness).toMatchObject({ code: "ENETDOWN", environments: 1 });
    expect(healthOf(board, uat).nextProbeAt).toBe(scene.parts.now() + 10_000);

    await performEffects(scene.parts, "blind");
    expect(scene.messages.told).toEqual(["blind"]);
  });

  it("keeps as unknown what nobody can tell from a fault of Slipway's own", async () => {
    const reason = { code: "no-answer", detail: "EAI_AGAIN" } as const;
    scene.finds.result = { kind: "unhealthy", latencyMs: 5, reason };
    await watchEnvironment(scene.parts, uat);

    expect(await incidents()).toEqual([]);
    expect(await knownMs("downMs", HOUR)).toBe(0);
  });

  it("leaves nothing behind when the process ends meanwhile", async () => {
    const closing = AbortSignal.abort(new Error("the process ends"));
    const parts = { ...scene.parts, tools: { ...scene.parts.tools, closing } };
    scene.finds.result = HEALTHY;

    await expect(watchEnvironment(parts, uat)).rejects.toThrow("the process ends");
    expect(healthOf(await scene.parts.incidents.board(), uat).lastAt).toBeUndefined();
  });
});
