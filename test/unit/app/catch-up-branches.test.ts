import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { catchUpBranches } from "../../../src/app/catch-up-branches.js";
import { checkBranch } from "../../../src/app/check-branch.js";
import { deployPush, followers } from "../../../src/app/deploy-push.js";
import { Sha } from "../../../src/deployments/release.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { aRelease, configWith, environmentInput } from "../deployments/samples.js";
import { type World, worldOf } from "./ports.js";

const [a, b] = ["a", "b"].map((digit) => Sha.parse(digit.repeat(40))) as [Sha, Sha];
const following = environmentInput({ triggers: { push: "main" }, health: [] });
const REPOSITORY = { id: 42, name: "acme/shop" };
const ZERO = "0".repeat(40);

let fixture: RedisFixture;
let world: World;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  world = worldOf(fixture, configWith({ uat: following, staging: following, prod: environmentInput() }));
  world.github.repositories.set("acme/shop", { kind: "found", repository: REPOSITORY });
});
afterAll(() => fixture.close());

/** A push of `a` that Slipway received, in every environment that follows the branch, or in one. */
async function pushed(...environments: string[]): Promise<void> {
  onGitHub(a);
  const push = { repository: "acme/shop", branch: "main", before: ZERO, pusher: "ada", forced: false };
  const targets = followers(world.parts.config, push).filter(({ environment }) =>
    environments.includes(environment),
  );
  await deployPush(world.parts, { ...push, release: aRelease({ sha: a }) }, "1", targets);
}

function onGitHub(sha: Sha): void {
  world.github.branchHeads.set("main", { kind: "head", sha });
}

/** What was requested in an environment, the newest first. */
async function requested(environment: string): Promise<readonly string[]> {
  const records = await world.store.newest({ project: "shop", environment }, 10);
  return records.map(({ release }) => release.sha);
}

describe("a start after pushes that GitHub could not deliver", () => {
  it("gives each environment the head of the branch that it follows, once", async () => {
    await pushed("uat", "staging");
    world.github.parents.set(b, a);
    onGitHub(b);

    const [found] = await catchUpBranches(world.parts);
    await catchUpBranches(world.parts);

    expect(found).toMatchObject({ kind: "read", repository: "acme/shop", branch: "main" });
    expect(await requested("uat")).toEqual([b, a]);
    expect(await requested("staging")).toEqual([b, a]);
    expect(await requested("prod")).toEqual([]);
    expect(world.queues.checks.size).toBe(0);
  });

  it("deploys nothing where the branch is where it was", async () => {
    await pushed("uat");

    await catchUpBranches(world.parts);

    expect(await requested("uat")).toEqual([a]);
  });

  it("deploys nothing where Slipway has not followed the branch before", async () => {
    await pushed("uat");
    world.github.parents.set(b, a);
    onGitHub(b);

    await catchUpBranches(world.parts);

    expect(await requested("uat")).toEqual([b, a]);
    expect(await requested("staging")).toEqual([]);
  });

  it("waits until GitHub is certain where the branch went back, and then still for those alone", async () => {
    await pushed("uat");
    onGitHub(b);

    await catchUpBranches(world.parts);
    expect(await requested("uat")).toEqual([a]);
    const [check] = [...world.queues.checks.values()];
    if (check === undefined) throw new Error("nothing is looked at again");
    world.clock.now += 3 * 60_000;
    await checkBranch(world.parts, check);

    expect(await requested("uat")).toEqual([b, a]);
    expect(await requested("staging")).toEqual([]);
  });

  it("says so where GitHub does not answer, and deploys nothing", async () => {
    await pushed("uat");
    world.github.parents.set(b, a);
    onGitHub(b);
    world.github.repositories.set("acme/shop", { kind: "unavailable" });

    expect(await catchUpBranches(world.parts)).toMatchObject([{ kind: "unread", branch: "main" }]);
    world.github.repositories.set("acme/shop", { kind: "found", repository: REPOSITORY });
    world.github.silent = true;
    expect(await catchUpBranches(world.parts)).toMatchObject([{ kind: "unread", branch: "main" }]);

    expect(await requested("uat")).toEqual([a]);
  });

  it("deploys nothing of another repository that has taken the name", async () => {
    await pushed("uat");
    await catchUpBranches(world.parts);
    world.github.repositories.set("acme/shop", { kind: "found", repository: { ...REPOSITORY, id: 666 } });
    world.github.parents.set(b, a);
    onGitHub(b);

    await catchUpBranches(world.parts);

    expect(await requested("uat")).toEqual([a]);
  });

  it("deploys nothing of a branch that was deleted", async () => {
    await pushed("uat");
    world.github.branchHeads.set("main", { kind: "missing" });

    await catchUpBranches(world.parts);

    expect(await requested("uat")).toEqual([a]);
    expect(world.queues.checks.size).toBe(0);
  });
});
