import type { Redis } from "ioredis";
import { z } from "zod";
import { OUTBOX, readPending } from "../changes/outbox.js";
import { CHAIN_START, type ChainLink, seal } from "./chain.js";
import { ENTRIES, ENTRY_FIELD, HEAD, indexKeys, Place } from "./keys.js";

/** Other writers were faster more often than any number of them could be. */
export class AuditContentionError extends Error {
  readonly attempts: number;

  constructor(attempts: number) {
    super(`The audit log took no entry in ${attempts} attempts.`);
    this.name = "AuditContentionError";
    this.attempts = attempts;
  }
}

/** What no version of Slipway has written, and no entry can be made of. */
const SET_ASIDE = "slipway:audit:outbox:unreadable";
const BATCH = 100;
/** Each lost attempt is another writer's entry, so this bounds only a fault. */
const MAX_ATTEMPTS = 1_000;

/**
 * Takes the first entry out of the outbox and appends it, if it still is the first and the head is still the one that it
 * follows. Asked again after a lost answer it finds another entry there, and does nothing. XADD comes first: it refuses ids
 * that are not the greatest, and nothing else must have happened then.
 */
const TAKE = `
if redis.call('LINDEX', KEYS[3], 0) ~= ARGV[7] then return {1} end
local sequence = redis.call('HGET', KEYS[1], 'sequence') or ARGV[5]
local hash = redis.call('HGET', KEYS[1], 'hash') or ARGV[6]
if sequence ~= ARGV[1] or hash ~= ARGV[2] then return {sequence, hash} end
redis.call('XADD', KEYS[2], ARGV[3] .. '-0', ARGV[8], ARGV[9])
redis.call('HSET', KEYS[1], 'sequence', ARGV[3], 'hash', ARGV[4])
for index = 4, #KEYS do redis.call('RPUSH', KEYS[index], ARGV[3]) end
redis.call('LPOP', KEYS[3])
return {}`;

const LEAVE_OUT = `
if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[1] then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('LPOP', KEYS[1])
return 1`;

const Taken = z.union([
  z.tuple([]),
  z.tuple([z.literal(1)]),
  z.tuple([Place.shape.sequence, Place.shape.hash]),
]);

/** Moves what waits in the outbox into the chain: each entry once, in order, however many processes do so at once. */
export class Sealer {
  readonly #redis: Redis;
  /** As far as this process knows; the script tells when others went on. */
  #head: ChainLink = CHAIN_START;
  #turn: Promise<unknown> = Promise.resolve();
  /** A round that has not begun yet takes what is written until then. */
  #next: Promise<void> | undefined;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Resolves when all that waited at the time of the call is in the chain. @throws AuditContentionError, and what Redis throws */
  seal(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    const round = this.#turn.then(() => {
      this.#next = undefined;
      return this.#takeAll();
    });
    this.#turn = round.catch(() => undefined);
    this.#next = round;
    return round;
  }

  async #takeAll(): Promise<void> {
    for (;;) {
      const waiting = await this.#redis.lrange(OUTBOX, 0, BATCH - 1);
      if (waiting.length === 0) return;
      for (const text of waiting) if ((await this.#take(text)) === "gone") break;
    }
  }

  /** @returns `gone` where another process was faster */
  async #take(text: string): Promise<"taken" | "gone"> {
    const entry = readPending(text);
    if (entry === undefined) {
      await this.#redis.eval(LEAVE_OUT, 2, OUTBOX, SET_ASIDE, text);
      return "taken";
    }
    const keys = [HEAD, ENTRIES, OUTBOX, ...indexKeys(entry)];
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const last = this.#head;
      const { link, text: sealed } = seal(last, entry);
      const places = [last, link, CHAIN_START].flatMap(({ sequence, hash }) => [sequence, hash]);
      const answer = await this.#redis.eval(TAKE, keys.length, ...keys, ...places, text, ENTRY_FIELD, sealed);
      const taken = Taken.parse(answer);
      if (taken.length === 1) return "gone";
      this.#head = taken.length === 0 ? link : { sequence: taken[0], hash: taken[1] };
      if (taken.length === 0) return "taken";
    }
    throw new AuditContentionError(MAX_ATTEMPTS);
  }
}
