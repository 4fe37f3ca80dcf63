import { setTimeout as pause } from "node:timers/promises";
import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "pino";
import type { Secret } from "../secret.js";
import { StartFaultError } from "../start-fault-error.js";
import { kindOf, TroubleLog } from "../trouble-log.js";
import { faultOf, isLasting, isWrongDatabase, RedisFaultError } from "./fault.js";
import { MasterConnector } from "./master-connector.js";
import { tryCommands } from "./rights.js";

const FIRST_RETRY_MS = 100;
/** All must work again within 30 s of the end of a fault. */
const LONGEST_RETRY_MS = 3_000;
const CONNECT_LIMIT_MS = 5_000;
const KEEPALIVE_MS = 5_000;
/** A person at the terminal waits for it. */
const TRY_LIMIT_MS = 5_000;
/**
 * A link on which an answer is due and nothing comes for so long is dead, whatever TCP says of it. BullMQ has its workers
 * wait for up to 10 s.
 */
const SILENCE_MS = 12_000;

/** Redis would silently throw away records or jobs when its memory is full. */
export class EvictingRedisError extends StartFaultError {
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

/** How every lasting connection behaves; BullMQ copies it for its own. */
const OPTIONS = {
  Connector: MasterConnector,
  maxRetriesPerRequest: null,
  retryStrategy: (attempt: number) => Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt, 10), LONGEST_RETRY_MS),
  connectTimeout: CONNECT_LIMIT_MS,
  keepAlive: KEEPALIVE_MS,
  // Not `commandTimeout`: that would reject a write which Redis may have done. A link that is given up is opened again,
  // and what had no answer is sent again, the same.
  socketTimeout: SILENCE_MS,
  reconnectOnError,
} satisfies RedisOptions;

/** What a server answers that is not, or is no longer, a master with its data. */
const NOT_THE_MASTER = /READONLY|^MASTERDOWN|^LOADING|^UNBLOCKED/;
/** Never part of a MULTI here: a command out of the middle of one must not be sent alone. */
const SENT_AGAIN: ReadonlySet<string> = new Set(["eval", "evalsha", "bzpopmin"]);

/** 2: connects again and sends the refused command again. 1: connects again; the caller gets the refusal. */
function reconnectOnError(error: Error): 1 | 2 | false {
  if (!NOT_THE_MASTER.test(error.message)) return false;
  const { command } = error as { command?: { name?: unknown } };
  return SENT_AGAIN.has(String(command?.name).toLowerCase()) ? 2 : 1;
}

/** Where ioredis finds the server. It takes a socket as a bare path. */
export function addressOf(url: Secret): string {
  return url.reveal().replace(/^unix:\/\//, "");
}

/**
 * Opens the connection that records are read and written through. Commands wait while no master is reachable; the
 * connection is tried again for ever, with log lines that do not flood.
 */
export function connectRedis(url: Secret, logger: Logger): Redis {
  const redis = new Redis(addressOf(url), OPTIONS);
  const trouble = new TroubleLog(logger);
  redis.on("error", (error: Error) => {
    const err = faultOf(error) ?? error;
    trouble.report(`redis ${kindOf(err)}`, { err }, "Redis is out of reach; trying again");
    reported.add(`redis ${kindOf(err)}`);
    if (isWrongDatabase(err)) redis.disconnect(true);
  });
  const reported = new Set<string>();
  redis.on("ready", () => {
    for (const key of reported) trouble.over(key, "Redis is in reach again");
    reported.clear();
    logger.info("connected to Redis");
  });
  return redis;
}

/**
 * Waits for Redis and checks that it keeps what it is given.
 * @throws EvictingRedisError when it may throw data away, RedisFaultError when a person has to change something first
 */
export async function checkRedis(redis: Redis, logger: Logger): Promise<void> {
  const info = await unlessLasting(redis, redis.info());
  const policy = infoField(info, "maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction") throw new EvictingRedisError(policy);
  if (infoField(info, "aof_enabled") === "0") {
    logger.warn(
      "Redis runs without an append-only file: a crash of Redis loses acknowledged deployments. Set appendonly yes.",
    );
  }
  await checkRights(redis);
}

export type RedisVerdict =
  | { readonly kind: "usable" }
  /** The start would end with these words, or wait. */
  | { readonly kind: "refused" | "away"; readonly words: string };

/** Looks for a moment, as the start would: `slipway check` must say before what ends the start. */
export async function tryRedis(
  url: Secret,
  logger: Logger,
  limitMs: number = TRY_LIMIT_MS,
): Promise<RedisVerdict> {
  const redis = connectRedis(url, logger);
  let last: Error | undefined;
  redis.on("error", (error: Error) => {
    last = faultOf(error) ?? (last instanceof RedisFaultError ? last : error);
  });
  try {
    const inTime = checkRedis(redis, logger).then(() => true);
    if (await Promise.race([inTime, pause(limitMs, false, { ref: false })])) return { kind: "usable" };
    return { kind: "away", words: last?.message ?? `no answer within ${limitMs / 1000} s` };
  } catch (error) {
    return { kind: "refused", words: error instanceof Error ? error.message : String(error) };
  } finally {
    redis.disconnect();
  }
}

/** The answer, or the fault that keeps it from ever coming. */
async function unlessLasting<Answer>(redis: Redis, answer: Promise<Answer>): Promise<Answer> {
  let listener: (error: Error) => void = () => undefined;
  const lasting = new Promise<never>((_, reject) => {
    listener = (error) => {
      const fault = faultOf(error);
      if (isLasting(fault)) reject(fault);
    };
    redis.on("error", listener);
  });
  try {
    return await Promise.race([answer.catch(inWords), lasting]);
  } finally {
    redis.off("error", listener);
  }
}

function inWords(error: unknown): never {
  throw faultOf(error) ?? error;
}

async function checkRights(redis: Redis): Promise<void> {
  try {
    await tryCommands(redis);
  } catch (error) {
    const fault = faultOf(error);
    if (isLasting(fault)) throw fault;
    // A Redis that is full or read-only for now is waited for: see the readiness of `/readyz`.
  }
}

function infoField(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1];
}
