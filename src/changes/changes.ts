import { randomBytes } from "node:crypto";
import { type Redis, ReplyError } from "ioredis";
import type { AuditEntry } from "../audit/audit-trail.js";
import { SET_ASIDE } from "../set-aside.js";
import { OUTBOX, pendingEntry } from "./outbox.js";

/** Something that a script writes in one step, at most once. */
export interface Change {
  /** Lua. Just before its first write it calls `commit(answer, number)`, and returns what that gives. */
  readonly script: string;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
  /** What is written down with it. A number that the script gives to `commit` becomes the entry's deployment. */
  readonly entry?: AuditEntry | undefined;
  /** Names the change: what was done under this name is not done again within a day. @defaultValue a random one */
  readonly id?: string | undefined;
}

/** Redis did not answer: whether the change was made is not known, and neither is whether it will be. */
export class UnknownOutcomeError extends Error {
  constructor(cause: unknown) {
    super("Redis did not say whether a change was made.", { cause });
    this.name = "UnknownOutcomeError";
  }
}

/** So often the same change is sent before its outcome counts as unknown. */
const ATTEMPTS = 3;
/** Longer than a command waits for a Redis that is away, as far as that is of use. */
const REMEMBERED_SECONDS = 24 * 3600;
const CHANGE_PREFIX = "slipway:change:";

/**
 * The connection sends a command again when its answer was lost, and others may have written meanwhile: a change that was
 * made is known by its id, and answered as it was the first time. The entry comes first and the id after it: where Redis is
 * full or read-only the first write is refused, and then nothing has happened.
 */
const PRELUDE = `${SET_ASIDE}
local change_key, outbox_key, entry = KEYS[#KEYS - 1], KEYS[#KEYS], ARGV[#ARGV]
local made = redis.call('GET', change_key)
if made then return made end
local function commit(answer, number)
  if entry ~= '' then
    set_aside_unless(outbox_key, 'list')
    redis.call('RPUSH', outbox_key, (number or '') .. entry)
  end
  redis.call('SET', change_key, answer, 'EX', ${REMEMBERED_SECONDS})
  return answer
end
`;

/**
 * Writes changes to Redis that recognise themselves, each together with its audit entry.
 * Keys: `slipway:change:ID` (the answer, for a day) and `slipway:audit:outbox` (entries that the audit log has yet to take).
 */
export class Changes {
  readonly #redis: Redis;
  readonly #now: () => number;
  #entryWritten: () => void = () => undefined;

  /** @param now milliseconds since the epoch: the time of an entry is that at which its change was asked for */
  constructor(redis: Redis, now: () => number = Date.now) {
    this.#redis = redis;
    this.#now = now;
  }

  /** @param listener told after each change that has an entry */
  onEntry(listener: () => void): void {
    this.#entryWritten = listener;
  }

  /**
   * @returns what the script answered when it was made, as text
   * @throws ReplyError where Redis refused the change, UnknownOutcomeError, ZodError for an entry that JSON cannot say
   */
  async apply({ script, keys, args, entry, id = changeId() }: Change): Promise<string> {
    const text = entry === undefined ? "" : pendingEntry(entry, this.#now());
    const all = [...keys, `${CHANGE_PREFIX}${id}`, OUTBOX];
    const answer = await this.#insist(() =>
      this.#redis.eval(PRELUDE + script, all.length, ...all, ...args, text),
    );
    if (entry !== undefined) this.#entryWritten();
    return String(answer);
  }

  /** Under its id, it may be sent as often as one likes. */
  async #insist(send: () => Promise<unknown>): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await send();
      } catch (error) {
        if (error instanceof ReplyError && attempt === 1) throw error;
        if (error instanceof ReplyError || attempt === ATTEMPTS) throw new UnknownOutcomeError(error);
      }
    }
  }
}

/** 96 random bits. */
export function changeId(): string {
  return randomBytes(12).toString("base64url");
}

const REFUSED = /(?:^|-)(?:OOM|READONLY|MISCONF|NOREPLICAS) /;

/**
 * Redis takes no writes now: it is full, read-only, cannot write to its disk, or has lost its replicas. It said so at the
 * first write of the change, so nothing of it was made.
 */
export function isWriteRefused(error: unknown): boolean {
  return error instanceof ReplyError && error instanceof Error && REFUSED.test(error.message);
}
