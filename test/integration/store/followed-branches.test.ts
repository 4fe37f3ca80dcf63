import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RedisLink, startRedisLink } from "../../../sandbox/redis-link.js";
import { FollowedBranches } from "../../../src/deployments/followed-branches.js";
import { Sha } from "../../../src/deployments/release.js";
import { type RedisFixture, startRedisFixture } from "./redis-fixture.js";

const uat = { project: "shop", environment: "uat" };
const shaOf = (digit: string) => Sha.parse(digit.repeat(40));
const main = { repository: { name: "acme/shop" }, branch: "main" };
const move = { repository: "acme/shop", branch: "main", before: shaOf("a"), after: shaOf("b") };

let fixture: RedisFixture;
let link: RedisLink;
/** Over the link. */
let redis: Redis;

beforeAll(async () => {
  fixture = await startRedisFixture();
  link = await startRedisLink(fixture.server.port);
});
beforeEach(async () => {
  await fixture.redis.flushall();
  redis = new Redis(link.port, { maxRetriesPerRequest: null, retryStrategy: () => 1 });
  redis.on("error", () => undefined);
  await redis.ping();
});
afterEach(() => {
  link.onWrite(undefined);
  redis.disconnect();
});
afterAll(async () => {
  await link.close();
  await fixture.close();
});

/** The first answer is lost; before the command comes again, somebody else does something. */
function loseFirstAnswer(meanwhile: () => Promise<unknown>): void {
  let writes = 0;
  link.onWrite(async () => {
    writes++;
    if (writes === 2) await meanwhile();
    return writes === 1 ? "lose" : "carry";
  });
}

describe("a head whose answer was lost", () => {
  it("does not come back over a newer one that was noted meanwhile", async () => {
    const other = new FollowedBranches(fixture.redis);
    loseFirstAnswer(async () => other.advance(uat, main, shaOf("b"), await other.find(uat, "main")));

    const mine = await new FollowedBranches(redis).advance(uat, main, shaOf("a"), undefined);

    expect(mine).toMatchObject({ sha: shaOf("a"), generation: 1 });
    expect(await other.find(uat, "main")).toMatchObject({ sha: shaOf("b"), generation: 2 });
  });
});

describe("a head that is forgotten", () => {
  it("is none any more, and the next one has a number of its own", async () => {
    const followed = new FollowedBranches(fixture.redis);
    const first = await followed.advance(uat, main, shaOf("a"), undefined);
    if (first === undefined) throw new Error("it was not taken");

    await followed.forget(uat, first);

    expect(await followed.find(uat, "main")).toBeUndefined();
    expect(await followed.all()).toEqual([]);
    expect(await followed.advance(uat, main, shaOf("a"), undefined)).toMatchObject({ generation: 2 });
  });

  it("is not the newer one that was noted meanwhile", async () => {
    const followed = new FollowedBranches(fixture.redis);
    const first = await followed.advance(uat, main, shaOf("a"), undefined);
    if (first === undefined) throw new Error("it was not taken");
    const second = await followed.advance(uat, main, shaOf("b"), first);

    await followed.forget(uat, first);

    expect(await followed.all()).toEqual([{ target: uat, head: second }]);
  });
});

describe("keys that hold something else", () => {
  const moves = async () => {
    await new FollowedBranches(fixture.redis).noteMove(move, "the first");
    const [key] = (await fixture.redis.keys("slipway:moves:*")).filter((each) => !each.endsWith(":seen"));
    await fixture.redis.del(key ?? "", `${key}:seen`);
    return key ?? "";
  };

  it.each<[string, (key: string) => Promise<string>]>([
    ["the moves of a branch", async (key) => key],
    ["the deliveries of a branch", async (key) => `${key}:seen`],
    ["the heads", async () => "slipway:followed"],
  ])("do not keep a push from being followed, and are set aside: %s", async (_what, keyOf) => {
    const key = await keyOf(await moves());
    await fixture.redis.set(key, "garbage");
    const followed = new FollowedBranches(fixture.redis);

    expect(await followed.find(uat, "main")).toBeUndefined();
    expect(await followed.all()).toEqual([]);
    expect(await followed.noteMove(move, "a delivery")).toBe(true);
    expect(await followed.advance(uat, main, move.after, undefined)).toMatchObject({ sha: move.after });

    const [aside = ""] = await fixture.redis.keys("slipway:quarantine:*");
    expect(await fixture.redis.get(aside)).toBe("garbage");
  });

  it("do not count a garbage number of a commit", async () => {
    const key = await moves();
    await fixture.redis.hset(key, move.after, "garbage", move.before, "9".repeat(400));

    expect(await new FollowedBranches(fixture.redis).noteMove(move, "a delivery")).toBe(true);
  });
});
