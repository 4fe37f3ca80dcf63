import type { DeploymentRecord, Origin } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import type { FoundTarget } from "../deployments/targets.js";
import { actorOf, admitDeployment, sourceOf } from "./admit-deployment.js";
import { type Intent, judgeRequest } from "./judge-request.js";
import type { AppParts } from "./ports.js";

/** What a push, a schedule or a failed bake period wants, without a person. */
export interface TriggerRequest {
  readonly identity: readonly string[];
  /** @defaultValue `deploy` */
  readonly kind?: "deploy" | "rollback";
  readonly target: FoundTarget;
  readonly origin: Exclude<Origin, { kind: "command" }>;
  readonly release: Intent["release"];
  readonly rollbackOf?: number;
  readonly replacesWaiting: boolean;
}

export type TriggerOutcome =
  | { readonly kind: "accepted"; readonly record: DeploymentRecord }
  | { readonly kind: "refused"; readonly target: FoundTarget; readonly refusal: Refusal };

/** Locks, freezes and the environment order hold for triggers as for people. */
export async function admitTrigger(parts: AppParts, request: TriggerRequest): Promise<TriggerOutcome> {
  const { target, kind = "deploy" } = request;
  const requester = { kind: "trigger" } as const;
  const judgement = await judgeRequest(parts, { kind, target, requester, release: request.release });
  if (judgement.kind === "refused") {
    await auditRefusal(parts, request, judgement.refusal);
    return { kind: "refused", target, refusal: judgement.refusal };
  }
  const { release, comparison } = judgement;
  const record = await admitDeployment(parts, { ...request, kind, release, comparison });
  return { kind: "accepted", record };
}

async function auditRefusal(
  { audit }: AppParts,
  { target, origin }: TriggerRequest,
  refusal: Refusal,
): Promise<void> {
  await audit.append({
    action: "refusal",
    actor: actorOf(origin),
    source: sourceOf(origin),
    target: { project: target.project, environment: target.environment },
    details: { code: refusal.code },
  });
}
