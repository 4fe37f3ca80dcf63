import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Sha } from "../../../src/deployments/release.js";
import {
  DeploymentStore,
  type NewDeployment,
  StaleRecordError,
  UnreadableRecordError,
} from "../../../src/deployments/store.js";
import { fail, start, succeed, supersede } from "../../../src/deployments/transitions.js";
import { aRecord, aRelease } from "../../unit/deployments/samples.js";
import { type RedisFixture, startRedisFixture } from "./redis-fixture.js";

let fixture: RedisFixture;
let store: DeploymentStore;
const uat = { project: "shop", environment: "uat" };

beforeAll(async () => {
  fixture = await startRedisFixture();
  store = new DeploymentStore(fixture.redis);
});
beforeEach(async () => {
  await fixture.redis.flushall();
});
afterAll(() => fixture.close());

function aDeployment(index: number, changes: Partial<NewDeployment> = {}): NewDeployment {
  const { number: _number, version: _version, ...deployment } = aRecord(changes);
  const release = aRelease({ sha: Sha.parse(index.toString(16).padStart(40, "0")) });
  return { ...deployment, release, id: index.toString(16).padStart(24, "0"), ...changes };
}

async function created(index: number, changes: Partial<NewDeployment> = {}) {
  return (await store.create(aDeployment(index, changes))).record;
}

const numbers = (records: readonly { readonly number: number }[]) => records.map(({ number }) => number);

describe("create", () => {
  it("answers the existing record for an id that is there already", async () => {
    const first = await store.create(aDeployment(1, { createdAt: 1 }));

    const second = await store.create(aDeployment(1, { createdAt: 2 }));

    expect(first.created).toBe(true);
    expect(second).toEqual({ created: false, isRepeated: false, record: first.record });
  });

  it("makes one record of the same deployment created many times at once", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => store.create(aDeployment(1))));

    expect(answers.filter((answer) => answer.created)).toHaveLength(1);
    expect(numbers(await store.newest(uat, 50))).toEqual([1]);
  });

  it("counts over all environments", async () => {
    const records = [await created(1), await created(2, { environment: "prod" }), await created(3)];

    expect(numbers(records)).toEqual([1, 2, 3]);
  });
});

describe("a record that could not be read again", () => {
  it.each([
    ["an infinite fence", { fence: Number.POSITIVE_INFINITY }],
    ["an exit code that is no number", { failure: { code: "exited", exitCode: Number.NaN } }],
    ["an infinite time", { finishedAt: Number.POSITIVE_INFINITY }],
  ] as const)("is not written: %s", async (_, changes) => {
    const record = await created(1);

    await expect(store.save({ ...record, ...changes })).rejects.toBeInstanceOf(UnreadableRecordError);
    await expect(store.create(aDeployment(2, changes))).rejects.toBeInstanceOf(UnreadableRecordError);

    expect(await store.find(record.id)).toEqual(record);
    expect(numbers(await store.newest(uat, 50))).toEqual([1]);
  });
});

describe("save", () => {
  it("refuses a record that somebody else has changed", async () => {
    const record = await created(1);
    await store.save({ ...record, repository: "acme/first" });

    const late = store.save({ ...record, repository: "acme/second" });

    await expect(late).rejects.toThrow(StaleRecordError);
    expect((await store.find(record.id))?.repository).toBe("acme/first");
  });

  it("refuses a record that was never created", async () => {
    await expect(store.save(aRecord())).rejects.toThrow(StaleRecordError);
  });

  it("answers the record that can be saved next", async () => {
    const saved = await store.save({ ...(await created(1)), repository: "acme/first" });

    const again = await store.save({ ...saved, repository: "acme/second" });

    expect(await store.find(again.id)).toEqual(again);
  });
});

describe("update", () => {
  it("loses no change of 50 writers at once", async () => {
    const { id } = await created(1);

    await Promise.all(
      Array.from({ length: 50 }, () =>
        store.update(id, (record) => ({ ...record, createdAt: record.createdAt + 1 })),
      ),
    );

    expect((await store.find(id))?.createdAt).toBe(aRecord().createdAt + 50);
  });

  it("lets one of many claims win", async () => {
    const { id } = await created(1);

    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        store.update(id, (record) =>
          start(record, { claim: `worker-${index}`, fence: 1 }, { steps: [], planHash: "plan" }, 1),
        ),
      ),
    );

    const [winner, ...others] = claims.filter((claim) => claim !== undefined);
    expect(others).toEqual([]);
    expect((await store.find(id))?.claim).toBe(winner?.claim);
  });

  it("answers undefined for an unknown id and for an illegal transition", async () => {
    const { id } = await created(1);

    expect(await store.update("f".repeat(24), (record) => record)).toBeUndefined();
    expect(await store.update(id, (record) => succeed(record, 1))).toBeUndefined();
  });
});

describe("the indexes of an environment", () => {
  it("lists the newest first, as many as asked for", async () => {
    for (const index of [1, 2, 3, 4]) await created(index);
    await created(5, { environment: "prod" });

    expect(numbers(await store.newest(uat, 3))).toEqual([4, 3, 2]);
  });

  it("keeps what is not final as open, oldest first", async () => {
    for (const index of [1, 2, 3]) await created(index);
    await store.update(aDeployment(1).id, (record) =>
      start(record, { claim: "worker", fence: 1 }, { steps: [], planHash: "plan" }, 1),
    );
    await store.update(aDeployment(2).id, (record) => supersede(record, 3, 1));

    expect(numbers(await store.open(uat))).toEqual([1, 3]);
  });

  it("has no current deployment before the first success, and keeps it over later failures", async () => {
    const first = await created(1);
    const second = await created(2);
    expect(await store.current(uat)).toBeUndefined();

    await store.update(first.id, (record) =>
      start(record, { claim: "worker", fence: 1 }, { steps: [], planHash: "plan" }, 1),
    );
    await store.update(first.id, (record) => succeed(record, 2));
    await store.update(second.id, (record) => fail(record, { failure: { code: "configuration" } }, 3));

    expect((await store.current(uat))?.number).toBe(1);
  });
});

describe("a record that this version cannot read", () => {
  const bad = aDeployment(2).id;

  it.each([
    ["not JSON", "{"],
    ["of another schema", JSON.stringify({ ...aDeployment(2), schema: 2 })],
    ["not an object", "null"],
    ["without its fields", "{}"],
    ["in a state of a later version", JSON.stringify({ ...aDeployment(2), state: "paused" })],
  ])("that is %s is left out of lists and refused by find", async (_what, stored) => {
    for (const index of [1, 2, 3]) await created(index);

    await fixture.redis.hset(`slipway:deployment:${bad}`, "record", stored);

    expect(numbers(await store.newest(uat, 10))).toEqual([3, 1]);
    expect(numbers(await store.open(uat))).toEqual([1, 3]);
    await expect(store.find(bad)).rejects.toThrow(UnreadableRecordError);
  });

  it("that was deleted is left out of lists and not found", async () => {
    for (const index of [1, 2]) await created(index);

    await fixture.redis.del(`slipway:deployment:${bad}`);

    expect(numbers(await store.newest(uat, 10))).toEqual([1]);
    expect(await store.find(bad)).toBeUndefined();
  });
});
