import { Redis } from "ioredis";
import type { Logger } from "pino";
import type { Secret } from "../secret.js";

const LONGEST_RETRY_MS = 10_000;

/** Redis would silently throw away records or jobs when its memory is full. */
export class EvictingRedisError extends Error {
  readonly policy: string;

  constructor(policy: string) {
    super(
      `Redis runs with maxmemory-policy ${policy}: when its memory is full it throws away deployments and jobs. ` +
        "Set it to noeviction (redis.conf, or CONFIG SET maxmemory-policy noeviction) and start Slipway again.",
    );
    this.name = "EvictingRedisError";
    this.policy = policy;
  }
}

/**
 * Opens the connection that records are read and written through. Commands wait while Redis is away; the
 * connection is tried again for ever, with a log line each time.
 */
export function connectRedis(url: Secret, logger: Logger): Redis {
  // ioredis takes a socket as a bare path.
  const redis = new Redis(url.reveal().replace(/^unix:\/\//, ""), {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(100 * 2 ** attempt, LONGEST_RETRY_MS),
  });
  redis.on("error", (error: Error) => logger.warn({ err: error }, "Redis is out of reach; trying again"));
  redis.on("ready", () => logger.info("connected to Redis"));
  return redis;
}

/**
 * Waits for Redis and checks that it keeps what it is given.
 * @throws EvictingRedisError when it may throw data away
 */
export async function checkRedis(redis: Redis, logger: Logger): Promise<void> {
  const info = await redis.info();
  const policy = infoField(info, "maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction") throw new EvictingRedisError(policy);
  if (infoField(info, "aof_enabled") === "0") {
    logger.warn(
      "Redis runs without an append-only file: a crash of Redis loses acknowledged deployments. Set appendonly yes.",
    );
  }
}

function infoField(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
}
