import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approve } from "../../../src/app/decide-approval.js";
import { reconcileDeployments } from "../../../src/app/reconcile-deployments.js";
import { requestDeployment } from "../../../src/app/request-deployment.js";
import { wakingLater } from "../../../src/app/waking-later.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { MemoryMonitorQueues } from "./monitoring/monitor-world.js";
import { failingAt, type World } from "./ports.js";
import { approver, asker, found, productionWorld, requested } from "./production.js";

let fixture: RedisFixture;
let world: World;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  world = productionWorld(fixture);
});
afterAll(() => fixture.close());

/** The parts of people's use cases, whose first call to the queues fails. */
function failing() {
  const queues = failingAt(new MemoryMonitorQueues(), 0, "before");
  return { ...world.parts, queues: wakingLater(queues, pino({ level: "silent" })) };
}

describe("a queue that fails once a change is made", () => {
  it("leaves a request accepted, and the reconciler queues it", async () => {
    const request = { requestId: "1", person: asker, environment: "uat" };

    const outcome = await requestDeployment(failing(), request);

    expect(outcome).toMatchObject({ kind: "accepted", record: { state: "queued" } });
    expect(world.queues.calls.filter((call) => call.startsWith("deploy"))).toEqual([]);
    await reconcileDeployments(world.parts, "lately-ended");
    expect(world.queues.calls.some((call) => call.startsWith("deploy"))).toBe(true);
  });

  it("leaves an approval given", async () => {
    const record = await requested(world);

    expect(await approve(failing(), record.id, approver, "DEPLOY")).toMatchObject({ kind: "done" });
    expect(await found(world, record)).toMatchObject({ state: "queued" });
  });
});
