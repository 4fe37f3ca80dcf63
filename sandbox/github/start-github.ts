import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { createAccounts } from "./accounts.js";
import { createGitRunner } from "./git/git-runner.js";
import { createRepositoryStore } from "./git/repository-store.js";
import { loadOpenApiChecker } from "./openapi/openapi-checker.js";
import { createRepositoryMethods } from "./repository-methods.js";
import { createCheckStore } from "./rest/check-store.js";
import { createDeploymentStore } from "./rest/deployment-store.js";
import { createFaults } from "./rest/faults.js";
import { createRateLimit } from "./rest/rate-limit.js";
import { createRequestLog } from "./rest/request-log.js";
import { serveRest } from "./rest/rest-server.js";
import { createRouter } from "./rest/router.js";
import { routes } from "./rest/routes/index.js";
import type { GitHubState } from "./rest/state.js";
import type { GitHubOptions, GitHubStandIn } from "./types.js";
import { createDeliverer } from "./webhooks/deliver.js";

/** GitHub's own limit for a user, in requests an hour. */
const userRateLimit = 5000;

/** Starts GitHub: a REST API on a loopback port over real git repositories, and a sender of signed webhooks. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubStandIn> {
  const checker = options.validate === true ? await loadOpenApiChecker() : undefined;
  const scratch = await mkdtemp(path.join(tmpdir(), "slipway-github-"));
  const directory = path.resolve(options.directory ?? path.join(scratch, "repositories"));
  await mkdir(directory, { recursive: true });
  const token = `ghp_${randomBytes(18).toString("hex")}`;
  const webhookSecret = randomBytes(20).toString("hex");
  const server = createServer();
  const apiUrl = await listen(server);
  const runner = createGitRunner();
  const state: GitHubState = {
    apiUrl,
    scratch,
    accounts: createAccounts(),
    repositories: createRepositoryStore(directory, runner),
    checks: createCheckStore(),
    deployments: createDeploymentStore(),
    rateLimit: createRateLimit(options.rateLimit ?? userRateLimit),
  };
  const faults = createFaults();
  const log = createRequestLog(token);
  const closing = new AbortController();
  const deliverer = createDeliverer(webhookSecret);
  const api = { state, token, router: createRouter(routes), checker };
  serveRest(server, { api, faults, log, closing: closing.signal });

  return {
    apiUrl,
    token,
    webhookSecret,
    requests: log.records,
    ...createRepositoryMethods(state, deliverer),
    cloneUrl: (fullName) => pathToFileURL(state.repositories.get(fullName).directory).href,
    setChecks: (fullName, sha, checks) => state.checks.set(state.repositories.get(fullName), sha, checks),
    queueFault: faults.queue,
    clearFaults: faults.clear,
    async close() {
      closing.abort();
      await Promise.all([stopServer(server), deliverer.close(), runner.close()]);
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new TypeError("The server has no port"));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

async function stopServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
