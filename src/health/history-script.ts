/**
 * Writes one look at the checks of an environment, atomically. Each range is a ring: a bucket is kept under its range
 * and its number modulo the ring's length, and what lay there before is overwritten. So no hash can outgrow its rings,
 * however often it is written.
 *
 * KEYS: one hash for each check.
 * ARGV: at, covers, keep, late, the most that a look may cover (all ms),
 *       for each of the 3 ranges its name, the length of a bucket (ms) and of the ring (buckets),
 *       for each check its state, latency (ms, or empty) and the latency's bin.
 * A look that is older than the last one changes nothing.
 *
 * A bucket is a JSON array: start, upMs, downMs, probes, upProbes, and with a latency: count, sum, min, max, bins.
 * What cannot be read counts as not there.
 */
export const RECORD_SCRIPT = `
local at, covers = tonumber(ARGV[1]), tonumber(ARGV[2])
local keep, late, most = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local ranges = {}
for i = 6, 14, 3 do
  ranges[#ranges + 1] = {name = ARGV[i], length = tonumber(ARGV[i + 1]), count = tonumber(ARGV[i + 2])}
end

local function decoded(text)
  if not text then return nil end
  local ok, value = pcall(cjson.decode, text)
  if ok and type(value) == 'table' then return value end
end

local function numbers(list, first, last)
  for i = first, last do
    local value = list[i]
    -- NaN is the number that differs from itself; cjson reads it, but does not write it.
    if type(value) ~= 'number' or value ~= value or value < 0 or value > 1e15 then return false end
  end
  return true
end

local function field(range, start)
  return range.name .. ':' .. (math.floor(start / range.length) % range.count)
end

local function bucketAt(key, range, start)
  local kept = decoded(redis.call('HGET', key, field(range, start)))
  if kept and kept[1] == start and numbers(kept, 1, 5) then return kept end
  return {start, 0, 0, 0, 0}
end

local function put(key, range, bucket)
  redis.call('HSET', key, field(range, bucket[1]), cjson.encode(bucket))
end

local function credit(key, range, from, to, column)
  local start = math.floor(from / range.length) * range.length
  while start < to do
    local bucket = bucketAt(key, range, start)
    local known = math.min(to, start + range.length) - math.max(from, start)
    -- A clock that was set back goes through the same span twice.
    local room = math.max(0, range.length - bucket[2] - bucket[3])
    bucket[column] = bucket[column] + math.min(known, room)
    put(key, range, bucket)
    start = start + range.length
  end
end

local function count(key, range, state, latency, bin)
  local bucket = bucketAt(key, range, math.floor(at / range.length) * range.length)
  bucket[4] = bucket[4] + 1
  if state == 'up' then bucket[5] = bucket[5] + 1 end
  if latency then
    if not (numbers(bucket, 6, 9) and type(bucket[10]) == 'table') then
      bucket[6], bucket[7], bucket[8], bucket[9], bucket[10] = 0, 0, latency, latency, {}
    end
    bucket[6], bucket[7] = bucket[6] + 1, bucket[7] + latency
    bucket[8], bucket[9] = math.min(bucket[8], latency), math.max(bucket[9], latency)
    bucket[10][bin] = (tonumber(bucket[10][bin]) or 0) + 1
  end
  put(key, range, bucket)
end

local function write(key, state, latency, bin)
  local last = decoded(redis.call('HGET', key, 'last'))
  if last and not numbers(last, 1, 2) then last = nil end
  if last and at <= last[1] and last[1] - at <= late then return end
  for _, range in ipairs(ranges) do
    if last and last[1] < at then
      local to = math.min(at, last[1] + math.min(last[2], most))
      if last[3] == 'up' then credit(key, range, last[1], to, 2) end
      if last[3] == 'down' then credit(key, range, last[1], to, 3) end
    end
    if state ~= 'unknown' then count(key, range, state, latency, bin) end
  end
  redis.call('HSET', key, 'last', cjson.encode({at, covers, state}))
  redis.call('PEXPIRE', key, keep)
end

for i, key in ipairs(KEYS) do
  local first = 12 + 3 * i
  write(key, ARGV[first], tonumber(ARGV[first + 1]), ARGV[first + 2])
end`;
