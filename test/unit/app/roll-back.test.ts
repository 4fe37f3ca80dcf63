import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approve } from "../../../src/app/decide-approval.js";
import { rollBack, rollBackDeployment, rollbackCandidates } from "../../../src/app/roll-back.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { Sha } from "../../../src/deployments/release.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { targetOf } from "../deployments/samples.js";
import { ScriptedRunner, type World } from "./ports.js";
import {
  accepted,
  aLock,
  approver,
  asker,
  DAY,
  deployed,
  found,
  lead,
  newRequestId,
  prod,
  productionConfig,
  productionWorld,
  requested,
  stranger,
  uat,
} from "./production.js";

const [a, b, c] = ["a", "b", "c"].map((digit) => Sha.parse(digit.repeat(40))) as [Sha, Sha, Sha];
const uatTarget = targetOf(productionConfig(), "shop", "uat");
const byAsker = { userId: asker.id, userName: asker.name };

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
  world = productionWorld(fixture, productionConfig(), runner);
});
afterAll(() => fixture.close());

function asked(changes: { readonly to?: string; readonly person?: typeof asker } = {}) {
  const request = { requestId: newRequestId(), person: asker, environment: "uat", ...changes };
  return rollBack(world.parts, request);
}

/** Asks for a rollback and runs it. */
async function rolledBack(changes: Parameters<typeof asked>[0] = {}): Promise<DeploymentRecord> {
  const record = accepted(await asked(changes));
  await runDeployment(world.parts, record.id, "worker");
  return found(world, record);
}

const nothing = { kind: "refused", refusal: { code: "nothing-to-roll-back", environment: "uat" } };

describe("/rollback", () => {
  it("runs the release before the current one again, by its very commit", async () => {
    await deployed(world, a);
    const current = await deployed(world, b);
    world.github.silent = true;

    expect(await rolledBack()).toMatchObject({
      ...{ kind: "rollback", state: "succeeded", rollbackOf: current.number },
      release: { sha: a, ref: a },
    });
  });

  it("takes a deployment that failed back to the release that ran before it", async () => {
    await deployed(world, a);
    await deployed(world, b);
    broken = true;
    const failed = await deployed(world, c);
    broken = false;

    expect(await rolledBack()).toMatchObject({
      state: "succeeded",
      rollbackOf: failed.number,
      release: { sha: b },
    });
  });

  it("passes over what was taken back before, and what never succeeded", async () => {
    await deployed(world, a);
    await deployed(world, b);
    await world.badReleases.mark(uat, b, { by: byAsker, at: 1, deployment: 1 });
    broken = true;
    await deployed(world, Sha.parse("d".repeat(40)));
    broken = false;
    await deployed(world, c);

    expect(accepted(await asked()).release.sha).toBe(a);
  });

  it("does not take the current release for an earlier one because it ran there before, too", async () => {
    await deployed(world, b);
    await deployed(world, a);
    await deployed(world, b);

    expect(accepted(await asked()).release.sha).toBe(a);
  });

  it("runs the one that was chosen, even an older one", async () => {
    const oldest = await deployed(world, a);
    await deployed(world, b);
    await deployed(world, c);

    expect(accepted(await asked({ to: oldest.id })).release.sha).toBe(a);
  });

  it("goes nowhere where nothing ran, where only one release ran, or to something else", async () => {
    expect(await asked()).toEqual(nothing);
    const current = await deployed(world, a);
    expect(await asked()).toEqual(nothing);
    expect(await asked({ to: current.id })).toEqual(nothing);
    expect(await asked({ to: (await requested(world, { ref: b })).id })).toEqual(nothing);
    expect(await asked({ to: "not an id" })).toEqual(nothing);
  });

  it("is there for those who may deploy and for approvers", async () => {
    await deployed(world, a);
    await deployed(world, b);

    expect(await asked({ person: stranger })).toMatchObject({ refusal: { code: "role-missing" } });
    const record = accepted(await asked({ person: approver }));
    await runDeployment(world.parts, record.id, "worker");
    expect((await found(world, record)).state).toBe("succeeded");
  });

  it("is not held by a freeze, an outdated commit, the order or GitHub, but by a lock", async () => {
    await deployed(world, a);
    await deployed(world, b);
    const { locks, clock, github, parts } = world;
    const freeze = { ...uat, by: byAsker, reason: "the sales", since: clock.now };
    await locks.freeze(freeze);
    Object.assign(github, { silent: true, behindBy: 9 });

    const record = accepted(await asked());
    await runDeployment(parts, record.id, "worker");
    expect((await found(world, record)).state).toBe("succeeded");
    await locks.release(uat);
    await locks.take(aLock(world, uat));
    expect(await asked()).toMatchObject({ refusal: { code: "locked" } });
  });
});

describe("the candidates", () => {
  it("are the releases that succeeded there, newest first, each once, without the current one", async () => {
    const first = await deployed(world, a);
    await deployed(world, b);
    const again = await deployed(world, b);
    broken = true;
    await deployed(world, Sha.parse("d".repeat(40)));
    broken = false;
    await deployed(world, c);

    expect((await rollbackCandidates(world.parts, uatTarget)).map(({ id }) => id)).toEqual([
      again.id,
      first.id,
    ]);
  });

  it("are 25 at most", async () => {
    for (let index = 0; index < 28; index++) {
      await deployed(world, Sha.parse(index.toString(16).padStart(40, "0")));
    }

    expect(await rollbackCandidates(world.parts, uatTarget)).toHaveLength(25);
  });
});

