import type { Nemesis } from "./nemesis.js";

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
    await scene.pause(random.integer(0, scene.lockMs));
  },
};
