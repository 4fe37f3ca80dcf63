import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cancelDeployment } from "../../../../src/app/cancel-deployment.js";
import { approve, expireApproval, refuse } from "../../../../src/app/decide-approval.js";
import { createDeploymentWatcher } from "../../../../src/app/monitoring/deployment-watcher.js";
import { laneOf } from "../../../../src/app/monitoring/effect-lane.js";
import { performEffects } from "../../../../src/app/monitoring/perform-effects.js";
import { rollBackFailedBake } from "../../../../src/app/monitoring/roll-back-failed-bake.js";
import { tellMonitoring } from "../../../../src/app/monitoring/tell-monitoring.js";
import { tickMonitoring } from "../../../../src/app/monitoring/tick-monitoring.js";
import { runDeployment } from "../../../../src/app/run-deployment.js";
import type { DeploymentRecord, Target } from "../../../../src/deployments/record.js";
import { Sha } from "../../../../src/deployments/release.js";
import type { Effect } from "../../../../src/health/incidents/effect.js";
import { type RedisFixture, startRedisFixture } from "../../../integration/store/redis-fixture.js";
import type { World } from "../ports.js";
import { aLock, approver, asker, DAY, deployed, found, MINUTE, prod, requested, uat } from "../production.js";
import { down, type MonitorWorld, monitorWorld } from "./monitor-world.js";

const [a, b, c] = ["a", "b", "c"].map((digit) => Sha.parse(digit.repeat(40))) as [Sha, Sha, Sha];
let fixture: RedisFixture;
let scene: MonitorWorld;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  const plain = monitorWorld(fixture, { bake: { onFailure: "rollback" } });
  const watcher = createDeploymentWatcher(plain.parts);
  scene = { ...plain, world: { ...plain.world, parts: { ...plain.world.parts, watcher } } };
});
afterAll(() => fixture.close());

type FailedBake = Extract<Effect, { kind: "bake-failed" }>;

/** A second release that fails a minute after its deployment. */
async function failedBake(
  target = uat,
): Promise<{ readonly bad: DeploymentRecord; readonly effect: FailedBake }> {
  await released(target, a);
  const bad = await released(target, b);
  scene.world.clock.now += MINUTE;
  await down(scene, target);
  const pending = await scene.parts.incidents.pending();
  const effect = pending
    .map((each) => each.effect)
    .find((each): each is FailedBake => each.kind === "bake-failed");
  if (effect === undefined) throw new Error("nothing failed");
  return { bad, effect };
}

async function released(target: Target, sha: Sha): Promise<DeploymentRecord> {
  const { environment } = target;
  const record = await requested(scene.world, { environment, ref: sha });
  if (record.approval !== undefined) await approve(scene.world.parts, record.id, approver, "DEPLOY");
  await runDeployment(scene.world.parts, record.id, "worker");
  return found(scene.world, record);
}

async function newest(target = uat): Promise<DeploymentRecord | undefined> {
  return (await scene.world.store.newest(target, 1))[0];
}

/** Whether the incident says that the release is being taken back, or offers it. */
async function saidOf({ incidentId }: FailedBake): Promise<string | undefined> {
  return (await scene.parts.incidents.find(incidentId))?.members[0]?.failedBake?.action;
}

/** Has it answer well, once a second. */
async function answersFor(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    scene.world.clock.now += 1_000;
    const at = scene.world.clock.now;
    const checks = [{ id: "check", ok: true, latencyMs: 12, host: undefined }];
    await tellMonitoring(scene.parts, { kind: "swept", target: uat, at, checks });
  }
}