describe("a rollback that succeeded", () => {
  beforeEach(async () => {
    await deployed(world, a);
    await deployed(world, b);
  });

  it("marks the release that it took back, and locks the environment for a day with its reason", async () => {
    const { number } = await rolledBack();

    expect(await world.badReleases.isBad(uat, b)).toBe(true);
    expect(await world.badReleases.isBad(uat, a)).toBe(false);
    expect(await world.locks.find(uat, world.clock.now)).toMatchObject({
      owner: byAsker,
      reason: expect.stringContaining(`#${number}`),
      expiresAt: world.clock.now + DAY,
    });
  });

  it("has locked before anybody can see that it succeeded", async () => {
    const seen: unknown[] = [];
    const { queues, store, locks, clock } = world;
    const look = async (id: string) => {
      if ((await store.find(id))?.state === "succeeded") seen.push(await locks.find(uat, clock.now));
    };
    queues.addAnnouncement = look;

    const { id } = await rolledBack();
    await look(id);

    expect(seen).toEqual([
      expect.objectContaining({ owner: byAsker }),
      expect.objectContaining({ owner: byAsker }),
    ]);
  });

  it("writes its lock down like any other", async () => {
    const { number } = await rolledBack();

    expect((await world.audit.entries()).filter(({ action }) => action === "lock")).toMatchObject([
      { actor: { kind: "person", ...byAsker }, source: "worker", target: uat, deployment: number },
    ]);
  });

  it("leaves somebody else's lock as it is", async () => {
    const config = productionConfig({ approval: undefined, locks: { approversMayDeploy: true } });
    world = productionWorld(fixture, config);
    await deployed(world, a, "prod");
    await deployed(world, b, "prod");
    const lock = aLock(world);
    await world.locks.take(lock);

    const request = { requestId: newRequestId(), person: lead, environment: "prod" };
    await runDeployment(world.parts, accepted(await rollBack(world.parts, request)).id, "worker");

    expect(await world.locks.find(prod, world.clock.now)).toEqual(lock);
    expect((await world.audit.entries()).filter(({ action }) => action === "lock")).toEqual([]);
  });

  it("wants a confirmation for the bad release, whose success clears the mark", async () => {
    await rolledBack();
    const again = await requested(world, { environment: "uat", ref: b });
    expect(again).toMatchObject({ state: "awaiting-approval", approval: { reason: "bad-release" } });

    await approve(world.parts, again.id, asker, "DEPLOY");
    await runDeployment(world.parts, again.id, "worker");

    expect((await found(world, again)).state).toBe("succeeded");
    expect(await world.badReleases.isBad(uat, b)).toBe(false);
  });

  it("can be taken back itself: then neither release is bad twice", async () => {
    const first = await rolledBack();
    const [back] = await rollbackCandidates(world.parts, uatTarget);

    await rolledBack({ to: back?.id ?? "" });

    expect(first.release.sha).toBe(a);
    expect(await world.badReleases.isBad(uat, a)).toBe(true);
    expect(await world.badReleases.isBad(uat, b)).toBe(false);
  });
});

describe("a rollback that failed", () => {
  it("marks nothing and locks nothing", async () => {
    await deployed(world, a);
    await deployed(world, b);
    broken = true;

    expect((await rolledBack()).state).toBe("failed");

    expect(await world.badReleases.isBad(uat, b)).toBe(false);
    expect(await world.locks.all(world.clock.now)).toEqual([]);
  });
});

describe("the button", () => {
  const press = (record: DeploymentRecord, person = asker) =>
    rollBackDeployment(world.parts, record.id, person, newRequestId());

  it("runs what succeeded before that deployment, whatever came after it", async () => {
    await deployed(world, a);
    const second = await deployed(world, b);
    await deployed(world, c);

    expect(await press(second)).toMatchObject({
      kind: "started",
      record: { kind: "rollback", release: { sha: a }, rollbackOf: second.number },
      target: { environment: "uat" },
    });
  });

  it("under a failed deployment brings back what ran before it", async () => {
    await deployed(world, a);
    broken = true;
    const failed = await deployed(world, b);

    expect(await press(failed)).toMatchObject({ kind: "started", record: { release: { sha: a } } });
  });

  it("finds nothing before the first one, and nothing of what it does not know", async () => {
    const first = await deployed(world, a);

    expect(await press(first)).toEqual(nothing);
    expect(await press({ ...first, id: "f".repeat(24) })).toEqual({
      kind: "refused",
      refusal: { code: "not-found" },
    });
  });

  it("asks the gates like the command", async () => {
    await deployed(world, a);
    const second = await deployed(world, b);

    expect(await press(second, stranger)).toMatchObject({ refusal: { code: "role-missing" } });
  });

  it("pressed twice with one interaction starts one rollback", async () => {
    await deployed(world, a);
    const second = await deployed(world, b);
    const both = [1, 2].map(() => rollBackDeployment(world.parts, second.id, asker, "the same"));

    const [one, other] = await Promise.all(both);

    expect(one).toEqual(other);
    expect(await world.store.newest(uat, 9)).toHaveLength(3);
  });
});
