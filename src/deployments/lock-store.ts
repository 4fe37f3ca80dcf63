import type { Redis } from "ioredis";
import { z } from "zod";
import { Changes } from "../changes/changes.js";
import { FENCE_FURTHEST_AHEAD_MS } from "../fence-limit.js";
import { unlessWrongType } from "../wrong-type.js";
import { type LockScope, ManualFreeze, PersonLock } from "./locks.js";
import { setAside } from "./quarantine.js";
import type { Target } from "./record.js";
import { type ChangeOptions, ScopedEntries } from "./scoped-entries.js";
import { findUnreadable } from "./stored-target.js";

export type TakeOutcome =
  | { readonly kind: "taken"; readonly lock: PersonLock }
  /** Somebody else's, as it is. */
  | { readonly kind: "held"; readonly lock: PersonLock };

export type FreezeOutcome =
  | { readonly kind: "frozen"; readonly freeze: ManualFreeze }
  /** Somebody else's, as it is. */
  | { readonly kind: "held"; readonly freeze: ManualFreeze };

/** A deployment that holds its environment. */
export interface Holder extends Target {
  readonly deploymentId: string;
}

/** The last moment that JavaScript can name: what cannot be read does not end by itself. */
const NEVER = 8_640_000_000_000_000;
const NOBODY = { userId: "0", userName: "unknown" };

const HOLD = `
local holder = redis.call('HGET', KEYS[1], ARGV[1])
if holder and holder ~= ARGV[2] then return holder end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return ''`;

const LET_GO = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])`;

/**
 * Reads a token; 0 for anything else: text, an infinity, a number that is more than a year ahead of both clocks. A
 * token that nobody gave out would otherwise stay the largest for ever.
 */
const FENCE_OF = `
local time = redis.call('TIME')
local redisNow = time[1] * 1000 + math.floor(time[2] / 1000)
local latest = math.max(redisNow, tonumber(ARGV[2])) + ${FENCE_FURTHEST_AHEAD_MS}
local function fenceOf(text)
  if not text or not string.match(text, '^%d+$') or #text > 16 then return 0 end
  local fence = tonumber(text)
  return fence <= latest and fence or 0
end`;

/** Grows for ever, also past a Redis that has lost everything: the clock is in it. Milliseconds since the epoch. */
const NEXT_FENCE = `
${FENCE_OF}
local fence = math.max(redisNow, fenceOf(redis.call('HGET', KEYS[1], ARGV[1])) + 1)
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', fence))
return fence`;

const NOTE_FENCE = `
${FENCE_OF}
local noted = fenceOf(ARGV[3])
if noted == 0 then return 0 end
if fenceOf(redis.call('HGET', KEYS[1], ARGV[1])) < noted then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1`;

/** Asked again after a lost answer, it finds the environment stolen, and is content. */
const STEAL = `
local holder = redis.call('HGET', KEYS[1], ARGV[1])
if holder == ARGV[3] then return 1 end
if holder ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

/**
 * Locks and freezes of people, and the locks of running deployments, in Redis. What cannot be read counts as locked.
 * Keys, each a hash by scope: `slipway:lock:people`, `slipway:lock:freezes`, `slipway:lock:deployments`,
 * `slipway:lock:fences` (the newest token of each environment).
 */
export class LockStore {
  readonly #redis: Redis;
  readonly #changes: Changes;
  readonly #locks: ScopedEntries<PersonLock>;
  readonly #freezes: ScopedEntries<ManualFreeze>;

  constructor(redis: Redis, changes: Changes = new Changes(redis)) {
    this.#redis = redis;
    this.#changes = changes;
    this.#locks = new ScopedEntries(redis, changes, "slipway:lock:people", decodeLock);
    this.#freezes = new ScopedEntries(redis, changes, "slipway:lock:freezes", decodeFreeze);
  }

