import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { pino } from "pino";
import { z } from "zod";
import { startEmbeddedRedis } from "../redis/embedded.js";
import type { Secret } from "../secret.js";

/** Where the log is: the Redis of `REDIS_URL`, or else the one that Slipway keeps in its data directory. */
export interface RedisPlace {
  readonly redisUrl: Secret | undefined;
  readonly dataDirectory: string;
}

/** Standard output belongs to what the command prints. */
const SILENT = pino({ level: "silent" });

const Owner = z.object({ socket: z.string() });

/**
 * Opens the Redis that Slipway uses, also while it runs, for one command: nothing is tried again.
 * @throws Error of ioredis or NoRedisError when it cannot be reached
 */
export async function useRedis<Result>(
  place: RedisPlace,
  use: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  if (place.redisUrl !== undefined) return withConnection(place.redisUrl.reveal(), use);
  const running = await runningSocket(place.dataDirectory);
  if (running !== undefined && (await answers(running))) return withConnection(running, use);
  const embedded = await startEmbeddedRedis(place.dataDirectory, SILENT);
  try {
    return await withConnection(embedded.url.reveal(), use);
  } finally {
    await embedded.stop();
  }
}

async function withConnection<Result>(url: string, use: (redis: Redis) => Promise<Result>): Promise<Result> {
  const redis = connectOnce(url);
  try {
    await redis.connect();
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

function connectOnce(url: string): Redis {
  // ioredis takes a socket as a bare path.
  const redis = new Redis(url.replace(/^unix:\/\//, ""), {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  // `connect` throws the fault; without a listener it would be printed, too.
  redis.on("error", () => undefined);
  return redis;
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
    return (await withConnection(socket, (redis) => redis.ping())) === "PONG";
  } catch {
    return false;
  }
}
