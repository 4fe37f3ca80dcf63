import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { TroubleLog } from "../trouble-log.js";
import { faultOf, RedisFaultError } from "./fault.js";

const KEY = "slipway:readiness";
const KEPT_MS = 60_000;
/** Often enough that a person who types a command hears at once that Redis is away. */
const EVERY_MS = 3_000;
const LIMIT_MS = 2_500;

export interface WriteProof {
  readonly writable: boolean;
  /** Why not. */
  readonly detail?: string;
}

export interface WriteProbeOptions {
  /** @defaultValue 3 s */
  readonly everyMs?: number;
  /** How long one write may take. @defaultValue 2.5 s */
  readonly limitMs?: number;
}

/**
 * Proves from time to time that Redis takes writes: a connection that is up may lead to a replica, to a full Redis, or
 * to nowhere.
 */
export class WriteProbe {
  readonly #redis: Redis;
  readonly #trouble: TroubleLog;
  readonly #limitMs: number;
  readonly #timer: NodeJS.Timeout;
  /** A link that breaks says less than the fault that was found out behind it. */
  readonly #listener = (error: Error) => {
    this.#lastError =
      faultOf(error) ?? (this.#lastError instanceof RedisFaultError ? this.#lastError : error);
  };
  #lastError: Error | undefined;
  #pending: Promise<WriteProof> | undefined;
  #proof: WriteProof = { writable: true };

  constructor(
    redis: Redis,
    logger: Logger,
    { everyMs = EVERY_MS, limitMs = LIMIT_MS }: WriteProbeOptions = {},
  ) {
    this.#redis = redis;
    this.#trouble = new TroubleLog(logger);
    this.#limitMs = limitMs;
    redis.on("error", this.#listener);
    this.#timer = setInterval(() => void this.prove(), everyMs).unref();
  }

  /** As the last write showed. */
  get writable(): boolean {
    return this.#redis.status === "ready" && this.#proof.writable;
  }

  /** Why the last write failed. */
  get detail(): string | undefined {
    return this.#proof.detail;
  }

  /** Writes now. A write that has no answer yet is not doubled. */
  async prove(): Promise<WriteProof> {
    this.#pending ??= this.#write().finally(() => {
      this.#pending = undefined;
    });
    const late = pause(this.#limitMs, this.#silent(), { ref: false });
    const proof = await Promise.race([this.#pending, late]);
    this.#proof = proof;
    this.#log(proof);
    return proof;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#redis.off("error", this.#listener);
  }

  async #write(): Promise<WriteProof> {
    try {
      await this.#redis.set(KEY, String(Date.now()), "PX", KEPT_MS);
      this.#lastError = undefined;
      return { writable: true };
    } catch (error) {
      return { writable: false, detail: wordsFor(error) };
    }
  }

  #silent(): WriteProof {
    const since = this.#lastError === undefined ? "" : `; the last error was: ${this.#lastError.message}`;
    return { writable: false, detail: `a write had no answer within ${this.#limitMs} ms${since}` };
  }

  #log({ writable, detail }: WriteProof): void {
    if (writable) this.#trouble.over("write", "Redis takes writes again");
    else this.#trouble.report("write", { detail }, "Redis takes no writes");
  }
}

function wordsFor(error: unknown): string {
  const fault = faultOf(error);
  if (fault !== undefined) return fault.message;
  return `a write was refused: ${error instanceof Error ? error.message : String(error)}`;
}
