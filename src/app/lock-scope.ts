import type { Config } from "../config/schema.js";
import { mayApprove, mayDeploy } from "../deployments/gates.js";
import type { LockScope } from "../deployments/locks.js";
import type { Refusal } from "../deployments/refusal.js";
import { allTargets, type FoundTarget, findTarget } from "../deployments/targets.js";
import type { DeploymentRequest } from "./request-deployment.js";

/** What people type for every environment of a project. An environment of this name cannot be locked by itself. */
export const ALL_ENVIRONMENTS = "all";

/** What a person named, once it is known that they may lock it. */
export type FoundScope =
  | { readonly kind: "found"; readonly scope: LockScope }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * Finds what shall be locked or unlocked. Whoever may deploy or approve there may do it; for a whole project,
 * whoever may in each of its environments.
 */
export function findScope(
  config: Config,
  request: {
    readonly person: DeploymentRequest["person"];
    readonly project?: string;
    readonly environment: string;
  },
): FoundScope {
  const { person, project, environment } = request;
  const whole = environment === ALL_ENVIRONMENTS;
  const found = whole ? targetsOf(config, project) : targetOf(config, environment, project);
  if (!Array.isArray(found)) return { kind: "refused", refusal: found };
  const closed = found.filter((target) => !mayLock(target, person));
  if (closed.length > 0) {
    const missing = closed.map((target) => target.environment);
    const refusal = { code: "role-missing", environment, roles: rolesOf(closed) } as const;
    return { kind: "refused", refusal: whole ? { ...refusal, missing } : refusal };
  }
  const [{ project: named }] = found;
  return { kind: "found", scope: whole ? { project: named } : { project: named, environment } };
}

/** At least one: a project has one. */
type Targets = [FoundTarget, ...FoundTarget[]];

function targetOf(config: Config, environment: string, project: string | undefined): Targets | Refusal {
  const found = findTarget(config, environment, project);
  return found.kind === "refused" ? found.refusal : [found.target];
}

function targetsOf(config: Config, project: string | undefined): Targets | Refusal {
  const projects = Object.keys(config.projects);
  const [only, second] = projects;
  if (project === undefined && second !== undefined) {
    return { code: "ambiguous-project", environment: ALL_ENVIRONMENTS, projects };
  }
  const named = project ?? only;
  const [first, ...others] = allTargets(config).filter((target) => target.project === named);
  if (first === undefined) return { code: "unknown-project", project: named ?? "", known: projects };
  return [first, ...others];
}

function mayLock(target: FoundTarget, { id, name, roles }: DeploymentRequest["person"]): boolean {
  return mayDeploy(target, { kind: "person", id, name, roles }) || mayApprove(target, roles);
}

function rolesOf(targets: readonly FoundTarget[]): readonly string[] {
  return [
    ...new Set(targets.flatMap(({ config: { roles } }) => [...roles.deploy, ...(roles.approve ?? [])])),
  ];
}
