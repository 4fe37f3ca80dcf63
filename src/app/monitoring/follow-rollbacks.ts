import { isFinal } from "../../deployments/record.js";
import type { Board } from "../../health/incidents/board.js";
import { type FailedBake, type Incident, isActive, type Member } from "../../health/incidents/incident.js";
import type { PendingEffect } from "../../health/incidents/incident-store.js";
import type { MonitorParts } from "./monitor-parts.js";
import { failedBakeRollbackId } from "./roll-back-failed-bake.js";
import { tellMonitoring } from "./tell-monitoring.js";

/**
 * Finds rollbacks of failed bake periods that came to nothing: refused, expired, void or cancelled before they ran, or
 * never begun. However one ends, its incident must not go on saying that the release is being taken back.
 * @param board looked up before `pending`: what is asked for on it and waits no more has been begun, or never will be
 */
export async function followRollbacks(
  parts: MonitorParts,
  { incidents }: Board,
  pending: readonly PendingEffect[],
): Promise<void> {
  for (const { incident, member, failedBake } of Object.values(incidents).flatMap(rollbacksOf)) {
    const { deploymentId } = failedBake;
    if (isPending(pending, deploymentId) || (await isUnderWay(parts, deploymentId, member))) continue;
    const { project, environment } = member;
    await tellMonitoring(parts, {
      ...{ kind: "rollback-refused", incidentId: incident.id, target: { project, environment } },
      ...{ deploymentId, at: parts.now() },
    });
  }
}

interface AskedFor {
  readonly incident: Incident;
  readonly member: Member;
  readonly failedBake: FailedBake;
}

function rollbacksOf(incident: Incident): readonly AskedFor[] {
  return incident.members.flatMap((member) => {
    const { failedBake } = member;
    if (!isActive(member) || failedBake?.action !== "rollback") return [];
    return [{ incident, member, failedBake }];
  });
}

function isPending(pending: readonly PendingEffect[], deploymentId: string): boolean {
  return pending.some(({ effect }) => effect.kind === "bake-failed" && effect.deploymentId === deploymentId);
}

async function isUnderWay({ store }: MonitorParts, deploymentId: string, member: Member): Promise<boolean> {
  const rollback = await store.find(failedBakeRollbackId(deploymentId, member));
  return rollback !== undefined && (!isFinal(rollback) || rollback.state === "succeeded");
}
