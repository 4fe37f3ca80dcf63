import type { Redis } from "ioredis";
import { z } from "zod";

/** Discord takes attachments of 10 MiB from a bot without boosts; the rest is room for the note below. */
export const LOG_LIMIT_BYTES = 8 * 1024 * 1024;
const KEPT_SECONDS = 30 * 24 * 3600;
const CUT_NOTE = "\n[Slipway: the output is longer than 8 MiB; the rest was left out.]\n";

/**
 * Whose log it is, and what its end is of: a later worker goes on with the same part, or begins the next one. Only a
 * newer writer finds a part that is its own already: then it is cut to what is certain, and gone on with. Asked once
 * more, because the answer was lost, it gives the same one.
 */
const BEGIN = `
local writer, seq, part = unpack(redis.call('HMGET', KEYS[2], 'writer', 'seq', 'part'))
if writer and tonumber(writer) > tonumber(ARGV[1]) then return false end
local function answer()
  local offset, start, length = unpack(redis.call('HMGET', KEYS[2], 'offset', 'start', 'length'))
  local first = math.max(tonumber(start), tonumber(length) - ARGV[5])
  return {tonumber(offset), redis.call('GETRANGE', KEYS[1], first, -1)}
end
if writer == ARGV[1] and seq == ARGV[2] then return answer() end
local length = redis.call('STRLEN', KEYS[1])
if part == ARGV[3] and tonumber(writer) < tonumber(ARGV[1]) then
  local known = tonumber(redis.call('HGET', KEYS[2], 'length'))
  if known == 0 then
    redis.call('DEL', KEYS[1])
  elseif length > known then
    redis.call('SET', KEYS[1], redis.call('GETRANGE', KEYS[1], 0, known - 1), 'KEEPTTL')
  end
  redis.call('HSET', KEYS[2], 'writer', ARGV[1], 'seq', ARGV[2])
  return answer()
end
redis.call('HSET', KEYS[2], 'writer', ARGV[1], 'seq', ARGV[2])
redis.call('HSET', KEYS[2], 'part', ARGV[3], 'offset', 0, 'start', length, 'length', length)
redis.call('EXPIRE', KEYS[2], ARGV[4])
return answer()`;

/** Appends what there is room for, up to a whole UTF-8 character, and the note after it, once; each piece once. */
const APPEND = `
local writer, seq = unpack(redis.call('HMGET', KEYS[2], 'writer', 'seq'))
if writer and tonumber(writer) > tonumber(ARGV[5]) then return 0 end
if writer == ARGV[5] and seq and tonumber(seq) >= tonumber(ARGV[6]) then return 0 end
redis.call('HSET', KEYS[2], 'writer', ARGV[5], 'seq', ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[4])
if ARGV[7] ~= '' then
  local length = redis.call('STRLEN', KEYS[1]) + ARGV[8]
  redis.call('HSET', KEYS[2], 'offset', ARGV[7], 'length', math.min(length, tonumber(ARGV[2])))
end
local room = tonumber(ARGV[2]) - redis.call('STRLEN', KEYS[1])
if room < 0 then return 0 end
local text = ARGV[1]
if #text > room then
  local next = string.byte(text, room + 1)
  while room > 0 and next >= 128 and next < 192 do
    room = room - 1
    next = string.byte(text, room + 1)
  end
  text = string.sub(text, 1, room) .. ARGV[3]
end
redis.call('APPEND', KEYS[1], text)
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 0`;

/** Who writes to a log, and the number of the call: ioredis sends a call whose answer was lost once more. */
export interface LogCall {
  /** The fence token of a worker. */
  readonly writer: number;
  /** Grows with each of the writer's calls to this log. */
  readonly seq: number;
}

/** Up to where the output of a run is in the log, so that another worker can go on from there. */
export interface LogMark {
  /** Position in the run's own log on the host, bytes. */
  readonly offset: number;
  /** How much of the text that is appended belongs to it, bytes. */
  readonly length: number;
}

/** Where a writer begins. */
export interface LogStart {
  /** Position in the run's own log on the host, bytes: 0 for a part that is new. */
  readonly offset: number;
  /** The last characters of what the log holds of this part already. */
  readonly text: string;
}

/**
 * The output of each deployment, redacted before it comes here; bounded, and kept for 30 days. Keys:
 * `slipway:log:ID` (text) and `slipway:log:ID:mark` (who writes, which of its calls was the last, and up to where the
 * present part is certain). Once a newer writer has begun, the earlier one's text is dropped.
 */
export class LogStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * Begins a part of the log, or goes on with the part that an earlier writer left.
   * @param part names what is written: a step's run, a check, the diagnostics
   * @param tailBytes how much text is wanted back where it goes on
   * @returns undefined where a newer writer has begun
   */
  async begin(
    id: string,
    { writer, seq }: LogCall,
    part: string,
    tailBytes: number,
  ): Promise<LogStart | undefined> {
    const keys = [logKey(id), markKey(id)];
    const answer = await this.#redis.eval(BEGIN, 2, ...keys, writer, seq, part, KEPT_SECONDS, tailBytes);
    const start = Start.safeParse(answer).data;
    return start && { offset: start[0], text: start[1] };
  }

  async append(id: string, { writer, seq }: LogCall, text: string, mark?: LogMark): Promise<void> {
    const { offset = "", length = 0 } = mark ?? {};
    const keys = [logKey(id), markKey(id)];
    const limits = [LOG_LIMIT_BYTES, CUT_NOTE, KEPT_SECONDS];
    await this.#redis.eval(APPEND, 2, ...keys, text, ...limits, writer, seq, offset, length);
  }

  /** @returns the whole log, UTF-8; empty when there is none */
  async read(id: string): Promise<Buffer> {
    return (await this.#redis.getBuffer(logKey(id))) ?? Buffer.alloc(0);
  }
}

const Start = z.tuple([z.number(), z.string()]);

function logKey(id: string): string {
  return `slipway:log:${id}`;
}

function markKey(id: string): string {
  return `slipway:log:${id}:mark`;
}
