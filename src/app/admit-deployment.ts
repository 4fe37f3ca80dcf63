import { createHash } from "node:crypto";
import type { AuditActor, AuditEntry } from "../audit/audit-trail.js";
import type {
  Approval,
  ApprovalReason,
  Comparison,
  DeploymentRecord,
  Origin,
  Target,
} from "../deployments/record.js";
import type { Release } from "../deployments/release.js";
import type { NewDeployment } from "../deployments/store.js";
import type { FoundTarget } from "../deployments/targets.js";
import { supersede } from "../deployments/transitions.js";
import { hashPlan, planFor } from "../strategies/plan-for.js";
import type { AppParts } from "./ports.js";

/** A deployment that many newer ones have left behind is not among those that one push replaces. */
const RECENT = 100;

export interface Admission {
  /** What makes this request this one and no other: the same parts give the same deployment. */
  readonly identity: readonly string[];
  readonly kind: DeploymentRecord["kind"];
  readonly target: FoundTarget;
  readonly origin: Origin;
  readonly release: Release;
  readonly comparison?: Comparison | undefined;
  readonly breakGlass?: string | undefined;
  readonly rollbackOf?: number | undefined;
  readonly asked?: DeploymentRecord["asked"];
  /** The person was asked whether to deploy it in spite of this, and said so. */
  readonly confirmed?: "runs-already" | undefined;
  /** It takes the place of pushes that still wait. */
  readonly replacesWaiting?: boolean;
}

/**
 * Makes the deployment record of an accepted request, and either wakes up the queue or asks for an approval. Safe
 * to call again after a crash at any point: the id follows from the request's identity.
 */
export async function admitDeployment(parts: AppParts, admission: Admission): Promise<DeploymentRecord> {
  const wanted = await newDeployment(parts, admission);
  const { record, isRepeated } = await parts.store.create(wanted, requestEntry(wanted, admission));
  if (isRepeated) await auditRepetition(parts, wanted, record);
  if (admission.replacesWaiting) {
    if (isWaiting(record)) await supersedeWaitingPushes(parts, record);
    await announceSuperseded(parts, record);
  }
  if (isWaiting(record)) await wakeUp(parts, record);
  return record;
}

/** Brings a waiting deployment to those who go on with it: the queue, or the approvers. Repeating it is harmless. */
export async function wakeUp({ queues }: Pick<AppParts, "queues">, record: DeploymentRecord): Promise<void> {
  if (record.state === "queued") await queues.addDeployment(record, record.id);
  if (record.state === "awaiting-approval" && record.approval) {
    await queues.addExpiry(record.id, record.approval.expiresAt);
  }
  await queues.addAnnouncement(record.id, "now");
}

async function newDeployment(parts: AppParts, admission: Admission): Promise<NewDeployment> {
  const { target, origin, release, comparison, breakGlass, rollbackOf, asked, kind } = admission;
  const createdAt = parts.now();
  const approval = await approvalFor(parts, admission, createdAt);
  return {
    schema: 1,
    id: deploymentId(admission.identity, target),
    kind,
    project: target.project,
    environment: target.environment,
    repository: target.projectConfig.repository,
    origin,
    release,
    state: approval === undefined ? "queued" : "awaiting-approval",
    steps: [],
    before: {},
    createdAt,
    ...(approval && { approval }),
    ...(comparison && { comparison }),
    ...(breakGlass !== undefined && { breakGlass }),
    ...(rollbackOf !== undefined && { rollbackOf }),
    ...(asked && { asked }),
  };
}

async function approvalFor(parts: AppParts, admission: Admission, at: number): Promise<Approval | undefined> {
  const { target, release } = admission;
  const reason = await approvalReason(parts, admission);
  if (reason === undefined) return undefined;
  const settings = target.config.approval;
  return {
    reason,
    quorum: settings?.quorum ?? 1,
    // A confirmation is for the person who asked; an emergency needs a second person, whatever is configured.
    requesterMayApprove:
      reason === "bad-release" || (reason === "protected" && settings?.requesterMayApprove === true),
    expiresAt: at + (settings?.expiresAfter ?? DEFAULT_EXPIRY_SECONDS) * 1000,
    planHash: hashPlan(target.config, planFor(target.config, release)),
    given: [],
  };
}

