import { tokenOwner } from "../../accounts.js";
import { wholeSeconds } from "../../git/read-commits.js";
import type { Repository } from "../../git/repository-store.js";
import type { GitHubDeployment, GitHubDeploymentStatus } from "../deployment-store.js";
import type { GitHubState } from "../state.js";
import { apiUrl, nodeId } from "../urls.js";
import { userBody } from "./user-bodies.js";

export function deploymentBody(
  state: GitHubState,
  repository: Repository,
  deployment: GitHubDeployment,
): unknown {
  const url = `${apiUrl(state, repository)}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId("Deployment", deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.statuses[0]?.environment ?? deployment.environment,
    description: deployment.description,
    creator: userBody(state, tokenOwner),
    created_at: wholeSeconds(new Date(deployment.createdAt)),
    updated_at: wholeSeconds(new Date(deployment.statuses[0]?.createdAt ?? deployment.createdAt)),
    statuses_url: `${url}/statuses`,
    repository_url: apiUrl(state, repository),
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: null,
  };
}

/** `target_url` is the old name of `log_url`; GitHub answers with both. */
export function deploymentStatusBody(
  state: GitHubState,
  repository: Repository,
  deploymentId: number,
  status: GitHubDeploymentStatus,
): unknown {
  const deploymentUrl = `${apiUrl(state, repository)}/deployments/${deploymentId}`;
  const at = wholeSeconds(new Date(status.createdAt));
  return {
    url: `${deploymentUrl}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DeploymentStatus", status.id),
    state: status.state,
    creator: userBody(state, tokenOwner),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: at,
    updated_at: at,
    deployment_url: deploymentUrl,
    repository_url: apiUrl(state, repository),
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: null,
  };
}
