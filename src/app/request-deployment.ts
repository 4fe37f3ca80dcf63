import { validationGate } from "../deployments/gates.js";
import type { DeploymentRecord, Origin, Target } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import type { Release, Sha } from "../deployments/release.js";
import { type FoundTarget, findTarget } from "../deployments/targets.js";
import { type EnvironmentRunning, isFullyOn } from "../deployments/what-runs.js";
import { type Admission, admitDeployment, deploymentId } from "./admit-deployment.js";
import { auditRefusal } from "./audit-press.js";
import { ciState, type Judgement, judgeRequest } from "./judge-request.js";
import { deploymentThrough, lookUpRunning, readRunning } from "./look-up-running.js";
import type { ActionOutcome, RequestOutcome } from "./outcomes.js";
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

/** What is asked for runs on every host already, for certain: nothing was started, and the person is asked. */
export interface RunsAlready {
  readonly kind: "runs-already";
  readonly target: FoundTarget;
  readonly running: EnvironmentRunning;
  /** Undefined for release 0, and where hosts got the commit through different deployments. */
  readonly through: DeploymentRecord | undefined;
  readonly again: DeployAgain;
}

/** What *Deploy again* means: the commit that was asked for, for the person who asked. */
export interface DeployAgain extends Target {
  readonly sha: Sha;
  readonly requestId: string;
  readonly userId: string;
  /** As it was typed. */
  readonly ref?: string | undefined;
}

/**
 * `/deploy`: finds what was named, asks the gates, and queues the deployment or asks for its approval. What runs there
 * already for certain is not deployed before the person has said so; a freeze override asks a second person in any case.
 */
export async function requestDeployment(
  parts: AppParts,
  request: DeploymentRequest,
): Promise<RequestOutcome | RunsAlready> {
  const found = await findWish(parts, request);
  if (found.kind === "refused") return found;
  const { wish } = found;
  const { target } = wish;
  const judgement = await judgeWish(parts, request.person, wish);
  if (judgement.kind === "refused") return judgement;
  const { sha } = judgement.release;
  const running = wish.breakGlass === undefined ? await surelyRunning(parts, target, sha) : undefined;
  if (running === undefined || (await isAboutToChange(parts, target, sha))) {
    return admitJudged(parts, request, wish, judgement);
  }
  const { project, environment } = target;
  const { requestId, person, ref } = request;
  return {
    ...{ kind: "runs-already", target, running, through: await deploymentThrough(parts.store, running) },
    again: { project, environment, sha, requestId, userId: person.id, ref },
  };
}

/** Asks the hosts, too: somebody may have moved a checkout since. @returns undefined unless the commit runs on all */
async function surelyRunning(
  parts: AppParts,
  target: FoundTarget,
  sha: Sha,
): Promise<EnvironmentRunning | undefined> {
  if (!isFullyOn(await lookUpRunning(parts, target), sha)) return undefined;
  const running = await readRunning(parts, target);
  return isFullyOn(running, sha) ? running : undefined;
}

/** Whether this commit was requested already, or another deployment runs before this one could. */
async function isAboutToChange({ store }: AppParts, target: FoundTarget, sha: Sha): Promise<boolean> {
  const open = await store.open(target);
  return open.some(({ state, release }) => state !== "awaiting-approval" || release.sha === sha);
}

/** The *Deploy again* button: once, and only while that commit is what runs. */
export async function deployAgain(
  parts: AppParts,
  { requestId, project, environment, sha, ref }: DeployAgain,
  person: Person,
): Promise<Extract<ActionOutcome, { kind: "started" | "refused" }>> {
  const request = { requestId, person, project, environment, ...(ref !== undefined && { ref }) };
  const found = await findWish(parts, request);
  if (found.kind === "refused") return found;
  const { wish } = found;
  const { target } = wish;
  const record = await parts.store.find(deploymentId(["command", requestId], target));
  if (record !== undefined) return { kind: "started", record, target, already: true };
  if (!isFullyOn(await lookUpRunning(parts, target), sha)) {
    const refusal = { code: "runs-no-longer", environment } as const;
    await auditRefusal(parts, person, refusal, { target });
    return { kind: "refused", refusal };
  }
  const outcome = await admitPersons(parts, request, {
    ...{ ...wish, confirmed: "runs-already" },
    release: () => resolveAs(parts, target, sha, ref ?? defaultRef(target)),
  });
  return outcome.kind === "accepted" ? { ...outcome, kind: "started" } : outcome;
}

/** That very commit, under the name that it was asked for by, whatever the name means by now. */
async function resolveAs({ refs }: AppParts, target: FoundTarget, sha: Sha, ref: string) {
  const resolved = await refs.resolve(target.projectConfig.repository, sha);
  return resolved.kind === "refused" ? resolved : { ...resolved, release: { ...resolved.release, ref } };
}

async function findWish(
  parts: AppParts,
  request: DeploymentRequest,
): Promise<{ readonly kind: "found"; readonly wish: Wish } | Refused> {
  const found = findTarget(parts.config, request.environment, request.project);
  if (found.kind === "refused") return refuseRequest(parts, request.person, found.refusal);
  const { target } = found;
  const breakGlass = request.breakGlass?.trim();
  if (breakGlass === "") {
    return refuseRequest(parts, request.person, { code: "break-glass-reason" }, target);
  }
  const wish: Wish = {
    kind: "deploy",
    target,
    ...(breakGlass !== undefined && { breakGlass }),
    asked: request.ref === undefined ? {} : { ref: request.ref },
    release: () => parts.refs.resolve(target.projectConfig.repository, request.ref ?? defaultRef(target)),
  };
  return { kind: "found", wish };
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

type Refused = Extract<RequestOutcome, { kind: "refused" }>;
type Admitted = Extract<Judgement, { kind: "admitted" }>;

interface Wish {
  readonly kind: Admission["kind"];
  readonly target: FoundTarget;
  readonly breakGlass?: string;
  readonly release: Parameters<typeof judgeRequest>[1]["release"];
  readonly rollbackOf?: number;
  readonly asked?: DeploymentRecord["asked"];
  readonly confirmed?: Admission["confirmed"];
}

/** Judges what a person wants, and admits it. Every refusal is written down. */
export async function admitPersons(
  parts: AppParts,
  request: Pick<DeploymentRequest, "requestId" | "person">,
  wish: Wish,
): Promise<RequestOutcome> {
  const judgement = await judgeWish(parts, request.person, wish);
  return judgement.kind === "refused" ? judgement : admitJudged(parts, request, wish, judgement);
}

async function judgeWish(parts: AppParts, person: Person, wish: Wish): Promise<Admitted | Refused> {
  const judgement = await judgeRequest(parts, { ...wish, requester: { kind: "person", ...person } });
  return judgement.kind === "refused"
    ? refuseRequest(parts, person, judgement.refusal, wish.target)
    : judgement;
}

async function admitJudged(
  parts: AppParts,
  { requestId, person }: Pick<DeploymentRequest, "requestId" | "person">,
  wish: Wish,
  judgement: Admitted,
): Promise<RequestOutcome> {
  const { target } = wish;
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
): Promise<Refused> {
  await auditRefusal(parts, person, refusal, { target });
  return { kind: "refused", refusal };
}

/** The ref that is deployed where none is named. */
export function defaultRef(target: FoundTarget): string {
  return target.config.ref ?? target.projectConfig.ref;
}
