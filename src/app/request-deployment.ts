import type { Config } from "../config/schema.js";
import { tryGates } from "../deployments/gates.js";
import type { DeploymentRecord } from "../deployments/record.js";
import type { RefRefusal, Refusal } from "../deployments/refusal.js";
import type { Release } from "../deployments/release.js";
import { type FoundTarget, findTarget } from "../deployments/targets.js";
import { type AdmitParts, admitDeployment } from "./admit-deployment.js";

/** Where refs become commits. */
export interface RefResolver {
  /** Resolves a branch, tag or SHA once; what it answers holds for the whole deployment. */
  resolve(
    repository: string,
    ref: string,
  ): Promise<{ kind: "resolved"; release: Release } | { kind: "refused"; refusal: RefRefusal }>;
}

export interface RequestParts extends AdmitParts {
  readonly config: Config;
  readonly refs: RefResolver;
}

/** A person's request, as typed. */
export interface DeploymentRequest {
  /** Unique per request: Discord may deliver one twice after a reconnect. */
  readonly requestId: string;
  readonly person: { readonly id: string; readonly name: string; readonly roles: readonly string[] };
  readonly environment: string;
  readonly project?: string;
  readonly ref?: string;
  /** Deploys in spite of a freeze, for this reason; needs a second person. */
  readonly breakGlass?: string;
}

/** `/promote`: exactly what runs, validated, on `from`. */
export interface PromoteRequest extends Pick<DeploymentRequest, "requestId" | "person" | "project"> {
  readonly from: string;
  readonly to: string;
}

/** `/rollback`. */
export interface RollbackRequest extends Pick<DeploymentRequest, "requestId" | "person" | "project" | "environment"> {
  /** Id of the deployment whose release shall run again. @defaultValue the last validated one before the current */
  readonly to?: string;
}

/** `/deploy`: finds what was named, asks the gates, resolves the ref and queues the deployment. */
export async function requestDeployment(
  parts: RequestParts,
  request: DeploymentRequest,
): Promise<RequestOutcome> {
  const found = findTarget(parts.config, request.environment, request.project);
  if (found.kind === "refused") return found;
  const { target } = found;

  const refusal = tryGates({ target, roles: request.person.roles });
  if (refusal !== undefined) return { kind: "refused", refusal };

  const { repository } = target.projectConfig;
  const resolved = await parts.refs.resolve(repository, request.ref ?? defaultRef(target));
  if (resolved.kind === "refused") return resolved;

  const record = await admitDeployment(parts, {
    identity: ["command", request.requestId],
    target,
    repository,
    origin: { kind: "command", userId: request.person.id, userName: request.person.name },
    release: resolved.release,
    replacesWaiting: false,
  });
  return { kind: "accepted", record, target };
}

/** The ref that is deployed where none is named. */
export function defaultRef(target: FoundTarget): string {
  return target.config.ref ?? target.projectConfig.ref;
}
