import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { z } from "zod";
import type { Target } from "./record.js";
import { Sha } from "./release.js";

/** The newest head of its branch that an environment was given. */
const Followed = z.object({
  branch: z.string(),
  sha: Sha,
  /** Counts the heads: a branch that goes back to an earlier commit has a new one. */
  generation: z.int(),
  /** Whether that head has become a deployment or was refused. */
  settled: z.boolean(),
});
export type Followed = z.output<typeof Followed>;

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
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

const NOTE_MOVE = `
if redis.call('SADD', KEYS[2], ARGV[1]) == 1 then
  redis.call('HINCRBY', KEYS[1], ARGV[3], 1)
  redis.call('HINCRBY', KEYS[1], ARGV[2], -1)
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

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** The newest head that the environment was given, if it was of that branch. */
  async find(target: Target, branch: string): Promise<Followed | undefined> {
    const { followed } = await this.#read(target);
    return followed?.branch === branch ? followed : undefined;
  }

  /** Makes the commit the newest head of the environment. Asked again for the same head, it changes nothing. */
  async advance(target: Target, branch: string, sha: Sha): Promise<Followed> {
    for (;;) {
      const { stored, followed } = await this.#read(target);
      if (followed?.branch === branch && followed.sha === sha) return followed;
      const next = { branch, sha, generation: (followed?.generation ?? 0) + 1, settled: false };
      if (await this.#replace(target, stored, next)) return next;
    }
  }

  /** Notes that this head has become a deployment or was refused. */
  async settle(target: Target, head: Followed): Promise<void> {
    for (;;) {
      const { stored, followed } = await this.#read(target);
      if (followed?.generation !== head.generation || followed.settled) return;
      if (await this.#replace(target, stored, { ...head, settled: true })) return;
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
    const stored = (await this.#redis.hget(HEADS, field(target))) ?? "";
    return { stored, followed: parse(stored) };
  }

  async #replace(target: Target, stored: string, next: Followed): Promise<boolean> {
    const answer = await this.#redis.eval(REPLACE, 1, HEADS, field(target), stored, JSON.stringify(next));
    return answer === 1;
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
