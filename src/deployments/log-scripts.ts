/**
 * The scripts of the log store. Keys of each: `slipway:log:ID`, its `:mark`, its `:packed`, `slipway:logs` (ids by the
 * time of their end, `+inf` for those that are written) and `slipway:logs:sizes` (bytes of those that have ended).
 */

/**
 * Whose log it is, and what its end is of: a later worker goes on with the same part, or begins the next one. Only a
 * newer writer, or one that asks for it, finds a part that is its own already: then it is cut to what is certain, and
 * gone on with. Asked once more, because the answer was lost, it gives the same one.
 * Arguments: writer, seq, part, seconds kept, bytes of the tail, `1` to go on with one's own part, id.
 */
export const BEGIN = `
local writer, seq, part = unpack(redis.call('HMGET', KEYS[2], 'writer', 'seq', 'part'))
if writer and tonumber(writer) > tonumber(ARGV[1]) then return false end
local function answer()
  local fields = redis.call('HMGET', KEYS[2], 'offset', 'start', 'length', 'packed', 'broken')
  local offset, start, length = tonumber(fields[1]), tonumber(fields[2]), tonumber(fields[3])
  local first = math.max(start, length - ARGV[5])
  local text = redis.call('GETRANGE', KEYS[1], first, -1)
  return {offset, text, redis.call('STRLEN', KEYS[1]), length - start, tonumber(fields[4] or 0), tonumber(fields[5] or 0)}
end
if writer == ARGV[1] and seq == ARGV[2] then return answer() end
local length = redis.call('STRLEN', KEYS[1])
if part == ARGV[3] and (tonumber(writer) < tonumber(ARGV[1]) or ARGV[6] == '1') then
  local known = tonumber(redis.call('HGET', KEYS[2], 'length'))
  if known == 0 then
    redis.call('DEL', KEYS[1])
  elseif length > known then
    redis.call('SET', KEYS[1], redis.call('GETRANGE', KEYS[1], 0, known - 1), 'KEEPTTL')
  end
  local before = redis.call('HMGET', KEYS[2], 'cut-before', 'missing-before')
  redis.call('HSET', KEYS[2], 'writer', ARGV[1], 'seq', ARGV[2], 'open', part, 'broken', 0)
  redis.call('HSET', KEYS[2], 'cut', before[1] or 0, 'missing', before[2] or 0)
  return answer()
end
local found = redis.call('HMGET', KEYS[2], 'open', 'cut', 'missing')
local broken, missing = 0, found[3] or 0
if found[1] and found[1] ~= '' then broken = 1 missing = 1 end
redis.call('HSET', KEYS[2], 'writer', ARGV[1], 'seq', ARGV[2], 'open', ARGV[3], 'broken', broken)
redis.call('HSET', KEYS[2], 'part', ARGV[3], 'offset', 0, 'start', length, 'length', length)
redis.call('HSET', KEYS[2], 'missing', missing, 'cut-before', found[2] or 0, 'missing-before', missing)
redis.call('EXPIRE', KEYS[2], ARGV[4])
redis.call('ZADD', KEYS[4], '+inf', ARGV[7])
return answer()`;

/**
 * Appends what there is room for, up to a whole UTF-8 character, and the note after it, once; each piece once. A log
 * that is shorter than its writer left it has lost something: that is said where it is missing.
 * Arguments: text, limit, note, seconds kept, writer, seq, offset, marked length, expected length or -1, part, and `1`
 * for each of: text was left out, text is missing, the part has ended.
 */
