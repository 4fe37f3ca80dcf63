import { validationGate } from "../deployments/gates.js";
import type { DeploymentRecord, Origin } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import type { Release } from "../deployments/release.js";
import { type FoundTarget, findTarget } from "../deployments/targets.js";
import { type Admission, admitDeployment, deploymentId } from "./admit-deployment.js";
import { auditRefusal } from "./audit-press.js";
import { ciState, judgeRequest } from "./judge-request.js";
import type { RequestOutcome } from "./outcomes.js";
import type { AppParts } from "./ports.js";
import { sourceRelease } from "./source-release.js";

/** Who asks, with the roles that Discord told of with this very request. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** A person's request, as typed. */
export interface DeploymentRequest {
  /** Unique per request: Discord may deliver one twice after a reconnect. */
  readonly requestId: string;
  readonly person: Person;
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

/** `/deploy`: finds what was named, asks the gates, and queues the deployment or asks for its approval. */
export async function requestDeployment(
  parts: AppParts,
  request: DeploymentRequest,
): Promise<RequestOutcome> {
  const found = findTarget(parts.config, request.environment, request.project);
  if (found.kind === "refused") return refuseRequest(parts, request.person, found.refusal);
  const { target } = found;
  const breakGlass = request.breakGlass?.trim();
  if (breakGlass === "") {
    return refuseRequest(parts, request.person, { code: "break-glass-reason" }, target);
  }
  return admitPersons(parts, request, {
    kind: "deploy",
    target,
    ...(breakGlass !== undefined && { breakGlass }),
    asked: request.ref === undefined ? {} : { ref: request.ref },
    release: () => parts.refs.resolve(target.projectConfig.repository, request.ref ?? defaultRef(target)),
  });
}

/** `/promote`: the same SHA that runs on the other environment, whatever its branch holds by now. */
export async function promote(parts: AppParts, request: PromoteRequest): Promise<RequestOutcome> {
  const source = findTarget(parts.config, request.from, request.project);
  if (source.kind === "refused") return refuseRequest(parts, request.person, source.refusal);
  const found = findTarget(parts.config, request.to, source.target.project);
  if (found.kind === "refused") return refuseRequest(parts, request.person, found.refusal);
  return admitPersons(parts, request, {
    kind: "promote",
    target: found.target,
    asked: { from: request.from },
    release: async () => validatedReleaseOn(parts, source.target),
  });
}

interface Wish {
  readonly kind: Admission["kind"];
  readonly target: FoundTarget;
  readonly breakGlass?: string;
  readonly release: Parameters<typeof judgeRequest>[1]["release"];
  readonly rollbackOf?: number;
  readonly asked?: DeploymentRecord["asked"];
}

/** Judges what a person wants, and admits it. Every refusal is written down. */
export async function admitPersons(
  parts: AppParts,
  { requestId, person }: Pick<DeploymentRequest, "requestId" | "person">,
  wish: Wish,
): Promise<RequestOutcome> {
  const { target } = wish;
  const judgement = await judgeRequest(parts, { ...wish, requester: { kind: "person", ...person } });
  if (judgement.kind === "refused") return refuseRequest(parts, person, judgement.refusal, target);
  const origin: Origin = { kind: "command", userId: person.id, userName: person.name };
  const identity = ["command", requestId];
  const { release, comparison } = judgement;
  const record = await admitDeployment(parts, {
    ...{ ...wish, identity, origin, release, comparison },
  });
  const already = record.id !== deploymentId(identity, target);
  return { kind: "accepted", record, target, ...(already && { already }) };
}

/** Asked of the source itself: the environment that it goes to may not ask where its releases come from. */
async function validatedReleaseOn(
  parts: AppParts,
  source: FoundTarget,
): Promise<{ kind: "resolved"; release: Release } | { kind: "refused"; refusal: Refusal }> {
  const found = await sourceRelease(parts, source);
  if (found.kind === "none") {
    const { why } = found;
    return { kind: "refused", refusal: { code: "nothing-to-promote", source: source.environment, why } };
  }
  const { release } = found.record;
  const refusal = validationGate(source, source.environment, await ciState(parts, source, release));
  return refusal === undefined ? { kind: "resolved", release } : { kind: "refused", refusal };
}

/** Writes down why a request came to nothing. */
export async function refuseRequest(
  parts: AppParts,
  person: Person,
  refusal: Refusal,
  target?: FoundTarget,
): Promise<RequestOutcome> {
  await auditRefusal(parts, person, refusal, { target });
  return { kind: "refused", refusal };
}

/** The ref that is deployed where none is named. */
export function defaultRef(target: FoundTarget): string {
  return target.config.ref ?? target.projectConfig.ref;
}
