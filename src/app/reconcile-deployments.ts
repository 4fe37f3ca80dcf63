import type { DeploymentRecord, Target } from "../deployments/record.js";
import { lookUpTarget } from "../deployments/targets.js";
import { wakeUp } from "./admit-deployment.js";
import { runDeployment } from "./run-deployment.js";
import type { RunParts } from "./run-parts.js";

/** Nobody has pressed a button for so long while Slipway was away, and still waits. Milliseconds. */
const REFRESHED_MS = 7 * 24 * 3_600_000;
/** So many messages an environment are looked at again: older ones have been for long. */
const REFRESHED = 5;
/** A message that was not brought up to date by then waits for the next start. */
const LATELY_MS = 10 * 60_000;

/**
 * Wakes up whoever should be at work on a record that is not final, and sees to the messages. What a crash between
 * the record and the queue left asleep goes on, and so does what a Redis lost that forgot its jobs.
 *
 * @param refresh which messages are looked at again: at a start the newest, for what people pressed while Slipway
 * was away is lost, and they see it
 */
export async function reconcileDeployments(
  parts: RunParts,
  refresh: "newest" | "lately-ended",
): Promise<void> {
  const faults: unknown[] = [];
  for (const target of await parts.store.targets()) {
    await reconcileTarget(parts, target, refresh).catch((fault: unknown) => faults.push(fault));
  }
  if (faults.length > 0)
    throw faults.length === 1 ? faults[0] : new AggregateError(faults, messageOf(faults));
}

/** A fault of one environment must not keep the others asleep. */
async function reconcileTarget(
  parts: RunParts,
  target: Target,
  refresh: "newest" | "lately-ended",
): Promise<void> {
  for (const record of await parts.store.open(target)) await wakeUpOpen(parts, record);
  await refreshMessages(parts, target, refresh);
}

function messageOf(faults: readonly unknown[]): string {
  return faults.map((fault) => (fault instanceof Error ? fault.message : String(fault))).join("; ");
}

async function refreshMessages(
  { store, queues, now }: RunParts,
  target: Target,
  refresh: "newest" | "lately-ended",
): Promise<void> {
  const since = now() - (refresh === "newest" ? REFRESHED_MS : LATELY_MS);
  for (const { id, finishedAt, createdAt } of await store.newest(target, REFRESHED)) {
    if ((finishedAt ?? createdAt) >= since) await queues.addAnnouncement(id, "soon");
  }
}

/** No worker serves the queue of an environment that left the configuration: what is in it ends here. */
async function wakeUpOpen(parts: RunParts, record: DeploymentRecord): Promise<void> {
  const isServed = lookUpTarget(parts.config, record) !== undefined;
  if (!isServed && record.state !== "awaiting-approval") await runDeployment(parts, record.id, "reconcile");
  else if (record.state === "running") await wakeUpRunning(parts, record);
  else await wakeUp(parts, record);
}

async function wakeUpRunning({ queues, processes }: RunParts, record: DeploymentRecord): Promise<void> {
  const { id, claim, process, stopRequestedBy } = record;
  await queues.addDeployment(record, id);
  if (stopRequestedBy !== undefined) await queues.addStop(id);
  if (claim === undefined || process === undefined || (await processes.isAlive(process))) return;
  await queues.releaseDeployment(record, id, claim);
}
