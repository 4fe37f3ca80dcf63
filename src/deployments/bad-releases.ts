import type { Redis } from "ioredis";
import { z } from "zod";
import { Actor, type Target } from "./record.js";
import type { Sha } from "./release.js";

/** A release that people took back: deploying it again asks for a confirmation. */
export const BadMark = z.object({ by: Actor, at: z.number(), deployment: z.int() });
export type BadMark = z.output<typeof BadMark>;

/** Which releases were rolled back, by environment: `slipway:bad:P/E` (hash of SHA to mark). */
export class BadReleases {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async mark(target: Target, sha: Sha, mark: BadMark): Promise<void> {
    await this.#redis.hset(key(target), sha, JSON.stringify(BadMark.parse(mark)));
  }

  async isBad(target: Target, sha: Sha): Promise<boolean> {
    return (await this.#redis.hexists(key(target), sha)) === 1;
  }

  /** It was deployed again, on purpose and with success. */
  async clear(target: Target, sha: Sha): Promise<void> {
    await this.#redis.hdel(key(target), sha);
  }
}

function key(target: Target): string {
  return `slipway:bad:${target.project}/${target.environment}`;
}
