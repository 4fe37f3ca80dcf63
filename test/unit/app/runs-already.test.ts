import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deployAgain, type RunsAlready, requestDeployment } from "../../../src/app/request-deployment.js";
import type { Config } from "../../../src/config/schema.js";
import { Sha } from "../../../src/deployments/release.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { configWith, environmentInput } from "../deployments/samples.js";
import { ScriptedRunner, type World } from "./ports.js";
import { asker, deployed, newRequestId, productionWorld, reconfigured } from "./production.js";

const [a, b] = ["a", "b"].map((digit) => Sha.parse(digit.repeat(40))) as [Sha, Sha];
const uat = { project: "shop", environment: "uat" };
const configOf = (changes: object = {}): Config =>
  configWith({ uat: environmentInput({ roles: { deploy: asker.roles }, health: [], ...changes }) });

let fixture: RedisFixture;
let world: World;
let failing: string | undefined;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  failing = undefined;
  world = productionWorld(fixture, configOf(), runner());
});
afterAll(() => fixture.close());

function runner(): ScriptedRunner {
  return new ScriptedRunner(async ({ argv }) =>
    failing !== undefined && argv.includes(failing) ? { kind: "exited", code: 1 } : undefined,
  );
}

const ask = (ref?: Sha, breakGlass?: string) =>
  requestDeployment(world.parts, {
    ...{ requestId: newRequestId(), person: asker, environment: "uat", ...(ref !== undefined && { ref }) },
    ...(breakGlass !== undefined && { breakGlass }),
  });
const count = async () => (await world.store.newest(uat, 20)).length;

async function asked(ref?: Sha): Promise<RunsAlready> {
  const outcome = await ask(ref);
  if (outcome.kind !== "runs-already") throw new Error(`it was not asked: ${outcome.kind}`);
  return outcome;
}

describe("a request for the commit that runs", () => {
  it("for certain, on every host, is a question, and nothing is started", async () => {
    await deployed(world, a);

    expect(await ask(a)).toMatchObject({
      kind: "runs-already",
      through: { number: 1 },
      again: { sha: a, ref: a, userId: asker.id },
    });
    expect(await count()).toBe(1);
  });

  it("on a protected environment is the same question", async () => {
    await deployed(world, a);
    const roles = { deploy: asker.roles, approve: ["1".repeat(18)] };
    world = reconfigured(world, configOf({ approval: {}, roles }));

    expect(await ask(a)).toMatchObject({ kind: "runs-already", through: { number: 1 } });
  });

  it("as release 0 is a question without a deployment's number", async () => {
    world.heads.set("uat/web-1", { kind: "checkout", release: { sha: a, subject: "Live", author: "Ada" } });

    const outcome = await asked(a);

    expect(outcome.running.summary).toMatchObject({ kind: "release", adopted: true, release: { sha: a } });
    expect(outcome.through).toBeUndefined();
  });

  it("is none where release 0 is another commit", async () => {
    world.heads.set("uat/web-1", { kind: "checkout", release: { sha: b, subject: "Live", author: "Ada" } });

    expect(await ask(a)).toMatchObject({ kind: "accepted" });
  });

  it("is none where the host says that its checkout was moved since", async () => {
    await deployed(world, a);
    world.heads.set("uat/web-1", { kind: "checkout", release: { sha: b, subject: "Moved", author: "Ada" } });

    expect(await ask(a)).toMatchObject({ kind: "accepted" });
  });

  it("is none while another deployment is on its way there", async () => {
    await deployed(world, a);
    await ask(b);

    expect(await ask(a)).toMatchObject({ kind: "accepted", record: { number: 3 } });
  });

  it("is none where it was requested again already: the answer points to that request", async () => {
    await deployed(world, a);
    const roles = { deploy: asker.roles, approve: ["1".repeat(18)] };
    world = reconfigured(world, configOf({ approval: {}, roles }));
    await deployAgain(world.parts, (await asked(a)).again, asker);

    expect(await ask(a)).toMatchObject({ kind: "accepted", already: true, record: { number: 2 } });
  });

  it("is none where it is not certain that it runs", async () => {
    await deployed(world, a);
    failing = "restart";
    await deployed(world, b);
    failing = undefined;

    expect(await ask(a)).toMatchObject({ kind: "accepted" });
    expect(await ask(b)).toMatchObject({ kind: "accepted" });
  });

  it("is none where the hosts differ", async () => {
    world = productionWorld(fixture, configOf({ hosts: ["web-1", "web-2"] }), runner());
    for (const [host, sha] of [
      ["web-1", a],
      ["web-2", b],
    ] as const) {
      world.heads.set(`uat/${host}`, { kind: "checkout", release: { sha, subject: "Live", author: "Ada" } });
    }

    expect(await ask(a)).toMatchObject({ kind: "accepted" });
  });

  it("is none for a freeze override, which asks a second person in any case", async () => {
    await deployed(world, a);

    expect(await ask(a, "the shop is down")).toMatchObject({
      kind: "accepted",
      record: { state: "awaiting-approval" },
    });
  });

  it("is refused, not asked about, where a gate refuses", async () => {
    await deployed(world, a);
    world = reconfigured(world, configOf({ roles: { deploy: ["9".repeat(18)] } }));

    expect(await ask(a)).toMatchObject({ kind: "refused", refusal: { code: "role-missing" } });
  });
});

describe("Deploy again", () => {
  it("deploys that commit once, however often it is pressed", async () => {
    await deployed(world, a);
    const { again } = await asked(a);

    const first = await deployAgain(world.parts, again, asker);
    const second = await deployAgain(world.parts, again, asker);

    expect(first).toMatchObject({ kind: "started", record: { number: 2, release: { sha: a } } });
    expect(second).toMatchObject({ kind: "started", already: true, record: { number: 2 } });
    expect(await count()).toBe(2);
  });

  it("deploys the commit that was asked about, under its branch's name, though the branch has moved", async () => {
    world.github.commit = a;
    await deployed(world, a);
    const { again } = await asked();
    world.github.commit = b;

    const outcome = await deployAgain(world.parts, again, asker);

    expect(outcome).toMatchObject({
      kind: "started",
      record: { release: { sha: a, ref: "main" }, asked: {} },
    });
  });

  it("starts nothing once another commit runs there, which is written down", async () => {
    await deployed(world, a);
    const { again } = await asked(a);
    await deployed(world, b);

    expect(await deployAgain(world.parts, again, asker)).toMatchObject({
      kind: "refused",
      refusal: { code: "runs-no-longer" },
    });
    expect(await count()).toBe(2);
    expect(await world.audit.lines()).toContain("- refusal");
  });

  it("is in the entry of its request, and the question leaves none", async () => {
    await deployed(world, a);
    const { again } = await asked(a);
    const before = await world.audit.entries();
    await deployAgain(world.parts, again, asker);

    const [entry, ...others] = (await world.audit.entries()).slice(before.length);
    expect(before.filter(({ action }) => action === "request")).toMatchObject([{ deployment: 1 }]);
    expect(before[0]?.details).not.toHaveProperty("confirmed");
    expect(entry).toMatchObject({
      action: "request",
      deployment: 2,
      details: { sha: a, confirmed: "runs-already" },
    });
    expect(others).toEqual([]);
  });

  it("goes through every gate", async () => {
    await deployed(world, a);
    const { again } = await asked(a);

    expect(await deployAgain(world.parts, again, { ...asker, roles: [] })).toMatchObject({
      kind: "refused",
      refusal: { code: "role-missing" },
    });
  });
});