describe("a release that did not hold", () => {
  it("is what the deployment brought that ended last", async () => {
    const { bad, effect } = await failedBake();

    expect(effect).toMatchObject({ target: uat, deploymentId: bad.id, action: "rollback" });
  });

  it("was last good when its deployment ended, which had made its health checks", async () => {
    const { bad, effect } = await failedBake();

    const incident = await scene.parts.incidents.find(effect.incidentId);
    expect(incident?.members[0]?.lastGoodAt).toBe(bad.finishedAt);
  });

  it("is taken back by Slipway, once", async () => {
    const { bad, effect } = await failedBake();
    await rollBackFailedBake(scene.parts, effect);
    await rollBackFailedBake(scene.parts, effect);

    expect(await newest()).toMatchObject({
      ...{ kind: "rollback", state: "queued", number: bad.number + 1, rollbackOf: bad.number },
      ...{ origin: { kind: "bake", deployment: bad.number }, release: { sha: a } },
    });
  });

  it("is taken back also while Discord does not take the alert", async () => {
    const { bad, effect } = await failedBake();
    scene.messages.refuses.add(effect.incidentId);
    await expect(performEffects(scene.parts, effect.incidentId)).rejects.toThrow("Discord does not take it");
    await performEffects(scene.parts, laneOf(effect));

    expect(await newest()).toMatchObject({ kind: "rollback", rollbackOf: bad.number });
  });

  it("stays once it answers again, and is offered should it fall again", async () => {
    const { bad, effect } = await failedBake();
    await answersFor(3);
    await rollBackFailedBake(scene.parts, effect);

    expect((await newest())?.id).toBe(bad.id);
    const incident = await scene.parts.incidents.find(effect.incidentId);
    expect(incident?.members[0]).toMatchObject({ state: "recovering", failedBake: { action: "offer" } });
  });

  it("stays once its incident is closed", async () => {
    const { bad, effect } = await failedBake();
    await answersFor(200);
    expect((await scene.parts.incidents.find(effect.incidentId))?.closedAt).toBeDefined();
    await rollBackFailedBake(scene.parts, effect);

    expect((await newest())?.id).toBe(bad.id);
  });

  it("is marked, and locks nobody out", async () => {
    const { effect } = await failedBake();
    await rollBackFailedBake(scene.parts, effect);
    const rollback = await newest();
    await runDeployment(scene.world.parts, rollback?.id ?? "", "worker");

    expect((await found(scene.world, rollback ?? { id: "" })).state).toBe("succeeded");
    expect(await scene.world.badReleases.isBad(uat, b)).toBe(true);
    expect(await scene.world.locks.all(scene.parts.now())).toEqual([]);
  });

  it("is written down as Slipway's own doing", async () => {
    const { effect } = await failedBake();
    await rollBackFailedBake(scene.parts, effect);

    expect((await scene.world.audit.entries()).at(-1)).toMatchObject({
      ...{ action: "request", actor: { kind: "slipway" }, source: "worker" },
      details: { kind: "rollback" },
    });
  });

  it("stays where something else has run since", async () => {
    const { effect } = await failedBake();
    const later = await deployed(scene.world, c);
    await rollBackFailedBake(scene.parts, effect);

    expect((await newest())?.id).toBe(later.id);
  });

  it("is offered to people when a lock holds automation back", async () => {
    const { bad, effect } = await failedBake();
    await scene.world.locks.take(aLock(scene.world, uat));
    await rollBackFailedBake(scene.parts, effect);

    const incident = await scene.parts.incidents.find(effect.incidentId);
    expect(incident?.members[0]?.failedBake).toEqual({ deploymentId: bad.id, action: "offer" });
    expect((await scene.world.audit.entries()).at(-1)).toMatchObject({
      action: "refusal",
      details: { code: "locked" },
    });
    expect((await newest())?.id).toBe(bad.id);
  });

  it("is not followed by a rollback of the rollback", async () => {
    const { effect } = await failedBake();
    await rollBackFailedBake(scene.parts, effect);
    await runDeployment(scene.world.parts, (await newest())?.id ?? "", "worker");

    const { environments } = await scene.parts.incidents.board();
    expect(environments["shop/uat"]?.bake?.action).toBe("offer");
  });
});

describe("a rollback that comes to nothing before it runs", () => {
  /** It waits for its approval, and its effect is done. */
  async function waiting(): Promise<{ readonly id: string; readonly effect: FailedBake }> {
    const { effect } = await failedBake(prod);
    await performEffects(scene.parts, laneOf(effect));
    const rollback = await newest(prod);
    expect(rollback).toMatchObject({ kind: "rollback", state: "awaiting-approval" });
    return { id: rollback?.id ?? "", effect };
  }

  it("is not offered while it waits", async () => {
    const { effect } = await waiting();
    await tickMonitoring(scene.parts);

    expect(await saidOf(effect)).toBe("rollback");
  });

  it.each([
    ["refused", (id: string) => refuse(scene.world.parts, id, approver)],
    ["cancelled", (id: string) => cancelDeployment(scene.world.parts, id, asker)],
    [
      "expired",
      async (id: string) => {
        scene.world.clock.now += DAY;
        await expireApproval(scene.world.parts, id);
      },
    ],
    [
      "void",
      async (id: string) => {
        await scene.world.locks.take(aLock(scene.world, prod));
        await approve(scene.world.parts, id, approver, "DEPLOY");
      },
    ],
  ])("is offered to people by the next tick once it is %s", async (state, end) => {
    const { id, effect } = await waiting();
    await end(id);
    await tickMonitoring(scene.parts);

    expect((await found(scene.world, { id })).state).toBe(state);
    expect(await saidOf(effect)).toBe("offer");
  });

  it("is not offered before anybody could begin it", async () => {
    const { effect } = await failedBake();
    await tickMonitoring(scene.parts);

    expect(await saidOf(effect)).toBe("rollback");
  });

  it("is offered where it was not begun, because something else had run since", async () => {
    const { effect } = await failedBake();
    await deployed(createdWithoutWatcher(), c);
    await performEffects(scene.parts, laneOf(effect));
    await tickMonitoring(scene.parts);

    expect(await saidOf(effect)).toBe("offer");
  });
});

/** Nobody tells the monitoring of what is deployed there. */
function createdWithoutWatcher(): World {
  const { watcher: _, ...parts } = scene.world.parts;
  return { ...scene.world, parts };
}

describe("a deployment whose watcher fails", () => {
  it("runs all the same", async () => {
    const broken = async () => Promise.reject(new Error("no monitoring"));
    const watcher = { started: broken, ended: broken };
    const world = { ...scene.world, parts: { ...scene.world.parts, watcher } };

    expect((await deployed(world, a)).state).toBe("succeeded");
  });
});
