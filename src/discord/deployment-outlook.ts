import { type LookUpParts, lookUpPlace } from "../app/look-up.js";
import { lookUpRunning } from "../app/look-up-running.js";
import type { BadReleases } from "../deployments/bad-releases.js";
import type { DeploymentRecord } from "../deployments/record.js";
import type { RunningStore } from "../deployments/running-store.js";
import { allTargets, type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import { comparisonBase } from "../deployments/what-runs.js";
import { planFor } from "../strategies/plan-for.js";
import type { ActionStore } from "./action-store.js";
import { buttonsFor } from "./messages/buttons.js";
import type { ApprovalOutlook, ButtonIds, DeploymentView, Neighbour } from "./messages/deployment-view.js";

export interface OutlookParts extends LookUpParts {
  readonly actions: Pick<ActionStore, "idFor">;
  readonly badReleases: Pick<BadReleases, "isBad">;
  readonly running: RunningStore;
}

/** Everything that the deployment's message shows at this moment. */
export async function lookUpView(parts: OutlookParts, record: DeploymentRecord): Promise<DeploymentView> {
  const target = lookUpTarget(parts.config, record);
  const [place, buttons, outlook] = await Promise.all([
    lookUpPlace(parts, record),
    lookUpButtons(parts, record, target),
    target && record.state === "awaiting-approval" ? lookUpOutlook(parts, record, target) : undefined,
  ]);
  return { record, place, buttons, outlook, environment: target?.config };
}

async function lookUpButtons(
  { actions }: OutlookParts,
  record: DeploymentRecord,
  target: FoundTarget | undefined,
): Promise<ButtonIds> {
  const ids = buttonsFor(record, target?.config).map(
    async ({ action }) => [action, await actions.idFor({ deployment: record.id }, action)] as const,
  );
  return Object.fromEntries(await Promise.all(ids));
}

async function lookUpOutlook(
  parts: OutlookParts,
  record: DeploymentRecord,
  target: FoundTarget,
): Promise<ApprovalOutlook> {
  const others = allTargets(parts.config).filter(
    ({ project, environment }) => project === target.project && environment !== target.environment,
  );
  const [current, markedBad, ...neighbours] = await Promise.all([
    lookUpRunning(parts, target),
    parts.badReleases.isBad(target, record.release.sha),
    ...others.map((other) => lookUpNeighbour(parts, other)),
  ]);
  const { steps } = planFor(target.config, record.release);
  return { current: comparisonBase(current), markedBad, neighbours, plan: steps };
}

async function lookUpNeighbour(parts: OutlookParts, target: FoundTarget): Promise<Neighbour> {
  const [{ summary }, [newest]] = await Promise.all([
    lookUpRunning(parts, target),
    parts.store.newest(target, 1),
  ]);
  const sha = summary.kind === "release" ? summary.release.sha : undefined;
  return { environment: target.environment, sha, state: newest?.state };
}
