import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deployPush } from "../../../src/app/deploy-push.js";
import { requestDeployment } from "../../../src/app/request-deployment.js";
import { retryDeployment, rollBack } from "../../../src/app/roll-back.js";
import { requestCancel, start, succeed } from "../../../src/deployments/transitions.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { aRelease, configWith, environmentInput, otherSha, sha } from "../deployments/samples.js";
import { type World, worldOf } from "./ports.js";

const config = configWith({
  uat: environmentInput({ triggers: { push: "main", replaceWaiting: false } }),
  prod: environmentInput({
    approval: {},
    roles: { deploy: ["223344556677889900"], approve: ["1".repeat(18)] },
  }),
});
const ada = { id: "112233445566778899", name: "ada", roles: ["223344556677889900"] };
const ken = { ...ada, id: "112233445566778800", name: "ken" };

let fixture: RedisFixture;
let world: World;
let requests = 0;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  world = worldOf(fixture, config);
});
afterAll(() => fixture.close());

function ask(environment: string, ref = "main", person = ada, requestId = `request ${++requests}`) {
  return requestDeployment(world.parts, { requestId, person, environment, ref });
}

const states = async (environment = "uat") =>
  (await world.store.newest({ project: "shop", environment }, 50))
    .map(({ number, state }) => `${number} ${state}`)
    .reverse();

async function begin(id: string): Promise<void> {
  await world.store.update(id, (record) =>
    start(record, { claim: "worker", fence: 1 }, { steps: [], planHash: "plan" }, 1),
  );
}

async function idOf(outcome: ReturnType<typeof ask>): Promise<string> {
  const asked = await outcome;
  if (asked.kind !== "accepted") throw new Error("the request was refused");
  return asked.record.id;
}

describe("the second request for a commit", () => {
  it.each(["uat", "prod"])("points to the first while that one is open on %s", async (environment) => {
    await ask(environment);

    const second = await ask(environment, "main", ken);

    expect(second).toMatchObject({ kind: "accepted", already: true, record: { number: 1 } });
    expect(await states(environment)).toHaveLength(1);
    expect(await world.audit.lines()).toEqual(["1 request", "1 refusal"]);
  });

  it("points to the first when ten people ask at the same moment", async () => {
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => ask("prod")));

    expect(await states("prod")).toEqual(["1 awaiting-approval"]);
    expect(outcomes.filter((outcome) => outcome.kind === "accepted" && outcome.already)).toHaveLength(9);
  });

  it("stays with the first when Discord delivers it again after that one has ended", async () => {
    const first = await idOf(ask("uat"));
    await ask("uat", "main", ken, "twice");
    await begin(first);
    await world.store.update(first, (record) => succeed(record, 2));

    expect(await ask("uat", "main", ken, "twice")).toMatchObject({ already: true, record: { number: 1 } });
    expect(await states()).toEqual(["1 succeeded"]);
  });

  it("is a deployment of its own once the first has ended", async () => {
    const first = await idOf(ask("uat"));
    await begin(first);
    await world.store.update(first, (record) => succeed(record, 2));

    expect(await ask("uat")).toMatchObject({ record: { number: 2 } });
  });

  it("is a deployment of its own while the first is being cancelled", async () => {
    const first = await idOf(ask("uat"));
    await begin(first);
    await world.store.update(first, (record) =>
      requestCancel(record, { userId: ada.id, userName: ada.name }, 3),
    );

    expect(await ask("uat")).toMatchObject({ record: { number: 2 } });
  });

  it("is a deployment of its own when another commit runs in between", async () => {
    world.github.refs.set("other", otherSha);
    await ask("uat");
    await ask("uat", "other");

    expect(await ask("uat")).toMatchObject({ record: { number: 3, release: { sha } } });
  });

  it("points to the first through every door", async () => {
    const failed = await idOf(ask("uat"));
    await begin(failed);
    await world.store.update(failed, (record) => succeed(record, 2));
    await idOf(ask("uat"));
    const push = { repository: "acme/shop", branch: "main", before: "0", pusher: "ada", forced: false };

    expect(await retryDeployment(world.parts, failed, ken, "retry")).toMatchObject({
      kind: "started",
      already: true,
      record: { number: 2 },
    });
    expect(await deployPush(world.parts, { ...push, release: aRelease() }, "1")).toMatchObject([
      { outcome: { record: { number: 2 } } },
    ]);
    expect(await states()).toEqual(["1 succeeded", "2 queued"]);
  });
});

describe("a rollback", () => {
  it("does not wait for a deployment of the same commit, but the second rollback points to the first", async () => {
    world.github.refs.set("other", otherSha);
    const ids: string[] = [];
    for (const ref of ["main", "other"]) {
      const id = await idOf(ask("uat", ref));
      ids.push(id);
      await begin(id);
      await world.store.update(id, (record) => succeed(record, 2));
    }
    await ask("uat", "main");
    const back = () =>
      rollBack(world.parts, {
        ...{ requestId: `request ${++requests}`, person: ada, environment: "uat" },
        to: ids[0] ?? "",
      });

    expect(await back()).toMatchObject({ record: { number: 4, kind: "rollback", release: { sha } } });
    expect(await back()).toMatchObject({ already: true, record: { number: 4 } });
  });
});