export const APPEND = `
local writer, seq = unpack(redis.call('HMGET', KEYS[2], 'writer', 'seq'))
if writer and tonumber(writer) > tonumber(ARGV[5]) then return false end
local length = redis.call('STRLEN', KEYS[1])
if writer == ARGV[5] and seq and tonumber(seq) >= tonumber(ARGV[6]) then return {length, 0} end
redis.call('HSET', KEYS[2], 'writer', ARGV[5], 'seq', ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[4])
local lost = math.max(0, tonumber(ARGV[9]) - length)
if lost > 0 then
  local note = string.format('\\n[Slipway: %d bytes of output are missing here: Redis has lost them.]\\n', lost)
  length = redis.call('APPEND', KEYS[1], note)
  redis.call('HSET', KEYS[2], 'missing', 1)
end
if ARGV[10] ~= '' and redis.call('HGET', KEYS[2], 'part') ~= ARGV[10] then
  redis.call('HSET', KEYS[2], 'part', ARGV[10], 'offset', 0, 'start', length, 'length', length)
end
if ARGV[7] ~= '' and lost == 0 then
  redis.call('HSET', KEYS[2], 'offset', ARGV[7], 'length', math.min(length + ARGV[8], tonumber(ARGV[2])))
end
if ARGV[11] == '1' then redis.call('HSET', KEYS[2], 'cut', 1) end
if ARGV[12] == '1' then redis.call('HSET', KEYS[2], 'missing', 1) end
if ARGV[13] == '1' then redis.call('HSET', KEYS[2], 'open', '') end
local room = tonumber(ARGV[2]) - length
local text = ARGV[1]
if #text > room then
  redis.call('HSET', KEYS[2], 'cut', 1)
  if room < 0 then return {length, lost} end
  local next = string.byte(text, room + 1)
  while room > 0 and next >= 128 and next < 192 do
    room = room - 1
    next = string.byte(text, room + 1)
  end
  text = string.sub(text, 1, room) .. ARGV[3]
end
length = redis.call('APPEND', KEYS[1], text)
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {length, lost}`;

/** Not a transaction, which a Redis that is full refuses even for reading. */
export const READ = `
local fields = redis.call('HMGET', KEYS[2], 'writer', 'seq', 'cut', 'missing', 'open')
return {redis.call('GET', KEYS[3]), redis.call('GET', KEYS[1]), unpack(fields)}`;

/**
 * Replaces the text of a log that has ended by its compressed form, unless it was written to in the meantime. What
 * frees memory comes first: a Redis that is full refuses a script only before its first change.
 * Arguments: id, length of the text, writer, seq, compressed text, seconds kept, time of the end.
 */
export const PACK = `
local writer, seq = unpack(redis.call('HMGET', KEYS[2], 'writer', 'seq'))
if (writer or '') ~= ARGV[3] or (seq or '') ~= ARGV[4] then return 0 end
if redis.call('STRLEN', KEYS[1]) ~= tonumber(ARGV[2]) then return 0 end
if redis.call('DEL', KEYS[1]) == 1 then
  redis.call('APPEND', KEYS[3], ARGV[5])
  redis.call('HINCRBY', KEYS[2], 'packed', ARGV[2])
  redis.call('HSET', KEYS[2], 'part', '', 'offset', 0, 'start', 0, 'length', 0)
end
local size = redis.call('STRLEN', KEYS[3])
if size == 0 then
  redis.call('ZREM', KEYS[4], ARGV[1])
  return 1
end
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('EXPIRE', KEYS[3], ARGV[6])
redis.call('ZADD', KEYS[4], ARGV[7], ARGV[1])
redis.call('HSET', KEYS[5], ARGV[1], size)
return 1`;

/**
 * Drops the logs that ended first until all of them together fit. What is written at the moment counts, and stays.
 * Keys: the last two. Arguments: most bytes, or -1 to change nothing; the time before which logs have expired.
 * @returns bytes in use, logs, logs that were dropped
 */
export const TRIM = `
local may = tonumber(ARGV[1]) >= 0
if may then
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])) do
    redis.call('ZREM', KEYS[1], id)
    redis.call('HDEL', KEYS[2], id)
  end
end
local total = 0
for _, size in ipairs(redis.call('HVALS', KEYS[2])) do total = total + tonumber(size) end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '+inf', '+inf')) do
  local key = 'slipway:log:' .. id
  local size = redis.call('STRLEN', key)
  total = total + size
  if may and size == 0 and redis.call('EXISTS', key .. ':mark') == 0 then redis.call('ZREM', KEYS[1], id) end
end
local dropped = 0
while may and total > tonumber(ARGV[1]) do
  local id = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  if #id == 0 or id[2] == 'inf' then break end
  local key = 'slipway:log:' .. id[1]
  redis.call('DEL', key, key .. ':mark', key .. ':packed')
  total = total - tonumber(redis.call('HGET', KEYS[2], id[1]) or 0)
  redis.call('ZREM', KEYS[1], id[1])
  redis.call('HDEL', KEYS[2], id[1])
  dropped = dropped + 1
end
return {total, redis.call('ZCARD', KEYS[1]), dropped}`;
