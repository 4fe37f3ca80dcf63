import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTcpLink, type TcpLink } from "../../../sandbox/host/tcp-link.js";
import { AuditLog } from "../../../src/audit/audit-log.js";
import { Changes, isWriteRefused, UnknownOutcomeError } from "../../../src/changes/changes.js";
import { LockStore } from "../../../src/deployments/lock-store.js";
import { DeploymentStore } from "../../../src/deployments/store.js";
import { approve } from "../../../src/deployments/transitions.js";
import { aRecord } from "../../unit/deployments/samples.js";
import { anEntry } from "../audit/entries.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";

let fixture: RedisFixture;
let link: TcpLink;
/** Over the link, which can lose answers. */
let redis: Redis;

beforeAll(async () => {
  fixture = await startRedisFixture();
  link = await startTcpLink(fixture.server.port);
});
afterAll(async () => {
  await link.close();
  await fixture.close();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  redis = new Redis(link.port, { maxRetriesPerRequest: null, retryStrategy: () => 10 });
  redis.on("error", () => undefined);
  await redis.ping();
});
afterEach(async () => {
  redis.disconnect();
  await fixture.redis.config("SET", "maxmemory", "0");
});

const INCREMENT = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
commit(1)
redis.call('INCR', KEYS[1])
return 1`;

const change = (from: number) => ({ script: INCREMENT, keys: ["count"], args: [from] });

async function actions(): Promise<readonly string[]> {
  const { entries } = await new AuditLog(fixture.redis).page({ count: 100, steps: true });
  return entries.map(({ action }) => action).reverse();
}

describe("a change whose answer was lost", () => {
  it("is answered as it was made, though others have changed the same meanwhile", async () => {
    await fixture.redis.set("count", 1);
    const others = new Changes(fixture.redis);
    const lost = link.loseAnswer();

    const answer = new Changes(redis).apply({ ...change(1), entry: anEntry() });
    await lost;
    await others.apply(change(2));
    await others.apply(change(3));

    expect(await answer).toBe("1");
    expect(await fixture.redis.get("count")).toBe("4");
    expect(await actions()).toEqual(["request"]);
  });

  it("is refused where it was refused", async () => {
    await fixture.redis.set("count", 7);
    const lost = link.loseAnswer();

    const answer = new Changes(redis).apply({ ...change(1), entry: anEntry() });
    await lost;

    expect(await answer).toBe("0");
    expect(await actions()).toEqual([]);
  });

  it("has a known outcome though Redis was full by the time it was sent again", async () => {
    await fixture.redis.set("count", 1);
    const lost = link.loseAnswer();

    const answer = new Changes(redis).apply({ ...change(1), entry: anEntry() });
    await lost;
    await fixture.redis.config("SET", "maxmemory", "1");

    expect(await answer).toBe("1");
  });

  it("has an unknown outcome where nobody answers any more", async () => {
    const lost = link.loseAnswer();
    const answer = new Changes(redis).apply({ ...change(1), entry: anEntry() });
    await lost;
    redis.disconnect();

    await expect(answer).rejects.toThrow(UnknownOutcomeError);
  });
});

describe("a Redis that takes no writes", () => {
  it.each([
    ["is full", () => fixture.redis.config("SET", "maxmemory", "1")],
    ["has too few replicas", () => fixture.redis.config("SET", "min-replicas-to-write", "1")],
    ["is read-only", () => fixture.redis.replicaof("127.0.0.1", 1)],
  ])("because it %s: nothing is changed, and that is known", async (_why, refuse) => {
    await fixture.redis.set("count", 1);
    await refuse();
    try {
      const answer = new Changes(redis).apply({ ...change(1), entry: anEntry() });
      const error = await answer.catch((each: unknown) => each);
      expect(isWriteRefused(error)).toBe(true);
    } finally {
      await fixture.redis.config("SET", "min-replicas-to-write", "0");
      await fixture.redis.config("SET", "maxmemory", "0");
      await fixture.redis.replicaof("NO", "ONE");
    }

    expect(await fixture.redis.get("count")).toBe("1");
    expect(await fixture.redis.keys("slipway:*")).toEqual([]);
  });
});

const approval = {
  ...{ reason: "protected" as const, quorum: 1, requesterMayApprove: false },
  ...{ expiresAt: Number.MAX_SAFE_INTEGER, planHash: "", given: [] },
};

describe("a store whose answer was lost", () => {
  it("does not take its own approval for that of another person", async () => {
    const {
      number: _number,
      version: _version,
      ...deployment
    } = aRecord({ state: "awaiting-approval", approval });
    const { record } = await new DeploymentStore(fixture.redis).create(deployment);
    const store = new DeploymentStore(redis);
    // The reading is answered; the writing is not.
    const known = await store.find(record.id);
    const lost = link.loseAnswer();

    const by = { userId: "7", userName: "lin" };
    const approved = store.update(record.id, (each) => approve(each, by, record.createdAt), {
      ...(known && { known }),
      entry: () => anEntry({ action: "approval" }),
    });
    await lost;

    expect(await approved).toMatchObject({ approval: { given: [by] } });
    expect(await actions()).toEqual(["approval"]);
  });

  it("does not take its own lock for that of another person, or its own hold", async () => {
    const locks = new LockStore(redis);
    const uat = { project: "shop", environment: "uat" };
    await locks.hold(uat, "dead");
    const lost = link.loseAnswer();

    const stolen = locks.steal(uat, "dead", "thief");
    await lost;

    expect(await stolen).toBe(true);
    expect(await locks.holder(uat)).toBe("thief");
  });
});
