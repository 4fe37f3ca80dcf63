import type { Config } from "../config/schema.js";
import type { DeploymentRecord } from "../deployments/record.js";
import type { Release } from "../deployments/release.js";
import { allTargets } from "../deployments/targets.js";
import { type AdmitParts, admitDeployment } from "./admit-deployment.js";

/** A branch that moved to a commit. */
export interface Push {
  readonly repository: string;
  readonly branch: string;
  readonly before: string;
  readonly release: Release;
  readonly pusher: string;
}

/** Deploys the pushed commit to every environment that follows the branch. */
export async function deployPush(
  parts: AdmitParts & { readonly config: Config },
  push: Push,
): Promise<readonly DeploymentRecord[]> {
  const targets = allTargets(parts.config).filter(
    (target) =>
      target.projectConfig.repository.toLowerCase() === push.repository.toLowerCase() &&
      target.config.triggers.push === push.branch,
  );
  const records: DeploymentRecord[] = [];
  for (const target of targets) {
    const record = await admitDeployment(parts, {
      identity: ["push", push.repository.toLowerCase(), push.branch, push.before, push.release.sha],
      target,
      repository: target.projectConfig.repository,
      origin: { kind: "push", branch: push.branch, pusher: push.pusher },
      release: push.release,
      replacesWaiting: target.config.triggers.replaceWaiting,
    });
    records.push(record);
  }
  return records;
}
