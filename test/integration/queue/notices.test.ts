import { Worker } from "bullmq";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { notice } from "../../../jobs/notice.js";
import { queuedLockNotices } from "../../../src/app/lock-notice.js";
import type { LockNotices } from "../../../src/app/locks.js";
import { tendLocks } from "../../../src/app/tend-locks.js";
import type { ManualFreeze, PersonLock } from "../../../src/deployments/locks.js";
import { NOTICES_QUEUE, Queues } from "../../../src/queue.js";
import type { JobParts } from "../../../src/worker.js";
import { lockWorldOf, MemoryNotices } from "../../unit/app/lock-ports.js";
import { configWith, environmentInput } from "../../unit/deployments/samples.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";

const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const ada = { userId: "1", userName: "ada" };
const scope = { project: "shop", environment: "uat" };
const lock: PersonLock = {
  ...scope,
  ...{ owner: ada, reason: "migration", since: NOW, expiresAt: NOW + HOUR, reminded: false },
};
const freeze: ManualFreeze = { ...scope, by: ada, reason: "stop the line", since: NOW };

let fixture: RedisFixture;
let queues: Queues;
let worker: Worker;
let discord: MemoryNotices;
/** Milliseconds since the epoch. */
let at: number;
let attempts: number;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  queues = new Queues(fixture.redis, () => undefined);
  discord = new MemoryNotices();
  [at, attempts] = [NOW, 0];
  const parts = { lockNotices: discord, now: () => at } as unknown as JobParts;
  worker = new Worker(
    NOTICES_QUEUE,
    async (job, token) => {
      attempts++;
      await notice.process(job, parts, token ?? "");
    },
    { connection: fixture.redis, settings: { backoffStrategy: () => 10 } },
  );
  worker.on("error", () => undefined);
});
afterEach(async () => {
  await worker.close(true);
  await queues.close();
});
afterAll(() => fixture.close());

const told = () => expect.poll(() => discord.told);
const events: readonly (readonly [string, (notices: LockNotices) => Promise<void>])[] = [
  ["locked shop/uat", (notices) => notices.locked(lock)],
  ["unlocked shop/uat of ada by ada", (notices) => notices.unlocked(lock, ada)],
  ["reminder shop/uat", (notices) => notices.reminder(lock)],
  ["expired shop/uat", (notices) => notices.expired(lock)],
  ["frozen shop/uat", (notices) => notices.frozen(freeze)],
  ["unfrozen shop/uat by ada", (notices) => notices.unfrozen(freeze, ada)],
  ["unfrozen shop/uat by time", (notices) => notices.unfrozen(freeze, undefined)],
];

describe("a notice about a lock", () => {
  it.each(events)("is told (%s)", async (said, tell) => {
    await tell(queuedLockNotices(queues));

    await told().toEqual([said]);
  });

  it("is told once Discord is back, also when a lock ended meanwhile", async () => {
    discord.broken = true;
    const world = lockWorldOf(fixture, configWith({ uat: environmentInput() }));
    await world.locks.take({ ...lock, since: world.at, expiresAt: world.at + HOUR });
    world.at += 2 * HOUR;
    await tendLocks({ ...world.parts, notices: queuedLockNotices(queues) });
    await expect.poll(() => attempts).toBeGreaterThan(2);

    discord.broken = false;

    await told().toEqual(["expired shop/uat"]);
  });

  it("is no reminder any more when the lock has ended", async () => {
    at = lock.expiresAt;

    await queuedLockNotices(queues).reminder(lock);
    await queuedLockNotices(queues).expired(lock);

    await told().toEqual(["expired shop/uat"]);
  });
});
