import { isFinal, type Target } from "../../deployments/record.js";
import { type FoundTarget, lookUpTarget } from "../../deployments/targets.js";
import { memberOf } from "../../health/incidents/board.js";
import type { Effect } from "../../health/incidents/effect.js";
import { deploymentId as idOfDeployment } from "../admit-deployment.js";
import { admitTrigger } from "../admit-trigger.js";
import { newestRun } from "../judge-request.js";
import { lookUpRunning } from "../look-up-running.js";
import { releaseBefore } from "../roll-back.js";
import type { MonitorParts } from "./monitor-parts.js";
import { tellMonitoring } from "./tell-monitoring.js";

type FailedBake = Extract<Effect, { kind: "bake-failed" }>;

/**
 * Takes a release back that did not hold in its bake period, through the gates that hold for triggers. Where one of
 * them refuses, the incident offers the rollback to people instead.
 */
export async function rollBackFailedBake(parts: MonitorParts, effect: FailedBake): Promise<void> {
  const { target: named, deploymentId } = effect;
  const target = lookUpTarget(parts.config, named);
  const failed = await parts.store.find(deploymentId);
  if (target === undefined || failed === undefined) return;
  if (!(await stillRuns(parts, target, deploymentId))) return;
  if (!(await isStillDown(parts, effect))) return offer(parts, effect);
  const outcome = await admitTrigger(parts, {
    identity: identityOf(deploymentId),
    kind: "rollback",
    target,
    origin: { kind: "bake", deployment: failed.number },
    release: () => releaseBefore(parts, failed, target),
    rollbackOf: failed.number,
    replacesWaiting: false,
  });
  if (outcome.kind !== "accepted") await offer(parts, effect);
}

/**
 * Whether what runs there is still what that deployment brought, and no later one is about to change it: what came
 * since, be it this very rollback, is not rolled back for that.
 */
async function stillRuns(parts: MonitorParts, target: FoundTarget, deploymentId: string): Promise<boolean> {
  const { hosts } = await lookUpRunning(parts, target);
  const isThrough = hosts.every(
    ({ application }) => application.kind === "release" && application.deployment?.id === deploymentId,
  );
  const newest = await newestRun(parts.store, target);
  return isThrough && (newest === undefined || newest.id === deploymentId || isFinal(newest));
}

/** A worker may come late: what answers by then is not taken away from people without a person. */
async function isStillDown(
  { incidents }: MonitorParts,
  { target, deploymentId, incidentId }: FailedBake,
): Promise<boolean> {
  const incident = await incidents.find(incidentId);
  if (incident === undefined || incident.closedAt !== undefined) return false;
  const member = memberOf(incident, target);
  return member?.state === "down" && member.failedBake?.deploymentId === deploymentId;
}

/** The incident must not say that a rollback is on its way. One that is closed stays as it is. */
async function offer(parts: MonitorParts, { target, deploymentId, incidentId }: FailedBake): Promise<void> {
  const at = parts.now();
  await tellMonitoring(parts, { kind: "rollback-refused", target, deploymentId, incidentId, at });
}

/** The id of the rollback that takes that deployment back, begun or not. */
export function failedBakeRollbackId(deploymentId: string, target: Target): string {
  return idOfDeployment(identityOf(deploymentId), target);
}

function identityOf(deploymentId: string): readonly string[] {
  return ["bake", deploymentId];
}
