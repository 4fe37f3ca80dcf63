import type { Redis } from "ioredis";
import { z } from "zod";
import { unlessWrongType } from "../wrong-type.js";

/** What Slipway knows about one message that it keeps up to date. */
export const Announcement = z.object({
  channelId: z.string(),
  /** Absent until Discord has answered with it. */
  messageId: z.string().optional(),
  /** How many messages were made: more than one only where people deleted the earlier ones. */
  generation: z.coerce.number().int().default(0),
  /** Hash of what the message shows. */
  hash: z.string().default(""),
  /** When the creation was first tried, while Discord's answer is missing. Milliseconds since the epoch. */
  attemptedAt: z.coerce.number().optional(),
  /** Discord's code, where the channel has not taken the message: 10003, 50001 or 50013. */
  refused: z.coerce.number().int().optional(),
  /** Milliseconds since the epoch. */
  editedAt: z.coerce.number().default(0),
});
export type Announcement = z.output<typeof Announcement>;

const KEPT_SECONDS = 90 * 24 * 3600;
/** Discord shows an answer until its reader reloads. */
const REPLY_KEPT_SECONDS = 24 * 3600;

/** Which Discord message belongs to what it is about: `slipway:announcement:ID`, kept for 90 days. */
export class AnnouncementStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async find(id: string): Promise<Announcement | undefined> {
    // What is no announcement is replaced by the next one.
    const stored = await unlessWrongType(this.#redis.hgetall(key(id)), {});
    return Announcement.safeParse(stored).data;
  }

  async save(id: string, announcement: Announcement): Promise<void> {
    const fields = Object.entries(announcement).filter(([, value]) => value !== undefined);
    const transaction = this.#redis.multi().del(key(id)).hset(key(id), Object.fromEntries(fields));
    await transaction.expire(key(id), KEPT_SECONDS).exec();
  }

  /** Remembers for a day that an answer carries the buttons of a message that its channel did not take. */
  async saveReply(messageId: string, id: string): Promise<void> {
    await this.#redis.set(replyKey(messageId), id, "EX", REPLY_KEPT_SECONDS);
  }

  /** Whether that answer carries the buttons of that message. */
  async isReply(messageId: string, id: string): Promise<boolean> {
    return (await unlessWrongType(this.#redis.get(replyKey(messageId)), undefined)) === id;
  }
}

function replyKey(messageId: string): string {
  return `slipway:announcement-reply:${messageId}`;
}

function key(id: string): string {
  return `slipway:announcement:${id}`;
}
