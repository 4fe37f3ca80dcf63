import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cancelDeployment } from "../../../src/app/cancel-deployment.js";
import { deployPush } from "../../../src/app/deploy-push.js";
import { promote } from "../../../src/app/request-deployment.js";
import { retryDeployment } from "../../../src/app/roll-back.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import type { SourceFault } from "../../../src/deployments/refusal.js";
import { start } from "../../../src/deployments/transitions.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { aRelease, otherSha, sha } from "../deployments/samples.js";
import { ScriptedRunner, type World } from "./ports.js";
import {
  accepted,
  aLock,
  asker,
  deployed,
  found,
  newRequestId,
  prod,
  productionConfig,
  productionWorld,
  reconfigured,
  requested,
  stranger,
  uat,
} from "./production.js";

let fixture: RedisFixture;
let world: World;
/** Whether the restart fails. */
let broken: boolean;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  broken = false;
  const runner = new ScriptedRunner(async ({ argv }) =>
    broken && argv.includes("restart") ? { kind: "exited", code: 1 } : undefined,
  );
  world = productionWorld(fixture, productionConfig({ approval: undefined, from: "uat" }), runner);
});
afterAll(() => fixture.close());

function promoted(changes: Partial<Parameters<typeof promote>[1]> = {}) {
  const request = { requestId: newRequestId(), person: asker, from: "uat", to: "prod", ...changes };
  return promote(world.parts, request);
}

const refused = (why: SourceFault) => ({
  kind: "refused",
  refusal: { code: "nothing-to-promote", source: "uat", why },
});

describe("/promote", () => {
  it("deploys the very commit that runs on the other environment, wherever its branch is", async () => {
    await deployed(world, sha);
    world.github.commit = otherSha;

    const record = accepted(await promoted());
    await runDeployment(world.parts, record.id, "worker");

    expect(await found(world, record)).toMatchObject({
      ...{ kind: "promote", state: "succeeded", environment: "prod", release: { sha } },
    });
    expect(
      (await world.audit.entries()).find(({ deployment }) => deployment === record.number),
    ).toMatchObject({
      details: { kind: "promote", sha },
    });
  });

  it("finds nothing where nothing has run, or only waits", async () => {
    expect(await promoted()).toEqual(refused("unknown"));
    await requested(world, { environment: "uat" });
    expect(await promoted()).toEqual(refused("unknown"));
  });

  it("does not take an earlier success for what runs after a failure", async () => {
    await deployed(world, sha);
    broken = true;
    await deployed(world, otherSha);

    expect(await promoted()).toEqual(refused("unknown"));
  });

  it("does not take an earlier success for what runs while another one is on its way", async () => {
    await deployed(world, sha);
    const next = await requested(world, { environment: "uat" });
    await world.store.update(next.id, (record) =>
      start(record, { claim: "worker", fence: 1 }, { steps: [], planHash: "plan" }, world.clock.now),
    );

    expect(await promoted()).toEqual(refused("changing"));
  });

  it("is not led astray by what was cancelled before it ran", async () => {
    await deployed(world, sha);
    const { id } = await requested(world, { environment: "uat", ref: otherSha });
    await cancelDeployment(world.parts, id, asker);

    expect(accepted(await promoted()).release.sha).toBe(sha);
  });

  it.each(["failed", "pending", "missing"] as const)("takes nothing whose checks are %s", async (ci) => {
    await deployed(world);
    world.github.ci = ci;

    expect(await promoted()).toMatchObject({ refusal: { code: "not-validated", source: "uat", ci } });
  });

  it("takes nothing that is not validated to an environment that does not ask where it comes from", async () => {
    world = reconfigured(world, productionConfig({ approval: undefined }));
    await deployed(world);
    world.github.ci = "failed";

    expect(await promoted()).toMatchObject({
      refusal: { code: "not-validated", source: "uat", ci: "failed" },
    });
  });

  it("asks for no checks where the project ignores them", async () => {
    world = reconfigured(world, productionConfig({ approval: undefined }, {}, { ci: "ignored" }));
    await deployed(world);
    world.github.ci = "failed";

    expect(accepted(await promoted()).release.sha).toBe(sha);
  });

  it.each([
    ["an unknown source", { from: "nowhere" }, "unknown-environment"],
    ["an unknown goal", { to: "nowhere" }, "unknown-environment"],
    ["an unknown project", { project: "nope" }, "unknown-project"],
    ["somebody without the role", { person: stranger }, "role-missing"],
  ])("refuses %s", async (_what, changes, code) => {
    await deployed(world);

    expect(await promoted(changes)).toMatchObject({ kind: "refused", refusal: { code } });
  });

  it("waits for its approval where the environment is protected", async () => {
    world = reconfigured(world, productionConfig({ from: "uat" }));
    await deployed(world);

    expect(accepted(await promoted())).toMatchObject({ state: "awaiting-approval", kind: "promote" });
  });
});

