import { type LookUpParts, lookUpPlace } from "../app/look-up.js";
import type { BadReleases } from "../deployments/bad-releases.js";
import type { DeploymentRecord } from "../deployments/record.js";
import { allTargets, type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import { planFor } from "../strategies/plan-for.js";
import type { ActionStore } from "./action-store.js";
import { buttonsFor } from "./messages/buttons.js";
import type { ApprovalOutlook, ButtonIds, DeploymentView, Neighbour } from "./messages/deployment-view.js";

export interface OutlookParts extends LookUpParts {
  readonly actions: Pick<ActionStore, "idFor">;
  readonly badReleases: Pick<BadReleases, "isBad">;
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
  { config, store, badReleases }: OutlookParts,
  record: DeploymentRecord,
  target: FoundTarget,
): Promise<ApprovalOutlook> {
  const others = allTargets(config).filter(
    ({ project, environment }) => project === target.project && environment !== target.environment,
  );
  const [current, markedBad, ...neighbours] = await Promise.all([
    store.current(target),
    badReleases.isBad(target, record.release.sha),
    ...others.map((other) => lookUpNeighbour(store, other)),
  ]);
  const { steps } = planFor(target.config, record.release);
  return { current: current?.release.sha, markedBad, neighbours, plan: steps };
}

async function lookUpNeighbour(store: OutlookParts["store"], target: FoundTarget): Promise<Neighbour> {
  const [current, [newest]] = await Promise.all([store.current(target), store.newest(target, 1)]);
  return { environment: target.environment, sha: current?.release.sha, state: newest?.state };
}
