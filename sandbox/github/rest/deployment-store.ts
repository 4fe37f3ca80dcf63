import type { Repository } from "../git/repository-store.js";

export type DeploymentState =
  | "error"
  | "failure"
  | "inactive"
  | "in_progress"
  | "queued"
  | "pending"
  | "success";

export interface NewGitHubDeployment {
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  readonly environment: string;
  readonly description: string | null;
  readonly transient: boolean;
  readonly production: boolean;
}

export interface NewDeploymentStatus {
  readonly state: DeploymentState;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
}

export interface GitHubDeploymentStatus extends NewDeploymentStatus {
  readonly id: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface GitHubDeployment extends NewGitHubDeployment {
  readonly id: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Newest first. */
  readonly statuses: readonly GitHubDeploymentStatus[];
}

export interface DeploymentStore {
  add(repository: Repository, deployment: NewGitHubDeployment): GitHubDeployment;
  find(repository: Repository, id: number): GitHubDeployment | undefined;
  /** Newest first. */
  list(repository: Repository): readonly GitHubDeployment[];
  addStatus(repository: Repository, id: number, status: NewDeploymentStatus): GitHubDeploymentStatus;
  /** Marks the earlier successful deployments of the same environment as inactive. */
  retireOthers(repository: Repository, current: GitHubDeployment): void;
}

export function createDeploymentStore(): DeploymentStore {
  const byRepository = new Map<number, GitHubDeployment[]>();
  let lastId = 0;
  const stamp = (): { id: number; createdAt: string } => {
    lastId += 1;
    return { id: lastId, createdAt: new Date().toISOString() };
  };
  const all = (repository: Repository): GitHubDeployment[] => byRepository.get(repository.id) ?? [];

  const addStatus: DeploymentStore["addStatus"] = (repository, id, status) => {
    const deployments = all(repository);
    const index = deployments.findIndex((deployment) => deployment.id === id);
    const deployment = deployments[index];
    if (!deployment) throw new RangeError(`There is no deployment ${id}`);
    const stored = { ...status, ...stamp() };
    deployments[index] = { ...deployment, statuses: [stored, ...deployment.statuses] };
    return stored;
  };

  return {
    list: all,
    find: (repository, id) => all(repository).find((deployment) => deployment.id === id),
    add(repository, deployment) {
      const stored = { ...deployment, ...stamp(), statuses: [] };
      byRepository.set(repository.id, [stored, ...all(repository)]);
      return stored;
    },
    addStatus,
    retireOthers(repository, current) {
      for (const other of all(repository)) {
        const retires = other.id < current.id && other.environment === current.environment && isLive(other);
        if (retires) addStatus(repository, other.id, inactive(other));
      }
    },
  };
}

/** GitHub leaves transient and production environments alone. */
const isLive = (deployment: GitHubDeployment): boolean =>
  !deployment.transient && !deployment.production && deployment.statuses[0]?.state === "success";

const inactive = (deployment: GitHubDeployment): NewDeploymentStatus => ({
  state: "inactive",
  description: "",
  environment: deployment.environment,
  environmentUrl: "",
  logUrl: "",
});
