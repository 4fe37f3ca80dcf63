import type { AuditAction, AuditEntry } from "../audit/audit-trail.js";
import type { Approval, DeploymentRecord } from "../deployments/record.js";
import { type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import {
  approve as approveTransition,
  declareVoid,
  expire,
  refuse as refuseTransition,
} from "../deployments/transitions.js";
import { wakeUp } from "./admit-deployment.js";
import { refusePress } from "./audit-press.js";
import type { ActionOutcome, ActionRefusal } from "./outcomes.js";
import type { AppParts } from "./ports.js";
import type { Person } from "./request-deployment.js";
import { isConfirmation, mayDecide, verifyTogether } from "./verify-deployment.js";

/** The only word that approves. */
const WORD = "DEPLOY";

type Waiting = {
  readonly record: DeploymentRecord;
  readonly approval: Approval;
  readonly target: FoundTarget;
};

/** Whether the person may open the form that approves; asked again when it is sent. */
export async function mayApprove(
  parts: AppParts,
  id: string,
  person: Person,
): Promise<ActionRefusal | undefined> {
  const waiting = await findWaiting(parts, id);
  const refusal = "code" in waiting ? waiting : deciderRefusal(waiting, person);
  if (refusal !== undefined) await refusePress(parts, id, person, refusal);
  return refusal;
}

/**
 * Takes one person's approval. It counts only for exactly what was shown: when anything has changed since, the
 * request is void. One compare-and-set decides, so that many people who press at once make one deployment.
 */
export async function approve(
  parts: AppParts,
  id: string,
  person: Person,
  word: string,
): Promise<ActionOutcome> {
  const waiting = await findWaiting(parts, id);
  if ("code" in waiting) return refusePress(parts, id, person, waiting);
  if (word !== WORD) return refusePress(parts, id, person, { code: "wrong-word", typed: word });
  const refusal = deciderRefusal(waiting, person);
  if (refusal !== undefined) return refusePress(parts, id, person, refusal);

  const voidReason = await verifyTogether(parts, waiting.target, waiting.record);
  if (voidReason !== undefined)
    return endWaiting(parts, id, "void", person, (r) => declareVoid(r, voidReason, parts.now()));

  const by = { userId: person.id, userName: person.name };
  const approved = await parts.store.update(id, (record) => approveTransition(record, by, parts.now()), {
    entry: decisionEntry("approval", person),
  });
  if (approved === undefined) return refusePress(parts, id, person, await refusalNow(parts, id, person));
  await wakeUp(parts, approved);
  const missing = waiting.approval.quorum - (approved.approval?.given.length ?? 0);
  if (approved.state === "awaiting-approval") return { kind: "counted", record: approved, missing };
  return { kind: "done", record: approved };
}

/** *Refuse*: ends the request for everybody. */
export async function refuse(parts: AppParts, id: string, person: Person): Promise<ActionOutcome> {
  const waiting = await findWaiting(parts, id);
  if ("code" in waiting) return refusePress(parts, id, person, waiting);
  if (!mayDecide(waiting.target, waiting.approval, person.roles))
    return refusePress(parts, id, person, notApprover(waiting));
  const by = { userId: person.id, userName: person.name };
  return endWaiting(parts, id, "approval-refused", person, (record) =>
    refuseTransition(record, by, parts.now()),
  );
}

/**
 * Ends a request whose time is over.
 * @returns `early` when it is not over yet: the clock of the machine that asked was ahead of this one
 */
export async function expireApproval(parts: AppParts, id: string): Promise<"done" | "early"> {
  const expired = await parts.store.update(id, (record) => expire(record, parts.now()), {
    entry: decisionEntry("expired", undefined),
  });
  if (expired === undefined) {
    const record = await parts.store.find(id);
    return record?.state === "awaiting-approval" ? "early" : "done";
  }
  await parts.queues.addAnnouncement(id, "now");
  return "done";
}

async function findWaiting(parts: AppParts, id: string): Promise<Waiting | ActionRefusal> {
  const record = await parts.store.find(id);
  const target = record && lookUpTarget(parts.config, record);
  if (record === undefined || target === undefined) return { code: "not-found" };
  const { state, approval } = record;
  if (state !== "awaiting-approval" || approval === undefined) return { code: "already-decided", state };
  if (parts.now() >= approval.expiresAt) return { code: "already-decided", state: "expired" };
  return { record, approval, target };
}

function deciderRefusal(waiting: Waiting, person: Person): ActionRefusal | undefined {
  const { record, approval } = waiting;
  if (!mayDecide(waiting.target, waiting.approval, person.roles)) return notApprover(waiting);
  const own = record.origin.kind === "command" && record.origin.userId === person.id;
  if (own && !approval.requesterMayApprove) return { code: "own-request" };
  if (approval.given.some(({ userId }) => userId === person.id)) return { code: "approved-already" };
  return undefined;
}

function notApprover({ target, approval }: Waiting): ActionRefusal {
  const { approve: approvers = [], deploy } = target.config.roles;
  const roles = isConfirmation(target, approval) ? [...new Set([...approvers, ...deploy])] : approvers;
  return { code: "not-approver", environment: target.environment, roles };
}

async function endWaiting(
  parts: AppParts,
  id: string,
  action: AuditAction,
  person: Person,
  transition: (record: DeploymentRecord) => DeploymentRecord | undefined,
): Promise<ActionOutcome> {
  const ended = await parts.store.update(id, transition, { entry: decisionEntry(action, person) });
  if (ended === undefined) return refusePress(parts, id, person, await refusalNow(parts, id, person));
  await parts.queues.addAnnouncement(id, "now");
  return { kind: "done", record: ended };
}

/** Another press was faster: what holds now. */
async function refusalNow(parts: AppParts, id: string, person: Person): Promise<ActionRefusal> {
  const waiting = await findWaiting(parts, id);
  if ("code" in waiting) return waiting;
  return deciderRefusal(waiting, person) ?? { code: "not-found" };
}

function decisionEntry(
  action: AuditAction,
  person: Person | undefined,
): (record: DeploymentRecord) => AuditEntry {
  return (record) => ({
    action,
    actor: person ? { kind: "person", userId: person.id, userName: person.name } : { kind: "slipway" },
    source: person ? "discord" : "worker",
    target: { project: record.project, environment: record.environment },
    deployment: record.number,
    details: { sha: record.release.sha, ...(record.voidReason && { reason: record.voidReason.code }) },
  });
}
