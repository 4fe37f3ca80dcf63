import type { AuditAction, AuditEntry } from "../audit/audit-trail.js";
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
  for (const lock of await locks.takeExpired(now, { audit: endOf("lock-expired") })) {
    await tell(parts, () => notices.expired(lock));
  }
  for (const freeze of await locks.takeExpiredFreezes(now, { audit: endOf("unfreeze") })) {
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

/** What is written down when it has ended by the clock. */
function endOf(action: AuditAction): (lock: LockScope & { readonly reason: string }) => AuditEntry {
  return ({ reason, ...scope }) => ({
    ...{ action, actor: { kind: "slipway" }, source: "worker" },
    ...{ target: auditTarget(scope), details: { reason } },
  });
}
