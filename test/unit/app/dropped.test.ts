import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deployPush } from "../../../src/app/deploy-push.js";
import { deployScheduled } from "../../../src/app/deploy-scheduled.js";
import { deployDropped, settleDropped } from "../../../src/app/dropped.js";
import { requestDeployment } from "../../../src/app/request-deployment.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import { Sha } from "../../../src/deployments/release.js";
import { expire, refuse, requestCancel } from "../../../src/deployments/transitions.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { aRelease, configWith, environmentInput } from "../deployments/samples.js";
import { type World, worldOf } from "./ports.js";

const role = "223344556677889900";
const approver = "1".repeat(18);
const config = configWith({
  uat: environmentInput({ triggers: { push: "main" }, health: [] }),
  prod: environmentInput({
    ...{ triggers: { push: "release" }, health: [], approval: {} },
    roles: { deploy: [role], approve: [approver] },
  }),
});
const uat = { project: "shop", environment: "uat" };
const prod = { project: "shop", environment: "prod" };
const ada = { id: "112233445566778899", name: "ada", roles: [role] };
const ken = { userId: "112233445566778800", userName: "ken" };
const [a, b, c] = ["a", "b", "c"].map((letter) => Sha.parse(letter.repeat(40))) as [Sha, Sha, Sha];

let fixture: RedisFixture;
let world: World;
let requests = 0;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  world = worldOf(fixture, config);
  world.github.parents.set(b, a).set(c, b);
});
afterAll(() => fixture.close());

function push(after: Sha, delivery: string, branch = "main") {
  world.github.branchHeads.set(branch, { kind: "head", sha: after });
  world.github.refs.set(`heads/${branch}`, after).set(branch, after);
  const before = world.github.parents.get(after) ?? "0".repeat(40);
  const release = aRelease({ sha: after, ref: branch });
  const event = { repository: "acme/shop", branch, before, release, pusher: "ada", forced: false };
  return deployPush(world.parts, event, delivery);
}

async function lock(environment = "uat"): Promise<void> {
  const since = world.clock.now;
  const ends = { since, expiresAt: since + 3_600_000, reminded: false };
  await world.locks.take({ project: "shop", environment, owner: ken, reason: "Tests", ...ends });
}

const unlock = (environment = "uat") => world.locks.release({ project: "shop", environment });
const episode = async (target = uat) => (await world.parts.dropped.find(target)).episode;

async function press(id: string | undefined, person = ada) {
  const request = { ...uat, episode: id ?? "" };
  return deployDropped(world.parts, request, person, `press ${++requests}`);
}

async function runAll(target = uat): Promise<void> {
  for (const { id } of await world.store.open(target)) await runDeployment(world.parts, id, "worker");
}

describe("a push that is not deployed", () => {
  it("is counted with those before it, and the newest commit is named", async () => {
    await lock();
    await push(a, "first");
    await push(b, "second");

    expect(await episode()).toMatchObject({
      ...{ pushes: 2, schedules: 0, newest: { ref: "main", release: { sha: b } } },
      reason: { code: "locked", lock: { reason: "Tests" } },
    });
    expect([...world.queues.dropped]).toEqual(["uat"]);
  });

  it("counts once, however often and from how many processes it comes", async () => {
    await lock();
    await Promise.all([push(a, "first"), push(a, "first"), push(a, "first")]);
    await push(a, "first");

    expect(await episode()).toMatchObject({ pushes: 1 });
  });

  it("counts although its commit was refused with the push before it", async () => {
    await lock();
    world.github.branchHeads.set("main", { kind: "head", sha: b });
    await push(b, "second");
    const late = {
      repository: "acme/shop",
      branch: "main",
      before: "0".repeat(40),
      pusher: "ada",
      forced: false,
    };
    await deployPush(world.parts, { ...late, release: aRelease({ sha: a }) }, "first");

    expect(await episode()).toMatchObject({ pushes: 2, newest: { release: { sha: b } } });
  });

  it("is counted in an episode of its own once the former is over", async () => {
    await lock();
    await push(a, "first");
    const first = await episode();
    await unlock();
    await press(first?.id);
    await runAll();
    await lock();
    await push(b, "second");

    const dropped = await world.parts.dropped.find(uat);
    expect(dropped.episode).toMatchObject({ pushes: 1, newest: { release: { sha: b } } });
    expect(dropped.episode?.id).not.toBe(first?.id);
    expect(dropped.previous).toMatchObject({ id: first?.id, end: { kind: "button", number: 1 } });
  });

  it("is kept also where it comes from a schedule", async () => {
    await lock();
    await deployScheduled(world.parts, uat, "at nine");
    await deployScheduled(world.parts, uat, "at nine");

    expect(await episode()).toMatchObject({ pushes: 0, schedules: 1, newest: { ref: "main" } });
  });
});

