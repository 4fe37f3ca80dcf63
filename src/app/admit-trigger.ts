import type { DeploymentRecord, Origin } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import type { FoundTarget } from "../deployments/targets.js";
import { admitDeployment } from "./admit-deployment.js";
import { type Intent, judgeRequest } from "./judge-request.js";
import type { AppParts } from "./ports.js";

/** What a push or a schedule wants, without a person. */
export interface TriggerRequest {
  readonly identity: readonly string[];
  readonly target: FoundTarget;
  readonly origin: Exclude<Origin, { kind: "command" }>;
  readonly release: Intent["release"];
  readonly replacesWaiting: boolean;
}

export type TriggerOutcome =
  | { readonly kind: "accepted"; readonly record: DeploymentRecord }
  | { readonly kind: "refused"; readonly target: FoundTarget; readonly refusal: Refusal };

/** Locks, freezes and the environment order hold for triggers as for people. */
export async function admitTrigger(parts: AppParts, request: TriggerRequest): Promise<TriggerOutcome> {
  const { target, origin } = request;
  const intent = {
    kind: "deploy",
    target,
    requester: { kind: "trigger" },
    release: request.release,
  } as const;
  const judgement = await judgeRequest(parts, intent);
  if (judgement.kind === "refused") {
    await auditRefusal(parts, request, judgement.refusal);
    return { kind: "refused", target, refusal: judgement.refusal };
  }
  const { release, comparison } = judgement;
  const record = await admitDeployment(parts, { ...request, kind: "deploy", origin, release, comparison });
  return { kind: "accepted", record };
}

async function auditRefusal(
  { audit }: AppParts,
  { target, origin }: TriggerRequest,
  refusal: Refusal,
): Promise<void> {
  const push = origin.kind === "push";
  await audit.append({
    action: "refusal",
    actor: push ? { kind: "github", login: origin.pusher } : { kind: "slipway" },
    source: push ? "github" : "schedule",
    target: { project: target.project, environment: target.environment },
    details: { code: refusal.code },
  });
}
