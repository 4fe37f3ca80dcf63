import type { Redis } from "ioredis";
import type { AuditEntry } from "../audit/audit-trail.js";
import { type Changes, changeId } from "../changes/changes.js";
import { unlessWrongType } from "../wrong-type.js";
import type { LockScope } from "./locks.js";
import { TARGETS_KEY } from "./stored-target.js";

/**
 * Sets or removes a field if it still holds what was read; the empty text stands for an absent field. A key of another
 * type is set aside, and every environment that Slipway knows gets an entry that cannot be read: who changes one entry
 * says nothing of the others.
 */
const SWAP = `
if set_aside_unless(KEYS[1], 'hash') then
  for _, text in ipairs(redis.pcall('SMEMBERS', KEYS[2])) do
    local readable, names = pcall(cjson.decode, text)
    if readable and type(names) == 'table' and names[1] and names[2] then
      redis.call('HSET', KEYS[1], names[1] .. '/' .. names[2], '')
    end
  end
end
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
commit(1)
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1])
else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1`;

/** Each lost attempt is somebody else's progress, so this bounds only a fault. */
const MAX_ATTEMPTS = 200;

/** No environment can have this name. */
const WHOLE_PROJECT = "*";

interface Entry extends LockScope {
  /** Milliseconds since the epoch; absent: until somebody removes it. */
  readonly expiresAt?: number | undefined;
  readonly unreadable?: true | undefined;
}

/** What becomes of an entry. */
export type Change<E> =
  | { readonly kind: "put"; readonly entry: E }
  | { readonly kind: "remove" }
  | { readonly kind: "keep" };

/** What goes with a change. */
export interface ChangeOptions<E> {
  /** What is written down with it. @param entry the one that is put, or the one that is removed */
  readonly audit?: ((entry: E) => AuditEntry) | undefined;
  /** Names the change: under the same name it is made once. @defaultValue a random one */
  readonly change?: string | undefined;
}

/** Others kept changing the entry. */
export class BusyEntryError extends Error {
  readonly scope: LockScope;

  constructor(scope: LockScope) {
    super(`The entry of ${fieldOf(scope)} is changed by too many at once.`);
    this.name = "BusyEntryError";
    this.scope = scope;
  }
}

/**
 * One entry a scope, all in one Redis hash: a field `project/environment`, or `project/*` for every environment of
 * the project. Each change is an atomic compare-and-set on the stored text, which recognises itself when its answer was
 * lost, and takes its audit entry with it.
 */
export class ScopedEntries<E extends Entry> {
  readonly #redis: Redis;
  readonly #changes: Changes;
  readonly #key: string;
  readonly #decode: (stored: string, scope: LockScope) => E;

  /** @param decode answers an entry also for what it cannot read */
  constructor(redis: Redis, changes: Changes, key: string, decode: (stored: string, scope: LockScope) => E) {
    this.#redis = redis;
    this.#changes = changes;
    this.#key = key;
    this.#decode = decode;
  }

  /** The entry of this very scope, unless it has expired. */
  async find(scope: LockScope, now: number): Promise<E | undefined> {
    // A hash of another type may hold anything: what stands there counts as an entry that cannot be read.
    const stored = await unlessWrongType(this.#redis.hget(this.#key, fieldOf(scope)), "");
    const entry = this.#read(scope, stored);
    return entry === undefined || hasExpired(entry, now) ? undefined : entry;
  }

  /** Every entry that has not expired, ordered by scope. */
  async all(now: number): Promise<readonly E[]> {
    return (await this.#list()).filter((entry) => !hasExpired(entry, now));
  }

  /** Removes every entry that has expired. Each is answered once, however many ask at once. */
  async takeExpired(now: number, options: ChangeOptions<E> = {}): Promise<readonly E[]> {
    const taken: E[] = [];
    for (const { project, environment } of (await this.#list()).filter((entry) => hasExpired(entry, now))) {
      const { before, change } = await this.change(
        { project, environment },
        (current) =>
          current !== undefined && hasExpired(current, now) ? { kind: "remove" } : { kind: "keep" },
        options,
      );
      if (change.kind === "remove" && before !== undefined) taken.push(before);
    }
    return taken;
  }

  /**
   * Changes an entry, again when somebody else was faster.
   * @returns what was there and what became of it
   * @throws BusyEntryError
   */
  async change(
    scope: LockScope,
    decide: (current: E | undefined) => Change<E>,
    { audit, change: id = changeId() }: ChangeOptions<E> = {},
  ): Promise<{ readonly before: E | undefined; readonly change: Change<E> }> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const stored = await unlessWrongType(this.#redis.hget(this.#key, fieldOf(scope)), "");
      const before = this.#read(scope, stored);
      const change = decide(before);
      if (change.kind === "keep") return { before, change };
      const next = change.kind === "put" ? this.#textOf(scope, change.entry) : "";
      const about = change.kind === "put" ? change.entry : before;
      const swapped = await this.#changes.apply({
        script: SWAP,
        keys: [this.#key, TARGETS_KEY],
        args: [fieldOf(scope), stored ?? "", next],
        entry: about && audit?.(about),
        id,
      });
      if (swapped === "1") return { before, change };
    }
    throw new BusyEntryError(scope);
  }

  /** Only what can be read again is written. */
  #textOf(scope: LockScope, entry: E): string {
    const text = JSON.stringify(entry);
    if (this.#decode(text, scope).unreadable !== true || entry.unreadable === true) return text;
    throw new TypeError(`The entry of ${fieldOf(scope)} could not be read again; it is not written.`);
  }

  async #list(): Promise<readonly E[]> {
    const stored: Readonly<Record<string, string>> = await unlessWrongType(
      this.#redis.hgetall(this.#key),
      {},
    );
    return Object.keys(stored)
      .sort()
      .flatMap((field) => this.#read(scopeOf(field), stored[field] ?? null) ?? []);
  }

  #read(scope: LockScope, stored: string | null): E | undefined {
    return stored === null ? undefined : this.#decode(stored, scope);
  }
}

function hasExpired({ expiresAt }: Entry, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

function fieldOf({ project, environment }: LockScope): string {
  return `${project}/${environment ?? WHOLE_PROJECT}`;
}

function scopeOf(field: string): LockScope {
  const [project = "", environment = WHOLE_PROJECT] = field.split("/");
  return environment === WHOLE_PROJECT ? { project } : { project, environment };
}
