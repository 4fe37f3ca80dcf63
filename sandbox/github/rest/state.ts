import type { Accounts } from "../accounts.js";
import type { RepositoryStore } from "../git/repository-store.js";
import type { CheckStore } from "./check-store.js";
import type { DeploymentStore } from "./deployment-store.js";
import type { RateLimit } from "./rate-limit.js";

/** Everything that the routes read and change. */
export interface GitHubState {
  /** Base URL of the REST API, without a slash at its end. */
  readonly apiUrl: string;
  /** A folder for files that live as long as one request. */
  readonly scratch: string;
  readonly accounts: Accounts;
  readonly repositories: RepositoryStore;
  readonly checks: CheckStore;
  readonly deployments: DeploymentStore;
  readonly rateLimit: RateLimit;
}
