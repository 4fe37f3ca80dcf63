import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "../../../sandbox/redis.js";

export interface RedisFixture {
  readonly server: RedisServer;
  readonly redis: Redis;
  close(): Promise<void>;
}

/** A real Redis of its own and one connection to it. */
export async function startRedisFixture(): Promise<RedisFixture> {
  const server = await startRedis();
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  return {
    server,
    redis,
    async close() {
      redis.disconnect();
      await server.stop();
    },
  };
}
