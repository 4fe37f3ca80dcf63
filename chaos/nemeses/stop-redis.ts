import type { Nemesis } from "./nemesis.js";

/** The bot tries every 10 s at the longest to reach Redis. */
const PROGRESS_LIMIT_MS = 12_000;

/** SIGKILL of Redis, and a start on the same data when every lock in it is over. */
export const stopRedis: Nemesis = {
  name: "redis",
  title: "SIGKILL of Redis, outage longer than the lock",
  strikes: { short: 20, full: 200 },
  workers: 1,
  burst: 2,
  meets: "world",
  async strike(scene, random) {
    await scene.randomInstant(random);
    await scene.world.redis.kill();
    try {
      await scene.pause(scene.lockMs * (1.1 + random.next() / 2));
    } finally {
      await scene.world.redis.restart();
    }
    // What is struck again before it has begun to recover shows nothing new.
    await scene.untilProgress(PROGRESS_LIMIT_MS);
  },
};
