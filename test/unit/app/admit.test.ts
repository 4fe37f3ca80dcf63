import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deployPush, type FollowedTarget, type Push } from "../../../src/app/deploy-push.js";
import { deployScheduled, ScheduledRefError } from "../../../src/app/deploy-scheduled.js";
import { lookUpHistory, lookUpPlace, lookUpStatus } from "../../../src/app/look-up.js";
import type { AppParts } from "../../../src/app/ports.js";
import { requestDeployment } from "../../../src/app/request-deployment.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { Sha } from "../../../src/deployments/release.js";
import { start } from "../../../src/deployments/transitions.js";
import { IncidentStore } from "../../../src/health/incidents/incident-store.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { aRelease, configWith, environmentInput } from "../deployments/samples.js";
import { failingAt, PlannedFault, type World, worldOf } from "./ports.js";

const uat = { project: "shop", environment: "uat" };
const config = configWith({
  uat: environmentInput({ triggers: { push: "main" } }),
  patient: environmentInput({ triggers: { push: "slow", replaceWaiting: false } }),
});
const person = { id: "112233445566778899", name: "ada", roles: ["223344556677889900"] };
const request = { requestId: "1", person, environment: "uat" };

let fixture: RedisFixture;
let world: World;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  world = worldOf(fixture, config);
});
afterAll(() => fixture.close());

function aPush(index: number, changes: Partial<Push> = {}): Push {
  const sha = (number: number) => Sha.parse(number.toString(16).padStart(40, "0"));
  return {
    repository: "acme/shop",
    branch: "main",
    before: sha(index),
    release: aRelease({ sha: sha(index + 1) }),
    pusher: "ada",
    forced: false,
    ...changes,
  };
}

const deliver = (parts: AppParts, push: Push) => deployPush(parts, push, push.before + push.release.sha);

async function pushed(index: number, changes: Partial<Push> = {}): Promise<DeploymentRecord> {
  return accepted(await deliver(world.parts, aPush(index, changes)));
}

function accepted([followed]: readonly FollowedTarget[]): DeploymentRecord {
  if (followed?.outcome.kind !== "accepted") throw new Error("the push deploys nothing");
  return followed.outcome.record;
}

const states = async (environment = "uat") =>
  (await world.store.newest({ project: "shop", environment }, 50))
    .map(({ number, state }) => `${number} ${state}`)
    .reverse();

describe("requestDeployment", () => {
  it("queues what was asked for and tells it at once", async () => {
    const outcome = await requestDeployment(world.parts, { ...request, ref: "feature/x" });

    expect(outcome).toMatchObject({
      kind: "accepted",
      record: {
        state: "queued",
        release: { ref: "feature/x" },
        origin: { kind: "command", userName: "ada" },
      },
    });
    expect(world.queues.calls.map((call) => call.split(" ")[0])).toEqual(["deploy", "announce"]);
  });

  it("makes one deployment of a request that comes twice", async () => {
    const [first, second] = await Promise.all([
      requestDeployment(world.parts, request),
      requestDeployment(world.parts, request),
    ]);

    expect(await states()).toEqual(["1 queued"]);
    expect(second).toEqual(first);
  });

  it("makes two of two requests", async () => {
    await requestDeployment(world.parts, request);
    await requestDeployment(world.parts, { ...request, requestId: "2", ref: "f".repeat(40) });

    expect(await states()).toEqual(["1 queued", "2 queued"]);
  });

  it("does not ask GitHub for a person who may not deploy", async () => {
    const refs = { resolve: () => expect.unreachable("GitHub was asked") };

    const outcome = await requestDeployment(
      { ...world.parts, refs },
      { ...request, person: { ...person, roles: [] } },
    );

    expect(outcome).toMatchObject({ kind: "refused", refusal: { code: "role-missing" } });
    expect(world.queues.calls).toEqual([]);
  });

  it("passes the refusal of a ref on and leaves no trace", async () => {
    const refusal = { code: "invalid-ref", ref: ".." } as const;
    const refs = { resolve: async () => ({ kind: "refused" as const, refusal }) };

    const outcome = await requestDeployment({ ...world.parts, refs }, request);

    expect(outcome).toEqual({ kind: "refused", refusal });
    expect(await states()).toEqual([]);
  });
});

