import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approve } from "../../../src/app/decide-approval.js";
import { reconcileDeployments } from "../../../src/app/reconcile-deployments.js";
import { start } from "../../../src/deployments/transitions.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { MemoryQueues, type World } from "./ports.js";
import { approver, deployed, found, productionWorld, reconfigured, requested } from "./production.js";

let fixture: RedisFixture;
let world: World;
let queues: MemoryQueues;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  world = productionWorld(fixture);
  queues = new MemoryQueues();
});
afterAll(() => fixture.close());

/** As a worker does that starts where no job is left. */
const resume = (each: World = world) => reconcileDeployments({ ...each.parts, queues }, "newest");

describe("a worker that starts", () => {
  it("wakes up what waits in the queue, and asks again for what waits for its approval", async () => {
    const queued = await requested(world, { environment: "uat" });
    const waiting = await requested(world);

    await resume();

    expect(queues.deployments).toEqual(new Set([`shop/uat ${queued.id}`]));
    expect(queues.expiries).toEqual(new Map([[waiting.id, waiting.approval?.expiresAt]]));
    expect(queues.announcements).toEqual(new Set([queued.id, waiting.id]));
  });

  it("wakes up what was approved and never reached the queue", async () => {
    const record = await requested(world);
    await approve(world.parts, record.id, approver, "DEPLOY");

    await resume();

    expect(queues.deployments).toEqual(new Set([`shop/prod ${record.id}`]));
  });

  it("hands what was running to the worker that goes on with it, and does not do so itself", async () => {
    const record = await requested(world, { environment: "uat" });
    await world.store.update(record.id, (each) =>
      start(each, { claim: "killed worker", fence: 1 }, { steps: [], planHash: "plan" }, 1),
    );

    await resume();

    expect(queues.deployments).toEqual(new Set([`shop/uat ${record.id}`]));
    expect((await found(world, record)).state).toBe("running");
  });

  it.each([
    ["a dead process", "long gone", true],
    ["a process that is alive", "this process", false],
    ["an earlier version, which names no process", undefined, false],
  ] as const)("of what %s runs, frees the job: %s %s", async (_who, process, freed) => {
    const record = await requested(world, { environment: "uat" });
    const claim = { claim: "its token", fence: 1, ...(process !== undefined && { process }) };
    await world.store.update(record.id, (each) => start(each, claim, { steps: [], planHash: "plan" }, 1));

    await resume();

    expect(queues.calls.includes(`release ${record.id} from its token`)).toBe(freed);
  });

  it("refreshes the newest messages alone, and starts nothing that has ended", async () => {
    const ids = [];
    for (let count = 0; count < 7; count++) ids.push((await deployed(world)).id);

    await resume();

    expect(queues.deployments).toEqual(new Set());
    expect(queues.announcements).toEqual(new Set(ids.slice(-5)));
  });

  it("leaves alone what has been as it is for long, however new it is there", async () => {
    await deployed(world);
    world.clock.now += 8 * 24 * 3_600_000;
    const { id } = await deployed(world);

    await resume();

    expect(queues.announcements).toEqual(new Set([id]));
  });

  it("does the same when it starts twice", async () => {
    await requested(world, { environment: "uat" });
    await requested(world);
    await resume();
    const once = structuredClone([queues.deployments, queues.announcements, queues.expiries]);

    await resume();

    expect([queues.deployments, queues.announcements, queues.expiries]).toEqual(once);
  });

  it("ends what waits in the queue of an environment that is gone", async () => {
    const record = await requested(world, { environment: "uat" });

    await resume(reconfigured(world, { ...world.parts.config, projects: {} }));

    expect(await found(world, record)).toMatchObject({ state: "failed", failure: { code: "configuration" } });
  });

  it("lets what waits for its approval there expire", async () => {
    const record = await requested(world);

    await resume(reconfigured(world, { ...world.parts.config, projects: {} }));

    expect(queues.expiries).toEqual(new Map([[record.id, record.approval?.expiresAt]]));
  });
});
