import type { Redis } from "ioredis";
import { unlessWrongType } from "../wrong-type.js";
import { type CommandIds, namesCommands, renderCommands } from "./locales/command-names.js";

/** Ids change only when commands are registered anew. Milliseconds. */
const READ_EVERY_MS = 60_000;
const NONE: CommandIds = new Map();

/** Of a message, these are where Discord makes mentions of what looks like one. */
const MENTIONING: ReadonlySet<string> = new Set(["content", "description", "value"]);

export const COMMANDS_KEY = "slipway:commands";
export const CommandId = /^\d{1,20}$/;

/**
 * Makes the commands that messages name clickable. The gateway knows the ids and keeps them in `slipway:commands`, for
 * all processes that send messages.
 */
export class CommandMentions {
  readonly #redis: Redis;
  readonly #now: () => number;
  #ids: CommandIds | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(redis: Redis, now: () => number) {
    this.#redis = redis;
    this.#now = now;
  }

  /** @throws when Redis does not take them; this process knows them all the same */
  async save(ids: CommandIds): Promise<void> {
    this.#ids = ids;
    this.#readAt = this.#now();
    if (ids.size === 0) return;
    await this.#redis.multi().del(COMMANDS_KEY).hset(COMMANDS_KEY, Object.fromEntries(ids)).exec();
  }

  /**
   * The message as it is sent. Never throws: without the ids, commands are named in code.
   * @param message what our own words and cleaned texts were put together to
   */
  async render<T extends object>(message: T): Promise<T> {
    return namesCommands(JSON.stringify(message)) ? rendered(message, await this.#known()) : message;
  }

  /** What is known is used at once; a newer answer is for the next message. */
  async #known(): Promise<CommandIds> {
    if (this.#ids === undefined) await this.#read();
    else if (this.#now() - this.#readAt >= READ_EVERY_MS) void this.#read();
    return this.#ids ?? NONE;
  }

  async #read(): Promise<void> {
    this.#readAt = this.#now();
    try {
      const stored = Object.entries(await unlessWrongType(this.#redis.hgetall(COMMANDS_KEY), {}));
      const ids = stored.filter(([, id]) => CommandId.test(id));
      // Until the gateway has written them, each message asks again.
      if (ids.length > 0) this.#ids = new Map(ids);
    } catch {
      // Redis is away, which others report.
    }
  }
}

/** A copy; what is no plain data, such as a file, stays what it is. */
function rendered<T>(value: T, ids: CommandIds, key = ""): T {
  if (typeof value === "string") return renderCommands(value, MENTIONING.has(key) ? ids : NONE) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => rendered(each, ids, key)) as T;
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, rendered(each, ids, name)]),
  ) as T;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
