import { pino } from "pino";
import type { LockNotices, LockParts } from "../../../src/app/locks.js";
import type { Config } from "../../../src/config/schema.js";
import { LockStore } from "../../../src/deployments/lock-store.js";
import type { ManualFreeze, PersonLock } from "../../../src/deployments/locks.js";
import type { RedisFixture } from "../../integration/store/redis-fixture.js";
import { ReadableAudit } from "./ports.js";

/** Keeps what was told, such as `locked shop/uat`; refuses everything while `broken`. */
export class MemoryNotices implements LockNotices {
  readonly told: string[] = [];
  broken = false;

  locked = (lock: PersonLock) => this.#tell("locked", lock);
  unlocked = (lock: PersonLock, by: { readonly userName: string }) =>
    this.#tell("unlocked", lock, `of ${lock.owner.userName} by ${by.userName}`);
  reminder = (lock: PersonLock) => this.#tell("reminder", lock);
  expired = (lock: PersonLock) => this.#tell("expired", lock);
  frozen = (freeze: ManualFreeze) => this.#tell("frozen", freeze);
  unfrozen = (freeze: ManualFreeze, by: { readonly userName: string } | undefined) =>
    this.#tell("unfrozen", freeze, by === undefined ? "by time" : `by ${by.userName}`);

  async #tell(
    event: string,
    { project, environment = "*" }: PersonLock | ManualFreeze,
    more = "",
  ): Promise<void> {
    if (this.broken) throw new Error("Discord is down");
    this.told.push(`${event} ${project}/${environment} ${more}`.trim());
  }
}

export interface LockWorld {
  readonly locks: LockStore;
  readonly audit: ReadableAudit;
  readonly notices: MemoryNotices;
  /** Milliseconds since the epoch; tests move it. */
  at: number;
  readonly parts: LockParts;
}

/** The parts of the use cases about locks, over a real Redis, at a time of the test's own. */
export function lockWorldOf({ redis }: RedisFixture, config: Config): LockWorld {
  const locks = new LockStore(redis);
  const audit = new ReadableAudit(redis);
  const notices = new MemoryNotices();
  const logger = pino({ level: "silent" });
  const world: LockWorld = {
    ...{ locks, audit, notices, at: 1_700_000_000_000 },
    parts: { config, locks, audit, notices, logger, now: () => world.at },
  };
  return world;
}
