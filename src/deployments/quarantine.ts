import type { Redis } from "ioredis";
import { QUARANTINE_PREFIX } from "../set-aside.js";
import type { Target } from "./record.js";
import { environmentKey, type Unreadable } from "./stored-target.js";

const RECORD_PREFIX = "slipway:deployment:";
const HOLDS = "slipway:lock:deployments";

/** KEYS: what is moved, and where to. */
const MOVE_KEY = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('RENAME', KEYS[1], KEYS[2])
redis.call('PERSIST', KEYS[2])
return 1`;

/** Moves one field or member. KEYS: as above. ARGV: the entry; its value, where only that may be moved. */
const MOVE_ENTRY = `
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'hash' then
  local value = redis.call('HGET', KEYS[1], ARGV[1])
  if not value or (ARGV[2] and value ~= ARGV[2]) then return 0 end
  redis.call('HSET', KEYS[2], ARGV[1], value)
  return redis.call('HDEL', KEYS[1], ARGV[1])
elseif kind == 'zset' then
  local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if not score then return 0 end
  redis.call('ZADD', KEYS[2], score, ARGV[1])
  return redis.call('ZREM', KEYS[1], ARGV[1])
elseif kind == 'set' then
  if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 0 then return 0 end
  redis.call('SADD', KEYS[2], ARGV[1])
  return redis.call('SREM', KEYS[1], ARGV[1])
elseif kind == 'string' and redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('RENAME', KEYS[1], KEYS[2])
  return 1
end
return 0`;

/**
 * Moves what cannot be read to `slipway:quarantine:TIME:KEY`. A record goes with what points to it: its place in the
 * environment's line and the environment's lock. Nothing is lost, and doing it twice moves nothing twice.
 * @param at milliseconds since the epoch
 * @returns the keys in quarantine
 */
export async function setAside(
  redis: Redis,
  unreadable: readonly Unreadable[],
  at: number,
  target?: Target,
): Promise<readonly string[]> {
  const moved: string[] = [];
  const move = async (key: string, entry?: string, value?: string) => {
    const to = `${QUARANTINE_PREFIX}${new Date(at).toISOString()}:${key}`;
    const words = [entry, value].filter((word) => word !== undefined);
    if ((await redis.eval(entry === undefined ? MOVE_KEY : MOVE_ENTRY, 2, key, to, ...words)) === 1)
      moved.push(to);
  };
  for (const { key, entry } of unreadable) {
    await move(key, entry);
    if (target === undefined || entry !== undefined || !key.startsWith(RECORD_PREFIX)) continue;
    const id = key.slice(RECORD_PREFIX.length);
    for (const which of ["all", "open", "current"] as const) await move(environmentKey(target, which), id);
    await move(HOLDS, `${target.project}/${target.environment}`, id);
  }
  return [...new Set(moved)];
}
