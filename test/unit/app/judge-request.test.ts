import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Person, requestDeployment } from "../../../src/app/request-deployment.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { otherSha } from "../deployments/samples.js";
import type { World } from "./ports.js";
import {
  aLock,
  approver,
  asker,
  deployed,
  lead,
  newRequestId,
  prod,
  productionConfig,
  productionWorld,
  reconfigured,
  stranger,
} from "./production.js";

let fixture: RedisFixture;
let world: World;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  world = productionWorld(fixture, productionConfig({ from: "uat", outdated: "refuse" }));
});
afterAll(() => fixture.close());

/** The code of the first gate that is closed. */
async function answer(person: Person = asker, changes: { readonly breakGlass?: string } = {}) {
  const request = { requestId: newRequestId(), person, environment: "prod", ref: "main", ...changes };
  const outcome = await requestDeployment(world.parts, request);
  if (outcome.kind !== "refused") return outcome.kind;
  const { refusal } = outcome;
  return refusal.code === "locked" ? `locked: ${refusal.lock.reason}` : refusal.code;
}

function freezeProd() {
  const by = { userId: "900", userName: "ken" };
  return world.locks.freeze({ ...prod, by, reason: "the sales", since: world.clock.now });
}

describe("the gates", () => {
  it("are asked in their order: with everything in the way, each obstacle hides the next", async () => {
    const { github, locks } = world;
    github.refs.set("main", "deleted");
    github.ci = "failed";
    github.behindBy = 3;
    await locks.take(aLock(world, { environment: undefined, reason: "the project" }));
    await locks.take(aLock(world, { reason: "the environment" }));
    await freezeProd();

    expect(await answer(stranger)).toBe("role-missing");
    expect(await answer()).toBe("locked: the project");
    await locks.release({ project: "shop" });
    expect(await answer()).toBe("locked: the environment");
    await locks.release(prod);
    expect(await answer()).toBe("frozen");
    await locks.unfreeze(prod);
    expect(await answer()).toBe("unknown-ref");
    github.refs.delete("main");
    expect(await answer()).toBe("not-on-source");
    await deployed(world);
    expect(await answer()).toBe("not-validated");
    github.ci = "passed";
    expect(await answer()).toBe("outdated");
    github.behindBy = 0;
    expect(await answer()).toBe("accepted");
  });

  it("write every refusal down with who and why, and make no deployment of it", async () => {
    await answer(stranger);

    expect(await world.audit.entries()).toEqual([
      {
        action: "refusal",
        actor: { kind: "person", userId: stranger.id, userName: stranger.name },
        source: "discord",
        target: prod,
        details: { code: "role-missing" },
      },
    ]);
    expect(await world.store.newest(prod, 5)).toEqual([]);
    expect(world.queues.calls).toEqual([]);
  });

  it("do not take an approver for somebody who may ask", async () => {
    expect(await answer(approver)).toBe("role-missing");
  });

  it("let a broken glass pass the freeze, and nothing else", async () => {
    await deployed(world);
    await freezeProd();
    await world.locks.take(aLock(world, { reason: "the environment" }));

    expect(await answer(asker, { breakGlass: "customers cannot pay" })).toBe("locked: the environment");
    await world.locks.release(prod);
    expect(await answer(asker, { breakGlass: "customers cannot pay" })).toBe("accepted");
  });

  it("want a reason for breaking the glass", async () => {
    expect(await answer(asker, { breakGlass: " \n " })).toBe("break-glass-reason");
  });

  it.each([
    ["its owner", () => aLock(world, { owner: { userId: asker.id, userName: "ada" } }), {}, asker],
    ["an approver, as configured", () => aLock(world), { locks: { approversMayDeploy: true } }, lead],
  ])("let %s through a lock", async (_who, lock, changes, person) => {
    world = reconfigured(world, productionConfig({ ...changes }));
    await world.locks.take(lock());

    expect(await answer(person)).toBe("accepted");
  });

  it("hold the owner of a lock back where the configuration says so", async () => {
    world = reconfigured(world, productionConfig({ locks: { ownerMayDeploy: false } }));
    await world.locks.take(aLock(world, { owner: { userId: asker.id, userName: "ada" } }));

    expect(await answer()).toContain("locked");
  });

  it("open when a lock has expired, whether somebody has cleared it or not", async () => {
    await deployed(world);
    const lock = aLock(world);
    await world.locks.take(lock);

    world.clock.now = lock.expiresAt - 1;
    expect(await answer()).toContain("locked");
    world.clock.now = lock.expiresAt;
    expect(await answer()).toBe("accepted");
  });

  it("want the release that runs on the environment before: neither an older one nor a failed one", async () => {
    await deployed(world);
    await deployed(world, otherSha);

    expect(await answer()).toBe("not-on-source");
  });

  it("refuse a release that GitHub does not speak for", async () => {
    await deployed(world);
    const facts = { ...world.parts.facts, ciState: async () => "unknown" as const };
    const parts = { ...world.parts, facts };
    const request = { requestId: newRequestId(), person: asker, environment: "prod" };

    expect(await requestDeployment(parts, request)).toMatchObject({
      refusal: { code: "not-validated", ci: "unknown" },
    });
  });

  it.each([
    ["refuse", "refused"],
    ["warn", "accepted"],
    ["allow", "accepted"],
  ])("with `outdated: %s`, a comparison that GitHub does not give is %s", async (outdated, kind) => {
    world = reconfigured(world, productionConfig({ outdated }));
    const facts = {
      ciState: async () => "passed" as const,
      compare: async () => {
        throw new Error("GitHub does not answer");
      },
    };
    const request = { requestId: newRequestId(), person: asker, environment: "prod" };

    expect(await requestDeployment({ ...world.parts, facts }, request)).toMatchObject({ kind });
  });
});