describe("retry", () => {
  const press = (record: DeploymentRecord, person = asker, requestId = newRequestId()) =>
    retryDeployment(world.parts, record.id, person, requestId);

  it("runs the same commit again, wherever its branch is", async () => {
    broken = true;
    const failed = await deployed(world);
    broken = false;
    world.github.commit = otherSha;

    const outcome = await press(failed);

    expect(outcome).toMatchObject({ kind: "started", record: { release: { sha, ref: sha } }, target: uat });
    expect(outcome.kind === "started" && outcome.record.id).not.toBe(failed.id);
  });

  it("asks every gate again", async () => {
    broken = true;
    const failed = await deployed(world);

    expect(await press(failed, stranger)).toMatchObject({ refusal: { code: "role-missing" } });
    await world.locks.take(aLock(world, uat));
    expect(await press(failed)).toMatchObject({ refusal: { code: "locked" } });
  });

  it("wants a new approval where the environment is protected", async () => {
    const failed = await requested(reconfigured(world, productionConfig({})));
    world = reconfigured(world, productionConfig());

    expect(await press(failed)).toMatchObject({
      kind: "started",
      record: { ...prod, state: "awaiting-approval", approval: { given: [] } },
    });
  });

  it("does not take a broken glass along", async () => {
    const broke = await requested(world, { environment: "uat", breakGlass: "it burns" });
    const { clock, locks } = world;
    const by = { userId: "900", userName: "ken" };
    await locks.freeze({ ...uat, by, reason: "the sales", since: clock.now });

    expect(await press(broke)).toMatchObject({ refusal: { code: "frozen" } });
  });

  it("is one deployment when the same press arrives twice", async () => {
    const failed = await deployed(world);

    const [one, other] = await Promise.all([press(failed, asker, "x"), press(failed, asker, "x")]);

    expect(one).toEqual(other);
    expect(await world.store.newest(uat, 9)).toHaveLength(2);
  });

  it("knows nothing of what is not there", async () => {
    const failed = await deployed(world);

    expect(await press({ ...failed, id: "f".repeat(24) })).toEqual({
      kind: "refused",
      refusal: { code: "not-found" },
    });
  });
});

describe("a push that a gate stops", () => {
  const push = {
    ...{ repository: "acme/shop", branch: "main", before: "0", pusher: "ada", forced: false },
    release: aRelease(),
  };

  beforeEach(() => {
    const changes = { approval: undefined, from: "uat", triggers: { push: "main" } };
    world = reconfigured(world, productionConfig(changes));
  });

  it.each([
    ["a lock", () => world.locks.take(aLock(world)), "locked"],
    ["a lock of the project", () => world.locks.take(aLock(world, { environment: undefined })), "locked"],
    [
      "a freeze",
      () => {
        const by = { userId: "900", userName: "ken" };
        return world.locks.freeze({ ...prod, by, reason: "the sales", since: world.clock.now });
      },
      "frozen",
    ],
    ["the order", async () => undefined, "not-on-source"],
  ])("%s, is written down and leaves no deployment", async (_what, close, code) => {
    if (code !== "not-on-source") await deployed(world);
    const before = (await world.audit.entries()).length;
    world.queues.calls.length = 0;
    await close();

    expect(await deployPush(world.parts, push, "1")).toMatchObject([
      { outcome: { kind: "refused", refusal: { code } } },
    ]);

    expect((await world.audit.entries()).slice(before)).toEqual([
      {
        action: "refusal",
        actor: { kind: "github", login: "ada" },
        source: "github",
        target: prod,
        details: { code },
      },
    ]);
    expect(await world.store.newest(prod, 9)).toEqual([]);
    expect(world.queues.calls).toEqual([]);
  });

  it("does not take the place of a push that waits", async () => {
    await deployed(world);
    await deployPush(world.parts, push, "1");
    await world.locks.take(aLock(world));

    await deployPush(world.parts, { ...push, before: "1", release: aRelease({ sha: otherSha }) }, "2");

    expect(await world.store.newest(prod, 9)).toMatchObject([{ state: "queued", release: { sha } }]);
  });

  it("goes through although its commit is outdated: that is for people", async () => {
    const changes = { approval: undefined, outdated: "refuse", triggers: { push: "main" } };
    world = reconfigured(world, productionConfig(changes));
    world.github.behindBy = 2;

    expect(await deployPush(world.parts, push, "1")).toMatchObject([{ outcome: { kind: "accepted" } }]);
  });
});
