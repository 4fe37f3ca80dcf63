import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { TroubleLog } from "../trouble-log.js";

const BEAT_MS = 2_000;
/** Three beats: a busy moment makes nobody dead. */
const ALIVE_MS = 6_000;
/** A command waits for a Redis that is away, and the key ends by itself. */
const STOP_LIMIT_MS = 1_000;

/** Tells the other processes that this one is alive: `slipway:process:ID`, gone soon after it is. */
export class Heartbeat {
  /** Of this process. */
  readonly id = randomBytes(8).toString("hex");
  readonly #redis: Redis;
  readonly #logger: Logger;
  readonly #trouble: TroubleLog;
  #timer: NodeJS.Timeout | undefined;
  #beating = false;

  constructor(redis: Redis, logger: Logger) {
    this.#redis = redis;
    this.#logger = logger;
    this.#trouble = new TroubleLog(logger);
  }

  async start(): Promise<void> {
    await this.#beat();
    this.#timer = setInterval(() => void this.#beatAgain(), BEAT_MS).unref();
  }

  /** One that waits for a Redis that is away is enough. */
  async #beatAgain(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    try {
      await this.#beat();
      this.#trouble.over("beat", "the heartbeat works again");
    } catch (error) {
      this.#trouble.report("beat", { err: error }, "the heartbeat failed");
    } finally {
      this.#beating = false;
    }
  }

  /** From here on nobody waits for this process; where Redis is away, from a few seconds later on. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const deleted = this.#redis.del(keyOf(this.id)).catch((error: unknown) => {
      this.#logger.warn({ err: error }, "the heartbeat was not taken back; it ends by itself");
    });
    await Promise.race([deleted, pause(STOP_LIMIT_MS, undefined, { ref: false })]);
  }

  /** A process that is frozen, or cut off from Redis, counts as dead as well. */
  async isAlive(id: string): Promise<boolean> {
    return (await this.#redis.exists(keyOf(id))) === 1;
  }

  async #beat(): Promise<void> {
    await this.#redis.set(keyOf(this.id), "", "PX", ALIVE_MS);
  }
}

function keyOf(id: string): string {
  return `slipway:process:${id}`;
}
