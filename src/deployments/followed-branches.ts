import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { z } from "zod";
import { Changes, changeId } from "../changes/changes.js";
import { RepositoryRef } from "../repositories/known-repository.js";
import { SET_ASIDE } from "../set-aside.js";
import { unlessWrongType } from "../wrong-type.js";
import type { Target } from "./record.js";
import { Sha } from "./release.js";

/** The newest head of its branch that an environment was given. */
export const Followed = z.object({
  /** Empty once the environment follows no branch any more, or another repository: the heads are still counted. */
  branch: z.string(),
  /** Absent in entries of earlier versions. */
  repository: RepositoryRef.optional(),
  sha: Sha,
  /** Counts the heads: a branch that goes back to an earlier commit has a new one. */
  generation: z.int(),
  /** Whether that head has become a deployment or was refused. */
  settled: z.boolean(),
});
export type Followed = z.output<typeof Followed>;

/** What an environment follows. */
export interface FollowedBranch {
  readonly repository: RepositoryRef;
  readonly branch: string;
}

/** A push that moved a branch from one commit to another. */
export interface Move {
  readonly repository: string;
  readonly branch: string;
  readonly before: string;
  readonly after: string;
}

const HEADS = "slipway:followed";
/** Longer than GitHub keeps deliveries for a redelivery. Seconds. */
const MOVES_KEPT_SECONDS = 30 * 24 * 3600;

const REPLACE = `
set_aside_unless(KEYS[1], 'hash')
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return '' end
commit('replaced')
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 'replaced'`;

/** Repeated it counts nothing twice: the delivery is known then. */
const NOTE_MOVE = `${SET_ASIDE}
set_aside_unless(KEYS[1], 'hash')
set_aside_unless(KEYS[2], 'set')
local function count(commit, by)
  local known = redis.call('HGET', KEYS[1], commit) or '0'
  if not string.match(known, '^%-?%d+$') or #known > 15 then redis.call('HDEL', KEYS[1], commit) end
  redis.call('HINCRBY', KEYS[1], commit, by)
end
if redis.call('SADD', KEYS[2], ARGV[1]) == 1 then
  count(ARGV[3], 1)
  count(ARGV[2], -1)
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('EXPIRE', KEYS[2], ARGV[4])
return tonumber(redis.call('HGET', KEYS[1], ARGV[3]) or '0')`;

/**
 * Remembers the branches that environments follow. Keys: `slipway:followed` (hash by environment: the newest head),
 * `slipway:moves:HASH` and `slipway:moves:HASH:seen` (the pushes of one branch, kept for 30 days after the last).
 */
export class FollowedBranches {
  readonly #redis: Redis;
  readonly #changes: Changes;

  constructor(redis: Redis, changes: Changes = new Changes(redis)) {
    this.#redis = redis;
    this.#changes = changes;
  }

  /** The newest head that the environment was given, if it was of that branch. */
  async find(target: Target, branch: string): Promise<Followed | undefined> {
    const { followed } = await this.#read(target);
    return followed?.branch === branch ? followed : undefined;
  }

  /**
   * Makes the commit the newest head of the environment. Asked again for the same head, it changes nothing.
   *
   * @param known the head that this follows from, as `find` gave it
   * @returns undefined where the environment was given another head since: what was decided is moot
   */
  async advance(
    target: Target,
    { repository, branch }: FollowedBranch,
    sha: Sha,
    known: Followed | undefined,
  ): Promise<Followed | undefined> {
    const change = changeId();
    for (;;) {
      const { stored, followed } = await this.#read(target);
      const current = followed?.branch === branch ? followed : undefined;
      if (current?.sha === sha) return current;
      if (current?.generation !== known?.generation) return undefined;
      const generation = (followed?.generation ?? 0) + 1;
      const next = { branch, repository, sha, generation, settled: false };
      if (await this.#replace(target, stored, next, change)) return next;
    }
  }

  /** Notes that this head has become a deployment or was refused. */
  async settle(target: Target, head: Followed): Promise<void> {
    const change = changeId();
    for (;;) {
      const { stored, followed } = await this.#read(target);
      if (followed?.generation !== head.generation || followed.settled) return;
      if (await this.#replace(target, stored, { ...head, settled: true }, change)) return;
    }
  }

  /** The newest head of every environment that was given one. */
  async all(): Promise<readonly { readonly target: Target; readonly head: Followed }[]> {
    const stored = await unlessWrongType(this.#redis.hgetall(HEADS), {});
    return Object.entries(stored).flatMap(([scope, text]) => {
      const [project = "", environment = ""] = scope.split("/");
      const head = parse(text);
      return head === undefined || head.branch === "" ? [] : [{ target: { project, environment }, head }];
    });
  }

  /** The environment does not follow that branch any more: its next head is its first. */
  async forget(target: Target, { branch, generation }: Followed): Promise<void> {
    const change = changeId();
    for (;;) {
      const { stored, followed } = await this.#read(target);
      if (followed?.branch !== branch || followed.generation !== generation) return;
      const { repository: _, ...rest } = followed;
      if (await this.#replace(target, stored, { ...rest, branch: "", settled: true }, change)) return;
    }
  }

  /**
   * Notes a push. All known pushes of a branch are steps of one walk from commit to commit, whatever their order: it
   * ends at the commit that was entered more often than it was left.
   *
   * @param delivery GitHub's id of the delivery: the same push counts once
   * @returns whether the walk ends at the push's commit, as far as it is known
   */
  async noteMove(move: Move, delivery: string): Promise<boolean> {
    const identity = JSON.stringify([move.repository.toLowerCase(), move.branch]);
    const key = `slipway:moves:${createHash("sha256").update(identity).digest("hex").slice(0, 24)}`;
    const { before, after } = move;
    const entered = await this.#redis.eval(
      ...[NOTE_MOVE, 2, key, `${key}:seen`, delivery, before, after, MOVES_KEPT_SECONDS],
    );
    return Number(entered) > 0;
  }

  async #read(target: Target): Promise<{ stored: string; followed: Followed | undefined }> {
    const stored = (await unlessWrongType(this.#redis.hget(HEADS, field(target)), null)) ?? "";
    return { stored, followed: parse(stored) };
  }

  /** @param change names the whole change: of its attempts one can be made, and it recognises itself */
  async #replace(target: Target, stored: string, next: Followed, change: string): Promise<boolean> {
    const args = [field(target), stored, JSON.stringify(next)];
    return (await this.#changes.apply({ script: REPLACE, keys: [HEADS], args, id: change })) === "replaced";
  }
}

/** What cannot be read counts as a branch that was not followed yet. */
function parse(stored: string): Followed | undefined {
  if (stored === "") return undefined;
  try {
    return Followed.safeParse(JSON.parse(stored)).data;
  } catch {
    return undefined;
  }
}

function field({ project, environment }: Target): string {
  return `${project}/${environment}`;
}