describe("deployPush", () => {
  it("replaces a push that waits, and says so in its message", async () => {
    const first = await pushed(1);
    world.queues.announcements.clear();

    const second = await pushed(2);

    expect(await states()).toEqual(["1 superseded", "2 queued"]);
    expect(await world.store.find(first.id)).toMatchObject({ supersededBy: second.number });
    expect([...world.queues.announcements].sort()).toEqual([first.id, second.id].sort());
  });

  it("replaces neither a running deployment nor a person's", async () => {
    const running = await pushed(1);
    await world.store.update(running.id, (record) =>
      start(record, { claim: "worker", fence: 1 }, { steps: [], planHash: "plan" }, 1),
    );
    await requestDeployment(world.parts, request);
    await pushed(2);

    await pushed(3);

    expect(await states()).toEqual(["1 running", "2 queued", "3 superseded", "4 queued"]);
  });

  it("replaces nothing where the configuration says so", async () => {
    await pushed(1, { branch: "slow" });
    await pushed(2, { branch: "slow" });

    expect(await states("patient")).toEqual(["1 queued", "2 queued"]);
  });

  it("is one deployment however often the same push is delivered", async () => {
    await pushed(1);
    await pushed(2);

    for (let time = 0; time < 3; time++) await deliver(world.parts, aPush(1));

    expect(await states()).toEqual(["1 superseded", "2 queued"]);
  });

  it("deploys nothing of an older push that arrives late", async () => {
    await pushed(2);

    expect(await deliver(world.parts, aPush(1))).toMatchObject([{ outcome: { kind: "waits" } }]);
    expect(await states()).toEqual(["1 queued"]);
  });

  it.each([
    ["another branch", { branch: "Main" }],
    ["another repository", { repository: "acme/shop2" }],
  ])("ignores a push to %s", async (_what, changes) => {
    expect(await deliver(world.parts, aPush(1, changes))).toEqual([]);
  });

  it("knows the repository whatever the case of its name", async () => {
    expect((await pushed(1, { repository: "Acme/Shop" })).repository).toBe("acme/shop");
  });

  const faults = [0, 1, 2, 3, 4, 5].flatMap((call) =>
    (["before", "after"] as const).map((when) => [when, call] as const),
  );

  it.each(faults)(
    "comes to the same end when the queue fails %s its call %i and the job runs again",
    async (when, call) => {
      const waiting = await pushed(1);
      world.queues.announcements.clear();
      const queues = failingAt(world.queues, call, when);

      const outcomes = await untilDone(() => deliver({ ...world.parts, queues }, aPush(2)));

      await expectReplaced(waiting, accepted(outcomes));
    },
  );

  it.each(faults)(
    "comes to the same end when the store fails %s its call %i and the job runs again",
    async (when, call) => {
      const waiting = await pushed(1);
      world.queues.announcements.clear();
      const store = failingAt(world.store, call, when);

      const outcomes = await untilDone(() => deliver({ ...world.parts, store }, aPush(2)));

      await expectReplaced(waiting, accepted(outcomes));
    },
  );

  async function expectReplaced(waiting: DeploymentRecord, by: DeploymentRecord): Promise<void> {
    expect(await states()).toEqual(["1 superseded", "2 queued"]);
    expect(world.queues.deployments).toContain(`shop/uat ${by.id}`);
    expect([...world.queues.announcements].sort()).toEqual([waiting.id, by.id].sort());
  }
});

/** As a job does: again, as long as a fault meets it. */
async function untilDone<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PlannedFault)) throw error;
    }
  }
}

describe("deployScheduled", () => {
  it("deploys the environment's ref once for each time", async () => {
    await deployScheduled(world.parts, uat, "monday");
    await deployScheduled(world.parts, uat, "monday");
    world.github.commit = Sha.parse("f".repeat(40));
    await deployScheduled(world.parts, uat, "tuesday");

    expect(await states()).toEqual(["1 queued", "2 queued"]);
  });

  it("fails, to be tried again, when GitHub does not resolve the ref", async () => {
    const refusal = { code: "github-unavailable", repository: "acme/shop" } as const;
    const refs = { resolve: async () => ({ kind: "refused" as const, refusal }) };

    const attempt = deployScheduled({ ...world.parts, refs }, uat, "monday");

    await expect(attempt).rejects.toThrow(ScheduledRefError);
    expect(await states()).toEqual([]);
  });

  it("ignores an environment that is not configured any more", async () => {
    await deployScheduled(world.parts, { project: "shop", environment: "gone" }, "monday");

    expect(world.queues.calls).toEqual([]);
  });
});

const statusParts = () => ({ ...world.parts, incidents: new IncidentStore(fixture.redis) });

describe("looking up", () => {
  it("tells every environment, or those of a name", async () => {
    const all = await lookUpStatus(statusParts(), {});
    const named = await lookUpStatus(statusParts(), { environment: "uat" });

    expect(all).toMatchObject({ environments: [{ open: [] }, { open: [] }] });
    expect(named).toMatchObject({ environments: [{ target: { environment: "uat" } }] });
  });

  it.each([
    [{ project: "nope" }, "unknown-project"],
    [{ environment: "qa" }, "unknown-environment"],
    [{ environment: "qa", project: "shop" }, "unknown-environment"],
  ])("refuses %j", async (filter, code) => {
    expect(await lookUpStatus(statusParts(), filter)).toMatchObject({ kind: "refused", refusal: { code } });
  });

  it("gives as much history as asked for", async () => {
    for (const index of [1, 2, 3]) await pushed(index);

    const history = await lookUpHistory(world.parts, { environment: "uat", count: 2 });

    expect(history).toMatchObject({ kind: "found", records: [{ number: 3 }, { number: 2 }] });
  });

  it("knows a place only for those who wait", async () => {
    const first = await pushed(1, { branch: "slow" });
    const second = await pushed(2, { branch: "slow" });
    const running = await world.store.update(first.id, (record) =>
      start(record, { claim: "worker", fence: 1 }, { steps: [], planHash: "plan" }, 1),
    );

    expect(await lookUpPlace(world.parts, second)).toEqual({ position: 1 });
    expect(running && (await lookUpPlace(world.parts, running))).toBeUndefined();
  });
});
