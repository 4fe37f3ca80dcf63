import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Target } from "../deployments/record.js";

/** A process that died keeps an environment from being probed for so long. Milliseconds. */
const HELD_MS = 15_000;
const RENEWED_MS = 5_000;

/** What is of another type, or would never end, is nobody's turn. */
const HOLDER = `
local function holder()
  if redis.call('TYPE', KEYS[1]).ok ~= 'string' or redis.call('PTTL', KEYS[1]) == -1 then return nil end
  return redis.call('GET', KEYS[1])
end`;

/** ioredis sends unanswered commands again: what is one's own already is taken. */
const TAKE = `${HOLDER}
local held = holder()
if held and held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

const END = `${HOLDER}
if holder() == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`;

/**
 * Lets an environment be probed by one at a time, in whichever process: a check that hangs is not started again beside
 * itself. Keys: `slipway:probing:PROJECT/ENVIRONMENT`.
 */
export class ProbeTurns {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** @returns how to end the turn; `undefined` while another probe of it is under way */
  async take({ project, environment }: Target): Promise<(() => Promise<void>) | undefined> {
    const key = `slipway:probing:${project}/${environment}`;
    const token = randomUUID();
    const take = () => this.#redis.eval(TAKE, 1, key, token, HELD_MS);
    if ((await take()) !== 1) return undefined;
    // A renewal that fails costs no more than a probe too many.
    const timer = setInterval(() => void take().catch(() => undefined), RENEWED_MS);
    return async () => {
      clearInterval(timer);
      await this.#redis.eval(END, 1, key, token);
    };
  }
}
