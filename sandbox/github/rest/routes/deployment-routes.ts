import { z } from "zod";
import { notFound } from "../../errors.js";
import type { Repository } from "../../git/repository-store.js";
import { deploymentBody, deploymentStatusBody } from "../bodies/deployment-bodies.js";
import { type Answer, type Call, ok, param, type Route, repositoryRoute } from "../call.js";
import type { GitHubDeployment } from "../deployment-store.js";
import { paginate } from "../pagination.js";
import { checkDescription, checkLink, parseBody } from "../parse-body.js";
import { createDeployment } from "./create-deployment.js";

const pages = ["per_page", "page"];

export const deploymentRoutes: readonly Route[] = [
  repositoryRoute("GET", "/deployments", ["sha", "ref", "task", "environment", ...pages], listDeployments),
  repositoryRoute("POST", "/deployments", [], createDeployment),
  repositoryRoute("GET", "/deployments/{deployment_id}", [], async (repository, call) =>
    ok(deploymentBody(call.state, repository, deploymentOf(repository, call))),
  ),
  repositoryRoute("GET", "/deployments/{deployment_id}/statuses", pages, listStatuses),
  repositoryRoute("POST", "/deployments/{deployment_id}/statuses", [], createStatus),
  repositoryRoute("GET", "/deployments/{deployment_id}/statuses/{status_id}", [], getStatus),
];

async function listDeployments(repository: Repository, call: Call): Promise<Answer> {
  const wanted = (name: "sha" | "ref" | "task" | "environment", deployment: GitHubDeployment): boolean => {
    const value = call.query.get(name);
    return value === null || value === "none" || deployment[name] === value;
  };
  const deployments = call.state.deployments
    .list(repository)
    .filter((deployment) =>
      (["sha", "ref", "task", "environment"] as const).every((name) => wanted(name, deployment)),
    );
  return paginate(call, deployments, (shown) =>
    shown.map((deployment) => deploymentBody(call.state, repository, deployment)),
  );
}

async function listStatuses(repository: Repository, call: Call): Promise<Answer> {
  const deployment = deploymentOf(repository, call);
  return paginate(call, deployment.statuses, (shown) =>
    shown.map((status) => deploymentStatusBody(call.state, repository, deployment.id, status)),
  );
}

async function getStatus(repository: Repository, call: Call): Promise<Answer> {
  const deployment = deploymentOf(repository, call);
  const status = deployment.statuses.find((candidate) => String(candidate.id) === param(call, "status_id"));
  if (!status) throw notFound();
  return ok(deploymentStatusBody(call.state, repository, deployment.id, status));
}

const NewStatus = z.object({
  state: z.enum(["error", "failure", "inactive", "in_progress", "queued", "pending", "success"]),
  target_url: z.string().optional(),
  log_url: z.string().optional(),
  description: z.string().optional(),
  environment: z.string().optional(),
  environment_url: z.string().optional(),
  auto_inactive: z.boolean().default(true),
});

async function createStatus(repository: Repository, call: Call): Promise<Answer> {
  const deployment = deploymentOf(repository, call);
  const body = parseBody(NewStatus, call.body);
  checkDescription("DeploymentStatus", body.description);
  for (const field of ["target_url", "log_url", "environment_url"] as const) {
    checkLink("DeploymentStatus", field, body[field]);
  }
  const status = call.state.deployments.addStatus(repository, deployment.id, {
    state: body.state,
    description: body.description ?? "",
    environment: body.environment ?? deployment.environment,
    environmentUrl: body.environment_url ?? "",
    logUrl: body.log_url ?? body.target_url ?? "",
  });
  if (body.state === "success" && body.auto_inactive)
    call.state.deployments.retireOthers(repository, deployment);
  return { status: 201, body: deploymentStatusBody(call.state, repository, deployment.id, status) };
}

function deploymentOf(repository: Repository, call: Call): GitHubDeployment {
  const id = param(call, "deployment_id");
  const deployment = /^\d{1,15}$/.test(id) ? call.state.deployments.find(repository, Number(id)) : undefined;
  if (!deployment) throw notFound();
  return deployment;
}
