import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { performEffects } from "../../../../src/app/monitoring/perform-effects.js";
import { tellMonitoring } from "../../../../src/app/monitoring/tell-monitoring.js";
import { tickMonitoring } from "../../../../src/app/monitoring/tick-monitoring.js";
import { type RedisFixture, startRedisFixture } from "../../../integration/store/redis-fixture.js";
import { asker, prod, uat } from "../production.js";
import { down, type MonitorWorld, monitorWorld } from "./monitor-world.js";

const by = { userId: asker.id, userName: asker.name };
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

async function pendingKinds(): Promise<readonly string[]> {
  return (await scene.parts.incidents.pending()).map(({ effect }) => effect.kind);
}

describe("performEffects", () => {
  it("does what waits in its lane, once", async () => {
    const { id } = await down(scene, uat);
    await performEffects(scene.parts, id);
    await performEffects(scene.parts, id);

    expect(scene.messages.told).toEqual(["show uat"]);
    expect(await pendingKinds()).toEqual(["probe"]);
  });

  it("asks for probes at their time", async () => {
    await down(scene, uat);
    await performEffects(scene.parts, "probes");

    expect(scene.queues.probes).toEqual([`uat ${scene.parts.now() + 60_000}`]);
  });

  it("draws a message once, however often it changed", async () => {
    const { id } = await down(scene, uat);
    await performEffects(scene.parts, id);
    const at = scene.parts.now();
    await tellMonitoring(scene.parts, { kind: "acknowledged", incidentId: id, by, at });
    await tellMonitoring(scene.parts, { kind: "snoozed", incidentId: id, by, at });
    await performEffects(scene.parts, id);

    expect(scene.messages.told).toEqual(["show uat", "show uat"]);
    expect(await pendingKinds()).toEqual(["probe"]);
  });

  it("keeps what Discord does not take, and holds no other incident up", async () => {
    const refused = await down(scene, uat);
    const taken = await down(scene, prod);
    scene.messages.refuses.add(refused.id);

    await expect(performEffects(scene.parts, refused.id)).rejects.toThrow("Discord does not take it");
    await performEffects(scene.parts, taken.id);
    expect(scene.messages.told).toEqual(["show prod"]);
    expect(await pendingKinds()).toContain("open");
  });

  it("comes again when it is too early for an edit, and keeps the order", async () => {
    const { id } = await down(scene, uat);
    scene.messages.answer = { kind: "later", at: 7 };

    expect(await performEffects(scene.parts, id)).toEqual({ kind: "later", at: 7 });
    expect(await pendingKinds()).toContain("open");
  });
});

describe("what is told late, after Discord was away,", () => {
  const MINUTE = 60_000;
  const [onCall, chief] = ["223344556677889911", "223344556677889922"];
  const monitor = {
    ...{ mention: [onCall], escalate: { after: "5m", mention: [chief] } },
    recovery: { probes: 1, hold: "1s" },
  };

  /** Down, and nobody acknowledged in time: an alert and a call wait. */
  async function unacknowledged(): Promise<string> {
    scene = monitorWorld(fixture, monitor);
    const { id } = await down(scene, uat);
    scene.world.clock.now += 6 * MINUTE;
    await down(scene, uat);
    await tickMonitoring(scene.parts);
    return id;
  }

  async function upAgain(): Promise<void> {
    for (let time = 0; time < 2; time++) {
      scene.world.clock.now += MINUTE;
      const checks = [{ id: "check", ok: true }];
      await tellMonitoring(scene.parts, { kind: "swept", target: uat, at: scene.parts.now(), checks });
    }
  }

  it("notifies those who must know, while it is down", async () => {
    const id = await unacknowledged();
    await performEffects(scene.parts, id);

    expect(scene.messages.told).toEqual(["show uat", "call uat", "show uat"]);
    expect(scene.messages.notified).toEqual([onCall, chief]);
  });

  it("notifies nobody of what is over, and still says that it was", async () => {
    const id = await unacknowledged();
    await upAgain();
    await performEffects(scene.parts, id);

    expect(scene.messages.told).toEqual(["show uat", "show uat", "recover uat"]);
    expect(scene.messages.notified).toEqual([]);
    expect(await pendingKinds()).not.toContain("call");
  });

  it.each(["acknowledged", "snoozed"] as const)("calls nobody where it is %s meanwhile", async (kind) => {
    const id = await unacknowledged();
    await tellMonitoring(scene.parts, { kind, incidentId: id, by, at: scene.parts.now() });
    await performEffects(scene.parts, id);

    expect(scene.messages.notified).toEqual([onCall]);
  });

  it("calls those whose environment joined, also where it is acknowledged meanwhile", async () => {
    scene = monitorWorld(fixture);
    const { id } = await down(scene, uat, "web-1");
    const prods = scene.parts.watch.get("shop/prod");
    if (prods === undefined) throw new Error("prod is not watched");
    const watched = { ...prods, monitor: { ...prods.monitor, mention: [chief] } };
    scene = { ...scene, parts: { ...scene.parts, watch: new Map([["shop/prod", watched]]) } };
    await down(scene, prod, "web-1");
    await tellMonitoring(scene.parts, { kind: "acknowledged", incidentId: id, by, at: scene.parts.now() });
    await performEffects(scene.parts, id);

    expect(scene.messages.notified).toEqual([chief]);
  });
});

describe("tickMonitoring", () => {
  it("wakes up every lane that still waits: the first wake-up may be lost", async () => {
    const { id } = await down(scene, uat);
    scene.queues.lanes.length = 0;
    await tickMonitoring(scene.parts);

    expect(new Set(scene.queues.lanes)).toEqual(new Set([id, "probes"]));
  });

  it("draws every open incident again when a worker starts", async () => {
    const { id } = await down(scene, uat);
    await performEffects(scene.parts, id);
    await tickMonitoring(scene.parts, true);

    expect(await pendingKinds()).toContain("edit");
  });

  it("knows from the locks which environments are being deployed to", async () => {
    await scene.world.locks.hold(uat, "d1");
    await tickMonitoring(scene.parts);

    const { environments } = await scene.parts.incidents.board();
    expect(environments["shop/uat"]?.suspended?.deploymentId).toBe("d1");
  });
});
