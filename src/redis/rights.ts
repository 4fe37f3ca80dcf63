import type { Redis } from "ioredis";

/** What Slipway and BullMQ keep their keys under. */
const PREFIXES = ["slipway:check", "bull:slipway-check"];

/**
 * Every command that the scripts of Slipway and BullMQ call, in a form that is complete and changes nothing but keys
 * that are deleted at once. S, L, H, Z, M, X stand for a key of that type, N for one that does not exist.
 */
export const COMMAND_FORMS: readonly string[] = [
  ...["SET S 1", "GET S", "MGET S", "APPEND S 1", "GETRANGE S 0 1", "STRLEN S", "EXISTS S", "TYPE S"],
  ...["INCR N", "INCRBY N 1", "DEL N", "UNLINK N", "EXPIRE S 9", "PEXPIRE S 9000", "PEXPIREAT N 1", "PTTL S"],
  ...["PERSIST S", "RENAME S N", "TIME", "SCAN 0 COUNT 1"],
  ...["HSET H a 1", "HMSET H a 1", "HGET H a", "HMGET H a", "HGETALL H", "HVALS H", "HLEN H", "HEXISTS H a"],
  ...["HINCRBY H n 1", "HDEL H a"],
  ...[
    "RPUSH L a",
    "LPUSH L a",
    "LSET L 0 a",
    "LINDEX L 0",
    "LRANGE L 0 1",
    "LLEN L",
    "LPOS L a",
    "LTRIM L 0 9",
  ],
  ...["RPOPLPUSH L L", "LREM L 0 b", "LPOP L", "RPOP L"],
  ...["SADD M a", "SISMEMBER M a", "SMEMBERS M", "SCARD M", "SREM M a"],
  ...[
    "ZADD Z 1 a",
    "ZCARD Z",
    "ZSCORE Z a",
    "ZCOUNT Z 0 1",
    "ZLEXCOUNT Z - +",
    "ZRANGE Z 0 1",
    "ZREVRANGE Z 0 1",
  ],
  ...["ZRANGEBYSCORE Z 0 1", "ZREVRANGEBYSCORE Z 1 0", "ZRANGEBYLEX Z - +", "ZREMRANGEBYSCORE Z 5 6"],
  ...["ZREMRANGEBYRANK Z 5 6", "ZREM Z b", "ZPOPMIN Z"],
  ...[
    "XADD X * a 1",
    "XLEN X",
    "XRANGE X - +",
    "XREVRANGE X + -",
    "XREAD STREAMS X 0",
    "XDEL X 1-1",
    "XTRIM X MAXLEN 9",
  ],
];

/** @returns the first refusal, with the name of its command; tries the others as well, so that the keys go */
const TRY_ALL = `
local refusal = false
for _, form in ipairs(ARGV) do
  local words = {}
  for word in string.gmatch(form, '%S+') do
    if #words > 0 and string.find(word, '^[SLHZMXN]$') then word = KEYS[1] .. ':' .. word end
    table.insert(words, word)
  end
  local answer = redis.pcall(unpack(words))
  local text = type(answer) == 'table' and answer.err
  if text and not refusal then
    if string.find(text, 'NOPERM') or string.find(text, "can't run this command") then
      refusal = 'NOPERM ' .. words[1]
    elseif string.find(string.lower(text), 'unknown') then
      refusal = 'ERR unknown command ' .. words[1]
    end
  end
end
for _, kind in ipairs({ 'S', 'L', 'H', 'Z', 'M', 'X', 'N' }) do redis.pcall('DEL', KEYS[1] .. ':' .. kind) end
return refusal
`;

/**
 * Tries each kind of command that Slipway and BullMQ use, on keys of both.
 * @throws the answer of Redis that refuses one
 */
export async function tryCommands(redis: Redis): Promise<void> {
  for (const prefix of PREFIXES) {
    await redis.set(prefix, "1", "PX", 1_000);
    const refusal = await redis.eval(TRY_ALL, 1, prefix, ...COMMAND_FORMS);
    if (typeof refusal === "string") throw new Error(`${refusal} (on ${prefix}:…)`);
  }
  // The commands that no script may hold, or that are sent outside of one.
  await redis.bzpopmin("bull:slipway-check:none", 0.01);
  await redis.scan("0", "MATCH", "slipway:check:none", "COUNT", 1);
  await redis.multi().get("slipway:check:none").exec().catch(firstRefusal);
  await redis.ping();
}

/** EXEC says only that no transaction was begun; why not, MULTI has said before. */
function firstRefusal(error: unknown): never {
  const { previousErrors } = error as { readonly previousErrors?: unknown };
  throw (Array.isArray(previousErrors) && previousErrors[0]) || error;
}
