import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { admitTrigger } from "../../../src/app/admit-trigger.js";
import { catchUpBranches } from "../../../src/app/catch-up-branches.js";
import { BranchUnknownError, checkBranch } from "../../../src/app/check-branch.js";
import { deployPush, followers } from "../../../src/app/deploy-push.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import type { Config } from "../../../src/config/schema.js";
import { Sha } from "../../../src/deployments/release.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { aRelease, configWith, environmentInput } from "../deployments/samples.js";
import { PlannedFault, type World, worldOf } from "./ports.js";

const [a, b, c] = ["a", "b", "c"].map((digit) => Sha.parse(digit.repeat(40))) as [Sha, Sha, Sha];
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

/** Everything that waits in an environment is deployed. */
async function run(environment: string): Promise<void> {
  for (const { id } of await world.store.open({ project: "shop", environment })) {
    await runDeployment(world.parts, id, "worker");
  }
}

/** A start with this configuration. */
async function start(config: Config = world.parts.config) {
  return catchUpBranches({ ...world.parts, config });
}

function inRepository(repository: string): Config {
  return configWith({}, { projects: { shop: { repository, environments: { uat: following } } } });
}

/** The branch moved to `b` while no process ran. */
function missed(): void {
  world.github.parents.set(b, a);
  onGitHub(b);
}

/** Somebody deploys a commit by hand, or a hotfix. */
async function deployed(environment: string, sha: Sha): Promise<void> {
  const target = followers(world.parts.config, { repository: "acme/shop", branch: "main" }).find(
    (each) => each.environment === environment,
  );
  if (target === undefined) throw new Error(`nothing follows in ${environment}`);
  const release = async () => ({ kind: "resolved" as const, release: aRelease({ sha }) });
  await admitTrigger(world.parts, {
    ...{ identity: ["by hand", sha], target, release, replacesWaiting: false },
    origin: { kind: "schedule" },
  });
  await run(environment);
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

  it("asks again where GitHub did not say which repository it is, by the same rules", async () => {
    await pushed("uat");
    missed();
    world.github.repositories.set("acme/shop", { kind: "unavailable" });

    await start();
    const [check] = [...world.queues.checks.values()];
    if (check === undefined) throw new Error("nothing is looked at again");
    await expect(checkBranch(world.parts, check)).rejects.toThrow(BranchUnknownError);
    world.github.repositories.set("acme/shop", { kind: "found", repository: REPOSITORY });
    await checkBranch(world.parts, check);

    expect(await requested("uat")).toEqual([b, a]);
    expect(await requested("staging")).toEqual([]);
  });

  it("asks again where the token is refused after the repository was read", async () => {
    await pushed("uat");
    world.github.branchHeads.delete("main");

    expect(await start()).toMatchObject([{ kind: "unread", branch: "main" }]);
    expect(world.queues.checks.size).toBe(1);
  });

  it("goes on with the other branches where Redis fails once", async () => {
    const develop = environmentInput({ triggers: { push: "develop" }, health: [] });
    world = worldOf(fixture, configWith({ dev: develop, uat: following }));
    world.github.repositories.set("acme/shop", { kind: "found", repository: REPOSITORY });
    await pushed("uat");
    missed();
    const followed = new Proxy(world.parts.followed, {
      get(store, name) {
        if (name !== "find") return Reflect.get(store, name, store).bind(store);
        return async (...[target, branch]: Parameters<typeof store.find>) => {
          if (branch === "develop") throw new PlannedFault("find");
          return store.find(target, branch);
        };
      },
    });

    const found = await catchUpBranches({ ...world.parts, followed });

    expect(found).toMatchObject([
      { kind: "failed", branch: "develop" },
      { kind: "read", branch: "main" },
    ]);
    expect(await requested("uat")).toEqual([b, a]);
  });

  it.each([
    ["the trigger was removed for a while", configWith({ uat: environmentInput({ health: [] }) })],
    [
      "another branch was followed for a while",
      configWith({ uat: environmentInput({ triggers: { push: "develop" }, health: [] }) }),
    ],
  ])("deploys nothing where %s", async (_what, meanwhile) => {
    await pushed("uat");
    await run("uat");
    await start(meanwhile);
    missed();

    await start();

    expect(await requested("uat")).toEqual([a]);
  });

  it("deploys nothing where the configuration names another repository since", async () => {
    await pushed("uat");
    await run("uat");
    const config = inRepository("acme/fork");
    world.github.repositories.set("acme/fork", { kind: "found", repository: { id: 43, name: "acme/fork" } });
    missed();

    await start(config);
    await start();

    expect(await requested("uat")).toEqual([a]);
  });

  it("goes on where the configuration names the same repository as it is called now", async () => {
    await start();
    await world.parts.repositories.learn("shop", "acme/shop", REPOSITORY.id);
    await pushed("uat");
    await run("uat");
    const name = "acme/store";
    world.github.repositories.set(name, { kind: "found", repository: { ...REPOSITORY, name } });
    missed();

    await start(inRepository(name));

    expect(await requested("uat")).toEqual([b, a]);
  });

  it("deploys a new push after the environment stopped following for a while, be it of the same commit", async () => {
    await pushed("uat");
    await run("uat");
    await start(configWith({ uat: environmentInput({ health: [] }) }));
    await start();

    await pushed("uat");

    expect(await requested("uat")).toEqual([a, a]);
  });

  it("restarts nothing that runs the head already, and follows on from there", async () => {
    await pushed("uat");
    await run("uat");
    missed();
    await deployed("uat", b);

    const [found] = await start();
    expect(found).toMatchObject({ followed: [{ outcome: { kind: "runs" } }] });
    expect(await requested("uat")).toEqual([b, a]);

    world.github.parents.set(c, b);
    onGitHub(c);
    await start();
    expect(await requested("uat")).toEqual([c, b, a]);
  });

  it("replaces nothing that people put there since", async () => {
    await pushed("uat");
    await run("uat");
    await deployed("uat", c);
    missed();

    const [found] = await start();
    await start();

    expect(found).toMatchObject({ followed: [{ outcome: { kind: "kept" } }] });
    expect(await requested("uat")).toEqual([c, a]);
    expect(world.queues.checks.size).toBe(0);
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
