import type { Redis } from "ioredis";

/** Discord takes attachments of 10 MiB from a bot without boosts; the rest is room for the note below. */
export const LOG_LIMIT_BYTES = 8 * 1024 * 1024;
const KEPT_SECONDS = 30 * 24 * 3600;
const CUT_NOTE = "\n[Slipway: the output is longer than 8 MiB; the rest was left out.]\n";

/** Appends what there is room for, up to a whole UTF-8 character, and the note after it, once. */
const APPEND = `
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

/** The output of each deployment, redacted before it comes here; bounded, and kept for 30 days. */
export class LogStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async append(id: string, text: string): Promise<void> {
    await this.#redis.eval(APPEND, 1, logKey(id), text, LOG_LIMIT_BYTES, CUT_NOTE, KEPT_SECONDS);
  }

  /** @returns the whole log, UTF-8; empty when there is none */
  async read(id: string): Promise<Buffer> {
    return (await this.#redis.getBuffer(logKey(id))) ?? Buffer.alloc(0);
  }
}

function logKey(id: string): string {
  return `slipway:log:${id}`;
}
