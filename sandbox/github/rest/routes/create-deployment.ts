import { randomUUID } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { ApiProblem } from "../../errors.js";
import { isAncestor, mergeBase } from "../../git/read-commits.js";
import { findBranch, resolveCommit } from "../../git/refs.js";
import type { Repository } from "../../git/repository-store.js";
import { mergeInto } from "../../git/write-commits.js";
import { isGreen } from "../bodies/check-bodies.js";
import { deploymentBody } from "../bodies/deployment-bodies.js";
import type { Answer, Call } from "../call.js";
import { checkDescription, parseBody } from "../parse-body.js";

const NewDeployment = z.object({
  ref: z.string().min(1),
  task: z.string().default("deploy"),
  auto_merge: z.boolean().default(true),
  required_contexts: z.array(z.string()).optional(),
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]).default({}),
  environment: z.string().default("production"),
  description: z.string().nullable().default(null),
  transient_environment: z.boolean().default(false),
  production_environment: z.boolean().optional(),
});

/** In GitHub's order: the ref, the merge that `auto_merge` asks for, the required contexts, the deployment. */
export async function createDeployment(repository: Repository, call: Call): Promise<Answer> {
  const body = parseBody(NewDeployment, call.body);
  checkDescription("Deployment", body.description);
  const sha = await resolveCommit(repository, body.ref);
  if (sha === undefined) throw new ApiProblem(422, `No ref found for: ${body.ref}`);
  if (body.auto_merge && (await mergeDefaultBranch(repository, call, body.ref, sha))) {
    return {
      status: 202,
      body: { message: `Auto-merged ${repository.defaultBranch} into ${body.ref} on deployment.` },
    };
  }
  checkContexts(repository, call, body.ref, sha, body.required_contexts);
  const deployment = call.state.deployments.add(repository, {
    sha,
    ref: body.ref,
    task: body.task,
    payload: body.payload,
    environment: body.environment,
    description: body.description,
    transient: body.transient_environment,
    production: body.production_environment ?? body.environment === "production",
  });
  return { status: 201, body: deploymentBody(call.state, repository, deployment) };
}

/**
 * @returns true when the branch was behind the default branch and has been merged
 * @throws ApiProblem 409 when it cannot be merged, as no tag or SHA can
 */
async function mergeDefaultBranch(
  repository: Repository,
  call: Call,
  ref: string,
  sha: string,
): Promise<boolean> {
  return await repository.inTurn(async () => {
    const main = await findBranch(repository, repository.defaultBranch);
    if (!main || (await isAncestor(repository, main.sha, sha))) return false;
    const branch = await findBranch(repository, ref);
    const base = await mergeBase(repository, main.sha, sha);
    if (branch?.sha === sha && base !== undefined) {
      const indexFile = path.join(call.state.scratch, `index-${randomUUID()}`);
      const other = { sha: main.sha, label: repository.defaultBranch };
      if (await mergeInto(repository, { name: ref, sha }, base, other, indexFile)) return true;
    }
    throw new ApiProblem(409, `Conflict merging ${repository.defaultBranch} into ${ref}.`);
  });
}

/** @throws ApiProblem 409 unless every required context is green; without a list every context that there is */
function checkContexts(
  repository: Repository,
  call: Call,
  ref: string,
  sha: string,
  required: readonly string[] | undefined,
): void {
  const statuses = call.state.checks.statuses(repository, sha);
  const runs = call.state.checks.runs(repository, sha);
  const contexts = [
    ...statuses.map(({ context, state }) => ({ context, state, green: state === "success" })),
    ...runs.map((run) => ({ context: run.name, state: run.conclusion ?? "pending", green: isGreen(run) })),
  ];
  const names = required ?? contexts.map(({ context }) => context);
  const green = (name: string): boolean => contexts.some(({ context, green }) => context === name && green);
  if (names.every(green)) return;
  throw new ApiProblem(409, `Conflict: Commit status checks failed for ${ref}.`, [
    {
      resource: "Deployment",
      field: "required_contexts",
      code: "invalid",
      contexts: contexts.map(({ context, state }) => ({ context, state })),
    },
  ]);
}
