import type { Actor, DeploymentRecord, DeploymentState } from "../deployments/record.js";
import { settle } from "../deployments/transitions.js";
import { auditRun, type RunParts } from "./run-parts.js";
import { tellWatcher } from "./tell-watcher.js";

const RECENT = 200;
const LOCK_AFTER_ROLLBACK_MS = 24 * 3600 * 1000;

/** Does what follows from the end of a run. Asked again after a crash in the middle, or twice, it does it once. */
export async function settleDeployment(parts: RunParts, ended: DeploymentRecord): Promise<void> {
  const { id, state, failedStep, fence, settled } = ended;
  // What never ran, or ran under an earlier version, has nothing to be settled.
  if (fence === undefined || settled === true || !SETTLED_STATES.has(state)) return;
  // As long as the environment is held: without a holder, it would count as one whose end nobody told.
  await tellWatcher(parts, "ended", ended);
  if (state === "succeeded") await settleReleases(parts, ended);
  const details = { state, ...(failedStep && { failedStep }) };
  await auditRun(parts, "ended", ended, details, `ended.${id}.${fence}`);
  await parts.store.update(id, (record) => settle(record));
}

const SETTLED_STATES: ReadonlySet<DeploymentState> = new Set([
  "succeeded",
  "failed",
  "cancelled",
  "indeterminate",
]);

/** A rollback marks what it took back and keeps automation away; a success clears an earlier mark. */
async function settleReleases(parts: RunParts, ended: DeploymentRecord): Promise<void> {
  const { badReleases, store, now } = parts;
  await badReleases.clear(ended, ended.release.sha);
  const by = ended.kind === "rollback" ? takerOf(ended) : undefined;
  if (by === undefined) return;
  const taken = (await store.newest(ended, RECENT)).find(({ number }) => number === ended.rollbackOf);
  if (taken !== undefined && taken.release.sha !== ended.release.sha) {
    await badReleases.mark(ended, taken.release.sha, { by, at: now(), deployment: ended.number });
  }
  if (ended.origin.kind === "command") await lockAfterRollback(parts, ended, by);
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
