import { z } from "zod";
import { ManualFreeze, PersonLock } from "../deployments/locks.js";
import { Actor } from "../deployments/record.js";
import type { LockNotices } from "./locks.js";

/** Something that happened to a lock or a freeze, as it waits to be told. */
export const LockNotice = z.discriminatedUnion("event", [
  z.object({ event: z.literal("locked"), lock: PersonLock }),
  z.object({ event: z.literal("unlocked"), lock: PersonLock, by: Actor }),
  z.object({ event: z.literal("reminder"), lock: PersonLock }),
  z.object({ event: z.literal("expired"), lock: PersonLock }),
  z.object({ event: z.literal("frozen"), freeze: ManualFreeze }),
  z.object({ event: z.literal("unfrozen"), freeze: ManualFreeze, by: Actor.optional() }),
]);
export type LockNotice = z.output<typeof LockNotice>;

/** Has each notice told later, and again until it is. */
export function queuedLockNotices(queue: { addLockNotice(notice: LockNotice): Promise<void> }): LockNotices {
  return {
    locked: (lock) => queue.addLockNotice({ event: "locked", lock }),
    unlocked: (lock, by) => queue.addLockNotice({ event: "unlocked", lock, by }),
    reminder: (lock) => queue.addLockNotice({ event: "reminder", lock }),
    expired: (lock) => queue.addLockNotice({ event: "expired", lock }),
    frozen: (freeze) => queue.addLockNotice({ event: "frozen", freeze }),
    unfrozen: (freeze, by) => queue.addLockNotice({ event: "unfrozen", freeze, by }),
  };
}

/** @param now milliseconds since the epoch: a reminder that comes after the end is none */
export async function tellLockNotice(notices: LockNotices, notice: LockNotice, now: number): Promise<void> {
  switch (notice.event) {
    case "locked":
      return notices.locked(notice.lock);
    case "unlocked":
      return notices.unlocked(notice.lock, notice.by);
    case "reminder":
      return notice.lock.expiresAt > now ? notices.reminder(notice.lock) : undefined;
    case "expired":
      return notices.expired(notice.lock);
    case "frozen":
      return notices.frozen(notice.freeze);
    case "unfrozen":
      return notices.unfrozen(notice.freeze, notice.by);
  }
}
