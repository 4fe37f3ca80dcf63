import type { AuditEntry } from "../audit/audit-trail.js";
import { LOCK_AFTER_ROLLBACK_MS, rollbackLockReason } from "../deployments/locks.js";
import type { Actor, DeploymentRecord } from "../deployments/record.js";
import type { RunParts } from "./run-parts.js";

const RECENT = 200;

/**
 * What a success means for releases and locks: it clears an earlier mark, and a rollback marks what it took back and
 * keeps automation away. It comes before the record says "succeeded": nobody is to see that and find no lock yet.
 * Done twice, after a crash in the middle, it is as if done once.
 */
export async function settleReleases(parts: RunParts, record: DeploymentRecord): Promise<void> {
  const { badReleases, store, now } = parts;
  await badReleases.clear(record, record.release.sha);
  const by = record.kind === "rollback" ? takerOf(record) : undefined;
  if (by === undefined) return;
  const taken = (await store.newest(record, RECENT)).find(({ number }) => number === record.rollbackOf);
  if (taken !== undefined && taken.release.sha !== record.release.sha) {
    await badReleases.mark(record, taken.release.sha, { by, at: now(), deployment: record.number });
  }
  if (record.origin.kind === "command") await lockAfterRollback(parts, record, by);
}

/** Who took a release back. Slipway itself locks nothing afterwards: the next push may bring the remedy. */
function takerOf({ origin }: DeploymentRecord): Actor | undefined {
  switch (origin.kind) {
    case "command":
      return { userId: origin.userId, userName: origin.userName };
    case "bake":
      return SLIPWAY;
    default:
      return undefined;
  }
}

const SLIPWAY: Actor = { userId: "0", userName: "Slipway" };

async function lockAfterRollback(parts: RunParts, record: DeploymentRecord, owner: Actor): Promise<void> {
  const { id, project, environment, number } = record;
  const since = parts.now();
  const lock = {
    ...{ project, environment, owner, reason: rollbackLockReason(number) },
    ...{ since, expiresAt: since + LOCK_AFTER_ROLLBACK_MS, reminded: false },
  };
  const audit = ({ expiresAt }: { readonly expiresAt: number }): AuditEntry => ({
    action: "lock",
    actor: { kind: "person", ...owner },
    source: "worker",
    target: { project, environment },
    deployment: number,
    details: { reason: lock.reason, until: new Date(expiresAt).toISOString() },
  });
  // Another person's lock keeps automation away as well, and stays.
  await parts.locks.take(lock, { audit, change: `lock-after-rollback.${id}` });
}