const DEFAULT_EXPIRY_SECONDS = 30 * 60;

async function approvalReason(parts: AppParts, admission: Admission): Promise<ApprovalReason | undefined> {
  const { target, kind, breakGlass, release } = admission;
  const { approval } = target.config;
  if (breakGlass !== undefined) return "break-glass";
  if (kind === "rollback") return approval?.rollbacks ? "protected" : undefined;
  if (approval !== undefined) return "protected";
  return (await parts.badReleases.isBad(target, release.sha)) ? "bad-release" : undefined;
}

/** The store adds the deployment's number. */
function requestEntry(deployment: NewDeployment, { confirmed }: Admission): AuditEntry {
  const { kind, origin, release, breakGlass, approval } = deployment;
  return {
    action: breakGlass === undefined ? "request" : "break-glass",
    actor: actorOf(origin),
    source: sourceOf(origin),
    target: { project: deployment.project, environment: deployment.environment },
    details: {
      ...{ kind, sha: release.sha, ref: release.ref },
      ...(approval && { approval: approval.reason }),
      ...(confirmed && { confirmed }),
      ...(breakGlass !== undefined && { breakGlass }),
    },
  };
}

/** A request for what is on its way already changes nothing. */
async function auditRepetition(
  { audit }: AppParts,
  { origin, project, environment, release }: NewDeployment,
  { number }: DeploymentRecord,
): Promise<void> {
  const entry: AuditEntry = {
    action: "refusal",
    actor: actorOf(origin),
    source: sourceOf(origin),
    target: { project, environment },
    deployment: number,
    details: { code: "already-requested", sha: release.sha },
  };
  await audit.append(entry);
}

/** Who a deployment's origin is, as the audit log names them. */
export function actorOf(origin: Origin): AuditActor {
  switch (origin.kind) {
    case "command":
      return { kind: "person", userId: origin.userId, userName: origin.userName };
    case "push":
      return { kind: "github", login: origin.pusher };
    case "schedule":
    case "bake":
      return { kind: "slipway" };
  }
}

const SOURCE = { command: "discord", push: "github", schedule: "schedule", bake: "worker" } as const;

/** Where it came from, as the audit log names it. */
export function sourceOf({ kind }: Origin): AuditEntry["source"] {
  return SOURCE[kind];
}

function isWaiting({ state }: DeploymentRecord): boolean {
  return state === "queued" || state === "awaiting-approval";
}

async function supersedeWaitingPushes({ store, now }: AppParts, by: DeploymentRecord): Promise<void> {
  for (const waiting of await store.open(by)) {
    if (waiting.number >= by.number || waiting.origin.kind !== "push") continue;
    await store.update(waiting.id, (record) => supersede(record, by.number, now()), {
      entry: supersededEntry(by),
    });
  }
}

function supersededEntry(by: DeploymentRecord): (superseded: DeploymentRecord) => AuditEntry {
  return ({ number, release }) => ({
    action: "superseded",
    actor: actorOf(by.origin),
    source: "github",
    target: { project: by.project, environment: by.environment },
    deployment: number,
    details: { sha: release.sha, by: by.number },
  });
}

/** Found by what the records say, so that a crash after the change leaves no message behind. */
async function announceSuperseded({ store, queues }: AppParts, by: DeploymentRecord): Promise<void> {
  for (const { id, supersededBy } of await store.newest(by, RECENT)) {
    if (supersededBy === by.number) await queues.addAnnouncement(id, "now");
  }
}

/** The id that a request of that identity has there: 96 bits of its hash, as 24 hexadecimal digits. */
export function deploymentId(identity: readonly string[], { project, environment }: Target): string {
  const facts = JSON.stringify([...identity, project, environment]);
  return createHash("sha256").update(facts).digest("hex").slice(0, 24);
}
