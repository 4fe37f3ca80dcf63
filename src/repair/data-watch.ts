import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { Target } from "../deployments/record.js";
import { findUnreadable, type Unreadable } from "../deployments/stored-target.js";
import { inspectKey } from "./inspect.js";
import { KEY_KINDS } from "./key-table.js";

const EVERY_MS = 30_000;
/** As many as a person reads; `slipway repair` lists all. */
const MAX_SHOWN = 20;

/** Keys that belong to no single environment: those whose pattern is one name. */
const SHARED = KEY_KINDS.flatMap(({ pattern }) => /^\^([a-z:-]+)\$$/.exec(pattern.source)?.[1] ?? []);

/** What cannot be read: for `/readyz`. */
export interface UnreadableReport {
  readonly where: string;
  readonly key: string;
  readonly entry?: string;
  readonly problem: Unreadable["problem"];
}

/** Looks from time to time for what this version cannot read in Redis, and logs each thing once. */
export class DataWatch {
  readonly #redis: Redis;
  readonly #logger: Logger;
  readonly #targets: readonly Target[];
  #known = new Map<string, UnreadableReport>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  /** @param targets the environments of the configuration */
  constructor(redis: Redis, logger: Logger, targets: readonly Target[]) {
    this.#redis = redis;
    this.#logger = logger;
    this.#targets = targets;
  }

  start(): void {
    void this.look();
    this.#timer = setInterval(() => void this.look(), EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** As of the last look; undefined where everything can be read. */
  get report(): readonly UnreadableReport[] | undefined {
    return this.#known.size === 0 ? undefined : [...this.#known.values()].slice(0, MAX_SHOWN);
  }

  /** Never throws: Redis may be away. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      this.#note(await this.#find());
    } catch (error) {
      this.#logger.debug({ err: error }, "could not look for unreadable data");
    } finally {
      this.#looking = false;
    }
  }

  async #find(): Promise<readonly UnreadableReport[]> {
    const found: UnreadableReport[] = [];
    for (const key of SHARED) {
      for await (const { entry, problem, target } of inspectKey(this.#redis, key)) {
        found.push({ where: nameOf(target), key, ...(entry !== undefined && { entry }), problem });
      }
    }
    for (const target of this.#targets) {
      for (const each of await findUnreadable(this.#redis, target)) {
        found.push({ where: nameOf(target), ...each });
      }
    }
    return found;
  }

  #note(found: readonly UnreadableReport[]): void {
    const now = new Map(found.map((each) => [`${each.key} ${each.entry ?? ""}`, each]));
    for (const [id, each] of now) {
      if (!this.#known.has(id))
        this.#logger.error(each, "could not read what is stored in Redis; see slipway repair");
    }
    for (const [id, { where, key }] of this.#known) {
      if (!now.has(id)) this.#logger.info({ where, key }, "what could not be read is gone or set aside");
    }
    this.#known = now;
  }
}

function nameOf(target: Target | undefined): string {
  return target === undefined ? "shared" : `${target.project}/${target.environment}`;
}