  /** Takes a free scope, or gives the owner's own lock a new reason and end. An expired lock counts as free. */
  async take(lock: PersonLock, options: ChangeOptions<PersonLock> = {}): Promise<TakeOutcome> {
    const { before, change } = await this.#locks.change(
      lock,
      (current) => {
        if (current === undefined || current.expiresAt <= lock.since) return { kind: "put", entry: lock };
        if (!isBy(current, current.owner, lock.owner)) return { kind: "keep" };
        return { kind: "put", entry: { ...lock, since: current.since, renewedAt: lock.since } };
      },
      options,
    );
    if (change.kind === "put") return { kind: "taken", lock: change.entry };
    return { kind: "held", lock: before ?? lock };
  }

  /**
   * @param since only a lock that was taken then
   * @returns what was removed, expired or not; undefined when there was nothing
   */
  async release(
    scope: LockScope,
    since?: number,
    options: ChangeOptions<PersonLock> = {},
  ): Promise<PersonLock | undefined> {
    const { before, change } = await this.#locks.change(
      scope,
      (current) => (since === undefined || current?.since === since ? removing(current) : { kind: "keep" }),
      options,
    );
    if (change.kind === "remove") return before;
    return since === undefined || since === 0 ? this.#setAsideData(scope, options) : undefined;
  }

  /**
   * The lock of this very scope, unless it has expired. A lock of the project is another scope. An environment whose
   * records cannot be read counts as locked.
   */
  async find(scope: LockScope, now: number): Promise<PersonLock | undefined> {
    return (await this.#locks.find(scope, now)) ?? (await this.#lockOfData(scope));
  }

  all(now: number): Promise<readonly PersonLock[]> {
    return this.#locks.all(now);
  }

  /** @returns true once for each end of a lock: a lock that was renewed meanwhile is another one */
  async markReminded(lock: PersonLock): Promise<boolean> {
    const { change } = await this.#locks.change(lock, (current) =>
      current?.since === lock.since && current.expiresAt === lock.expiresAt && !current.reminded
        ? { kind: "put", entry: { ...current, reminded: true } }
        : { kind: "keep" },
    );
    return change.kind === "put";
  }

  /** Removes and answers the locks that have expired, each once. */
  takeExpired(now: number, options: ChangeOptions<PersonLock> = {}): Promise<readonly PersonLock[]> {
    return this.#locks.takeExpired(now, options);
  }

  /** Freezes, or gives the person's own freeze a new reason and end. An expired freeze counts as none. */
  async freeze(freeze: ManualFreeze, options: ChangeOptions<ManualFreeze> = {}): Promise<FreezeOutcome> {
    const { before, change } = await this.#freezes.change(
      freeze,
      (current) => {
        const over = current?.expiresAt !== undefined && current.expiresAt <= freeze.since;
        if (current === undefined || over) return { kind: "put", entry: freeze };
        if (!isBy(current, current.by, freeze.by)) return { kind: "keep" };
        return { kind: "put", entry: { ...freeze, since: current.since } };
      },
      options,
    );
    if (change.kind === "put") return { kind: "frozen", freeze: change.entry };
    return { kind: "held", freeze: before ?? freeze };
  }

  /** @returns what was removed, expired or not; undefined when there was nothing */
  async unfreeze(
    scope: LockScope,
    options: ChangeOptions<ManualFreeze> = {},
  ): Promise<ManualFreeze | undefined> {
    return (await this.#freezes.change(scope, removing, options)).before;
  }

  /** Of the freezes of the environment and of its project, the one that lasts longer. */
  async findFreeze(target: Target, now: number): Promise<ManualFreeze | undefined> {
    const [own, ofProject] = await Promise.all([
      this.#freezes.find(target, now),
      this.#freezes.find({ project: target.project }, now),
    ]);
    if (own === undefined || ofProject === undefined) return own ?? ofProject;
    return endOf(own) < endOf(ofProject) ? ofProject : own;
  }

  freezes(now: number): Promise<readonly ManualFreeze[]> {
    return this.#freezes.all(now);
  }

  /** The freeze of this very scope, unless it has expired. */
  freezeOf(scope: LockScope, now: number): Promise<ManualFreeze | undefined> {
    return this.#freezes.find(scope, now);
  }

  /** Removes and answers the freezes that have expired, each once. */
  takeExpiredFreezes(
    now: number,
    options: ChangeOptions<ManualFreeze> = {},
  ): Promise<readonly ManualFreeze[]> {
    return this.#freezes.takeExpired(now, options);
  }

  /** A deployment takes its environment; asking again as the holder changes nothing. It does not expire. */
  async hold(target: Target, deploymentId: string): Promise<"held" | { readonly heldBy: string }> {
    const heldBy = await this.#evalHolds(HOLD, target, deploymentId);
    return heldBy === "" ? "held" : { heldBy: String(heldBy) };
  }

  /** @returns whether this deployment was the holder */
  async letGo(target: Target, deploymentId: string): Promise<boolean> {
    return (await this.#evalHolds(LET_GO, target, deploymentId)) === 1;
  }

  /** The id of the deployment that holds the environment. */
  async holder(target: Target): Promise<string | undefined> {
    return (await unlessWrongType(this.#redis.hget(HOLDS, holdField(target)), null)) ?? undefined;
  }

  /** Takes the environment from a holder whose record is final. @returns false when it is not the holder any more */
  async steal(target: Target, fromId: string, toId: string): Promise<boolean> {
    return (await this.#evalHolds(STEAL, target, fromId, toId)) === 1;
  }

  /** A token that is larger than every one given out for this environment before. */
  async nextFence(target: Target): Promise<number> {
    return Token.parse(await this.#redis.eval(NEXT_FENCE, 1, FENCES, holdField(target), Date.now()));
  }

  /**
   * A host has seen this token: the next ones must be larger, also where Redis was emptied and its clock is behind.
   * @returns false for a token that Slipway cannot have given out: it is not noted
   */
  async noteFence(target: Target, token: number): Promise<boolean> {
    if (!Token.safeParse(token).success) return false;
    return (await this.#redis.eval(NOTE_FENCE, 1, FENCES, holdField(target), Date.now(), token)) === 1;
  }

  /** Every deployment that holds an environment. */
  async holders(): Promise<readonly Holder[]> {
    const stored = await unlessWrongType(this.#redis.hgetall(HOLDS), {});
    return Object.entries(stored).flatMap(([field, deploymentId]) => {
      const [project = "", environment = ""] = field.split("/");
      return environment === "" ? [] : [{ project, environment, deploymentId }];
    });
  }

  async #lockOfData(scope: LockScope): Promise<PersonLock | undefined> {
    const target = targetOf(scope);
    const unreadable = target === undefined ? [] : await findUnreadable(this.#redis, target);
    return unreadable.length === 0 ? undefined : decodeLock("", scope);
  }

  /** Written down first: nothing may be set aside that the audit log does not tell of. */
  async #setAsideData(
    scope: LockScope,
    { audit }: ChangeOptions<PersonLock>,
  ): Promise<PersonLock | undefined> {
    const target = targetOf(scope);
    const unreadable = target === undefined ? [] : await findUnreadable(this.#redis, target);
    if (unreadable.length === 0) return undefined;
    const lock = decodeLock("", scope);
    await this.#changes.apply({ script: "return commit('1')", keys: [], args: [], entry: audit?.(lock) });
    await setAside(this.#redis, unreadable, Date.now(), target);
    return lock;
  }

  #evalHolds(script: string, target: Target, ...ids: readonly string[]): Promise<unknown> {
    return this.#redis.eval(script, 1, HOLDS, holdField(target), ...ids);
  }
}

const Token = z.int().nonnegative();

const HOLDS = "slipway:lock:deployments";
const FENCES = "slipway:lock:fences";

function targetOf({ project, environment }: LockScope): Target | undefined {
  return environment === undefined ? undefined : { project, environment };
}

function holdField({ project, environment }: Target): string {
  return `${project}/${environment}`;
}

const removing = (current: unknown) =>
  current === undefined ? ({ kind: "keep" } as const) : ({ kind: "remove" } as const);

function isBy(
  { unreadable }: { readonly unreadable?: true | undefined },
  owner: { readonly userId: string },
  person: { readonly userId: string },
): boolean {
  return unreadable !== true && owner.userId === person.userId;
}

function endOf({ expiresAt }: ManualFreeze): number {
  return expiresAt ?? Number.POSITIVE_INFINITY;
}

/** The scope is where it was found; what an entry says of itself cannot move it. */
function decodeLock(stored: string, scope: LockScope): PersonLock {
  const parsed = PersonLock.safeParse(fromJson(stored));
  if (parsed.success) return { ...parsed.data, ...bare(scope) };
  const reason = "This lock cannot be read by this version of Slipway. Clear it with /unlock.";
  return {
    ...{ ...bare(scope), owner: NOBODY, reason, since: 0 },
    ...{ expiresAt: NEVER, reminded: true, unreadable: true },
  };
}

function decodeFreeze(stored: string, scope: LockScope): ManualFreeze {
  const parsed = ManualFreeze.safeParse(fromJson(stored));
  if (parsed.success) return { ...parsed.data, ...bare(scope) };
  const reason = "This freeze cannot be read by this version of Slipway. Clear it with /unfreeze.";
  return { ...bare(scope), by: NOBODY, reason, since: 0, unreadable: true };
}

function bare({ project, environment }: LockScope): { project: string; environment: string | undefined } {
  return { project, environment };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
