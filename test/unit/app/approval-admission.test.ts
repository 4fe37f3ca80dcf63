import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deployPush } from "../../../src/app/deploy-push.js";
import { rollBack } from "../../../src/app/roll-back.js";
import { hashPlan, planFor } from "../../../src/strategies/plan-for.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { aRelease, otherSha, sha, targetOf } from "../deployments/samples.js";
import type { World } from "./ports.js";
import {
  accepted,
  asker,
  deployed,
  lead,
  MINUTE,
  newRequestId,
  prod,
  productionConfig,
  productionWorld,
  reconfigured,
  requested,
  uat,
} from "./production.js";

const actor = { userId: asker.id, userName: asker.name };

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

describe("a deployment to a protected environment", () => {
  it("waits for an approval, bound to its plan, and wakes no worker up", async () => {
    const record = await requested(world);

    const { config } = targetOf(world.parts.config, "shop", "prod");
    const expiresAt = world.clock.now + 30 * MINUTE;
    expect(record).toMatchObject({
      state: "awaiting-approval",
      approval: {
        ...{ reason: "protected", quorum: 1, requesterMayApprove: false, expiresAt, given: [] },
        planHash: hashPlan(config, planFor(config, aRelease({ sha }))),
      },
    });
    expect(world.queues.deployments).toEqual(new Set());
    expect(world.queues.expiries).toEqual(new Map([[record.id, expiresAt]]));
    expect(world.queues.announcements).toEqual(new Set([record.id]));
  });

  it("waits as its configuration says", async () => {
    const approval = { quorum: 3, requesterMayApprove: true, expiresAfter: "5m" };
    world = productionWorld(fixture, productionConfig({}, approval));

    expect((await requested(world)).approval).toMatchObject({
      ...{ quorum: 3, requesterMayApprove: true },
      expiresAt: world.clock.now + 5 * MINUTE,
    });
  });

  it("keeps what it compares to what runs there", async () => {
    expect(await requested(world)).toMatchObject({ comparison: { totalCommits: 0 } });
  });

  it("waits when a push asks for it, too", async () => {
    world = productionWorld(fixture, productionConfig({ triggers: { push: "main" } }));
    const push = { repository: "acme/shop", branch: "main", before: "0", pusher: "ada", forced: false };

    const [followed] = await deployPush(world.parts, { ...push, release: aRelease() }, "1");

    expect(followed?.outcome).toMatchObject({ record: { environment: "prod", state: "awaiting-approval" } });
    expect(world.queues.deployments).toEqual(new Set());
  });

  it("is asked for once in the audit trail, however often the request comes", async () => {
    const requestId = newRequestId();
    await requested(world, { requestId });
    const again = await requested(world, { requestId });

    expect(await world.audit.lines()).toEqual([`${again.number} request`]);
    expect((await world.audit.entries())[0]).toMatchObject({
      ...{ actor: { kind: "person", ...actor }, source: "discord", target: prod },
      details: { kind: "deploy", sha, ref: "main", approval: "protected" },
    });
  });
});

describe("a rollback of a protected environment", () => {
  beforeEach(async () => {
    world = productionWorld(fixture, productionConfig({ approval: undefined }));
    await deployed(world, otherSha, "prod");
    await deployed(world, sha, "prod");
  });

  it.each([
    [false, "queued"],
    [true, "awaiting-approval"],
  ])("with `rollbacks: %s`, is %s", async (rollbacks, state) => {
    world = reconfigured(world, productionConfig({}, { rollbacks }));

    const outcome = await rollBack(world.parts, {
      requestId: newRequestId(),
      person: lead,
      environment: "prod",
    });

    expect(accepted(outcome)).toMatchObject({ kind: "rollback", state, release: { sha: otherSha } });
  });
});

describe("a release that was taken back", () => {
  beforeEach(async () => {
    await world.badReleases.mark(uat, sha, { by: actor, at: 1, deployment: 1 });
  });

  it("wants a confirmation, which the person who asks may give", async () => {
    expect(await requested(world, { environment: "uat" })).toMatchObject({
      state: "awaiting-approval",
      approval: { reason: "bad-release", quorum: 1, requesterMayApprove: true },
    });
  });

  it("is bad only where it was taken back", async () => {
    expect((await requested(world)).approval).toMatchObject({ reason: "protected" });
  });

  it("does not make another release wait", async () => {
    expect((await requested(world, { environment: "uat", ref: otherSha })).state).toBe("queued");
  });
});

describe("a broken glass", () => {
  it("needs a second person also where nothing else asks for one", async () => {
    expect(await requested(world, { environment: "uat", breakGlass: " it burns " })).toMatchObject({
      ...{ state: "awaiting-approval", breakGlass: "it burns" },
      approval: { reason: "break-glass", quorum: 1, requesterMayApprove: false },
    });
  });

  it("needs a second person also where the requester may approve, and the whole quorum", async () => {
    const approval = { quorum: 2, requesterMayApprove: true };
    world = productionWorld(fixture, productionConfig({}, approval));

    expect(await requested(world, { breakGlass: "it burns" })).toMatchObject({
      approval: { reason: "break-glass", quorum: 2, requesterMayApprove: false },
    });
  });

  it("is written down as what it is, with its reason", async () => {
    const { number } = await requested(world, { breakGlass: "it burns" });

    expect(await world.audit.entries()).toMatchObject([
      { action: "break-glass", deployment: number, details: { breakGlass: "it burns", ref: "main" } },
    ]);
  });
});