describe("Deploy newest", () => {
  it("is refused as long as the lock stands, and by a person without the role", async () => {
    await lock();
    await push(a, "first");
    const id = (await episode())?.id;

    expect(await press(id)).toMatchObject({ kind: "refused", refusal: { code: "locked" } });
    await unlock();
    expect(await press(id, { ...ada, roles: [] })).toMatchObject({ refusal: { code: "role-missing" } });
    expect((await episode())?.end).toBeUndefined();
    expect(await world.store.newest(uat, 10)).toEqual([]);
  });

  it("deploys the head of the branch at the moment of the press, once", async () => {
    await lock();
    await push(a, "first");
    await unlock();
    world.github.refs.set("heads/main", c);
    const id = (await episode())?.id;

    const [first, second] = [await press(id), await press(id)];

    expect(first).toMatchObject({ kind: "started", record: { release: { sha: c, ref: "main" } } });
    expect(second).toMatchObject({ kind: "refused", refusal: { code: "settled-already" } });
    expect((await episode())?.end).toMatchObject({ kind: "button", number: 1, by: { userName: "ada" } });
  });
});

describe("what was dropped", () => {
  it.each([
    ["the commit itself", b],
    ["a descendant", c],
  ])("is settled once %s runs, and not before", async (_name, sha) => {
    await lock();
    await push(b, "first");
    await unlock();
    await settleDropped(world.parts, uat);
    expect((await episode())?.end).toBeUndefined();

    await requestDeployment(world.parts, { requestId: "r", person: ada, environment: "uat", ref: sha });
    await runAll();
    await settleDropped(world.parts, uat);

    expect((await episode())?.end).toEqual({ kind: "runs", number: 1 });
  });

  it("stays open when an older commit is deployed", async () => {
    await lock();
    await push(b, "first");
    await unlock();
    await requestDeployment(world.parts, { requestId: "r", person: ada, environment: "uat", ref: a });
    await runAll();
    await settleDropped(world.parts, uat);

    expect((await episode())?.end).toBeUndefined();
  });
});

describe("a push that joined the request of a person", () => {
  const by = { userId: ada.id, userName: ada.name };

  async function joined(): Promise<string> {
    world.github.refs.set("release", a);
    const asked = await requestDeployment(world.parts, {
      ...{ requestId: "r", person: ada, environment: "prod", ref: "release" },
    });
    if (asked.kind !== "accepted") throw new Error("the request was refused");
    await push(a, "first", "release");
    await settleDropped(world.parts, prod);
    expect(await episode(prod)).toBeUndefined();
    return asked.record.id;
  }

  it.each([
    ["cancelled", requestCancel],
    ["refused", refuse],
    ["expired", (record: Parameters<typeof expire>[0]) => expire(record, Number.MAX_SAFE_INTEGER)],
  ] as const)("counts once that request is %s", async (state, end) => {
    const id = await joined();
    await world.store.update(id, (record) => end(record, by, world.clock.now));

    await settleDropped(world.parts, prod);
    await settleDropped(world.parts, prod);

    expect(await episode(prod)).toMatchObject({
      pushes: 1,
      reason: { code: "request-ended", number: 1, state },
    });
  });
});
