import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { pino } from "pino";
import { z } from "zod";
import { addressOf } from "../redis/connect.js";
import { startEmbeddedRedis } from "../redis/embedded.js";
import { faultOf } from "../redis/fault.js";
import { Secret } from "../secret.js";

/** Where the log is: the Redis of `REDIS_URL`, or else the one that Slipway keeps in its data directory. */
export interface RedisPlace {
  readonly redisUrl: Secret | undefined;
  readonly dataDirectory: string;
}

/** Standard output belongs to what the command prints. */
const SILENT = pino({ level: "silent" });

/** A command at the terminal must not wait for ever. Milliseconds. */
const CONNECT_LIMIT_MS = 5_000;
const SILENCE_MS = 30_000;

const Owner = z.object({ socket: z.string() });

/**
 * Opens the Redis that Slipway uses, also while it runs, for one command: nothing is tried again.
 * @throws Error of ioredis, RedisFaultError or NoRedisError when it cannot be reached
 */
export async function useRedis<Result>(
  place: RedisPlace,
  use: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  if (place.redisUrl !== undefined) return withConnection(place.redisUrl, use);
  const running = await runningSocket(place.dataDirectory);
  if (running !== undefined && (await answers(running))) return withConnection(new Secret(running), use);
  const embedded = await startEmbeddedRedis(place.dataDirectory, SILENT);
  try {
    return await withConnection(embedded.url, use);
  } finally {
    await embedded.stop();
  }
}

async function withConnection<Result>(url: Secret, use: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = connectOnce(url);
  try {
    await connected(redis);
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

function connectOnce(url: Secret): Redis {
  return new Redis(addressOf(url), {
    ...{ lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 },
    ...{ connectTimeout: CONNECT_LIMIT_MS, socketTimeout: SILENCE_MS },
  });
}

/** ioredis tells only a listener what is wrong; `connect` itself says that the connection is closed. */
async function connected(redis: Redis): Promise<void> {
  let first: Error | undefined;
  redis.on("error", (error: Error) => {
    first ??= error;
  });
  await redis.connect().catch((error: unknown) => {
    throw faultOf(first) ?? first ?? error;
  });
}

async function runningSocket(dataDirectory: string): Promise<string | undefined> {
  try {
    return Owner.parse(JSON.parse(await readFile(join(dataDirectory, "redis", "owner.json"), "utf8"))).socket;
  } catch {
    return undefined;
  }
}

async function answers(socket: string): Promise<boolean> {
  try {
    return (await withConnection(new Secret(socket), (redis) => redis.ping())) === "PONG";
  } catch {
    return false;
  }
}
