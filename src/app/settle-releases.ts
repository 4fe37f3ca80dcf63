import type { Actor, DeploymentRecord } from "../deployments/record.js";
import type { RunParts } from "./deployment-run.js";

const RECENT = 200;
const LOCK_AFTER_ROLLBACK_MS = 24 * 3600 * 1000;

/** After a success: a rollback marks what it took back and keeps automation away; a success clears an earlier mark. */
export async function settleReleases(parts: RunParts, ended: DeploymentRecord): Promise<void> {
  const { badReleases, store, now } = parts;
  await badReleases.clear(ended, ended.release.sha);
  if (ended.kind !== "rollback" || ended.origin.kind !== "command") return;
  const { userId, userName } = ended.origin;
  const owner = { userId, userName };
  const taken = (await store.newest(ended, RECENT)).find(({ number }) => number === ended.rollbackOf);
  if (taken !== undefined && taken.release.sha !== ended.release.sha) {
    await badReleases.mark(ended, taken.release.sha, { by: owner, at: now(), deployment: ended.number });
  }
  await lockAfterRollback(parts, ended, owner);
}

async function lockAfterRollback(parts: RunParts, ended: DeploymentRecord, owner: Actor): Promise<void> {
  const { project, environment, number } = ended;
  const since = parts.now();
  const lock = {
    ...{ project, environment, owner, reason: `rollback #${number}` },
    ...{ since, expiresAt: since + LOCK_AFTER_ROLLBACK_MS, reminded: false },
  };
  const { kind } = await parts.locks.take(lock);
  // Somebody else's lock keeps automation away as well.
  if (kind === "held") return;
  await parts.audit.append({
    action: "lock",
    actor: { kind: "person", ...owner },
    source: "worker",
    target: { project, environment },
    deployment: number,
    details: { reason: lock.reason, until: new Date(lock.expiresAt).toISOString() },
  });
}
