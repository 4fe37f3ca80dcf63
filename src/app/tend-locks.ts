import type { AuditAction } from "../audit/audit-trail.js";
import type { LockScope, PersonLock } from "../deployments/locks.js";
import { auditTarget, type LockParts, tell } from "./locks.js";

const REMIND_BEFORE_MS = 3_600_000;

export interface TendParts extends Omit<LockParts, "config"> {
  /** How long before its end the owner is reminded, in milliseconds. @defaultValue 1 h */
  readonly remindBeforeMs?: number;
}

/**
 * Reminds owners of locks that end soon, and announces what has ended. Called every half a minute by any number of
 * workers: each reminder and each end is told by one of them, at most once.
 */
export async function tendLocks(parts: TendParts): Promise<void> {
  const { locks, notices } = parts;
  const now = parts.now();
  for (const lock of await locks.takeExpired(now)) {
    await writeEnd(parts, "lock-expired", lock, lock.reason);
    await tell(parts, () => notices.expired(lock));
  }
  for (const freeze of await locks.takeExpiredFreezes(now)) {
    await writeEnd(parts, "unfreeze", freeze, freeze.reason);
    await tell(parts, () => notices.unfrozen(freeze, undefined));
  }
  for (const lock of await locks.all(now)) {
    if (lock.reminded || now < remindAt(lock, parts.remindBeforeMs ?? REMIND_BEFORE_MS)) continue;
    if (await locks.markReminded(lock)) await tell(parts, () => notices.reminder(lock));
  }
}

/** A lock that is shorter than twice the usual notice is half over. */
function remindAt({ since, renewedAt, expiresAt }: PersonLock, beforeMs: number): number {
  return expiresAt - Math.min(beforeMs, (expiresAt - (renewedAt ?? since)) / 2);
}

/** It has ended by the clock, so a fault of the trail must not keep the others from being told. */
async function writeEnd(
  { audit, logger }: TendParts,
  action: AuditAction,
  scope: LockScope,
  reason: string,
): Promise<void> {
  try {
    await audit.append({
      ...{ action, actor: { kind: "slipway" }, source: "worker" },
      ...{ target: auditTarget(scope), details: { reason } },
    });
  } catch (error) {
    logger.error({ err: error, scope: auditTarget(scope) }, "the end of a lock could not be written down");
  }
}
