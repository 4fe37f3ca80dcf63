import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RunningStep } from "../../../src/deployments/running.js";
import { RunningStore, readAllRunning } from "../../../src/deployments/running-store.js";
import { otherSha, sha } from "../../unit/deployments/samples.js";
import { type RedisFixture, startRedisFixture } from "./redis-fixture.js";

const uat = { project: "shop", environment: "uat" };
const KEY = "slipway:running:shop/uat";
const A = { kind: "checkout", release: { sha } } as const;

let fixture: RedisFixture;
let store: RunningStore;

beforeAll(async () => {
  fixture = await startRedisFixture();
  store = new RunningStore(fixture.redis);
});
beforeEach(async () => {
  await fixture.redis.flushall();
});
afterAll(() => fixture.close());

const order = (fence: number, ended = false) => ({ fence, step: 4, ended });
function restart(changes: Partial<RunningStep> = {}): RunningStep {
  return {
    ...{ effect: "application", deployment: { id: "1", number: 1 }, release: { sha: otherSha } },
    ...{ run: "run", order: order(1), at: 5 },
    ...changes,
  };
}
async function entryOf(host: string) {
  const stored = (await store.read(uat)).get(host);
  return stored?.kind === "known" ? stored.entry : stored;
}

describe("the store of what runs", () => {
  it("keeps each host by itself", async () => {
    await store.noteOwnReading(uat, "web-1", { reading: A, fence: 1, at: 1 });
    await store.begin(uat, "web-1", restart());
    await store.end(uat, "web-1", restart({ order: order(1, true) }), "succeeded");
    await store.begin(uat, "web-2", restart());

    expect(await entryOf("web-1")).toMatchObject({
      application: { kind: "release", release: { sha: otherSha } },
    });
    expect(await entryOf("web-2")).toMatchObject({ application: { kind: "between" } });
  });

  it("lets no late writer change what a newer one wrote", async () => {
    await store.begin(uat, "web-1", restart({ order: order(2) }));
    await store.end(uat, "web-1", restart({ order: order(1, true) }), "succeeded");
    await store.noteOwnReading(uat, "web-1", { reading: A, fence: 1, at: 9 });

    expect(await entryOf("web-1")).toMatchObject({ application: { kind: "between" }, order: order(2) });
  });

  it("keeps every change when many write at once", async () => {
    const hosts = Array.from({ length: 20 }, (_, index) => `web-${index % 2}`);
    await Promise.all(
      hosts.map((host, index) => store.begin(uat, host, restart({ order: order(index + 1) }))),
    );

    expect(await entryOf("web-0")).toMatchObject({ order: order(19) });
    expect(await entryOf("web-1")).toMatchObject({ order: order(20) });
  });

  it("drops a reading of a host that was changed meanwhile", async () => {
    const before = (await store.read(uat)).get("web-1");
    await store.begin(uat, "web-1", restart());

    await store.noteReading(uat, "web-1", { reading: A, before, at: 9 });

    expect(await entryOf("web-1")).toMatchObject({ application: { kind: "between" } });
  });

  it.each(["not JSON", "{}", '{"schema":2}', "null"])(
    "takes %j for unknown, for its host alone",
    async (text) => {
      await store.noteOwnReading(uat, "web-2", { reading: A, fence: 1, at: 1 });
      await fixture.redis.hset(KEY, "web-1", text);

      await store.noteOwnReading(uat, "web-1", { reading: A, fence: 1, at: 1 });

      expect(await entryOf("web-1")).toEqual({ kind: "unreadable" });
      expect(await entryOf("web-2")).toMatchObject({ application: { kind: "release" } });
      await store.begin(uat, "web-1", restart());
      expect(await entryOf("web-1")).toMatchObject({
        application: { kind: "between", before: { kind: "unknown" } },
      });
    },
  );

  it("sets a key of another type aside at the next write, and reads it as nothing until then", async () => {
    await fixture.redis.set(KEY, "what somebody put there");

    expect(await store.read(uat)).toEqual(new Map());
    await store.begin(uat, "web-1", restart());

    expect(await entryOf("web-1")).toMatchObject({ application: { kind: "between" } });
    const [aside = ""] = await fixture.redis.keys(`slipway:quarantine:*:${KEY}`);
    expect(await fixture.redis.get(aside)).toBe("what somebody put there");
  });

  it("gives all that is known to those who compare it with the hosts", async () => {
    await store.begin(uat, "web-1", restart());
    await fixture.redis.set("slipway:running:shop/prod", "not a hash");

    const all = await readAllRunning(fixture.redis);

    expect(all.map(({ project, environment, hosts }) => [project, environment, [...hosts.keys()]])).toEqual([
      ["shop", "prod", []],
      ["shop", "uat", ["web-1"]],
    ]);
  });
});
