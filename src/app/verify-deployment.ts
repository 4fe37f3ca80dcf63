import { mayApprove, mayDeploy, type Requester } from "../deployments/gates.js";
import type { Approval, DeploymentRecord, VoidReason } from "../deployments/record.js";
import { Sha } from "../deployments/release.js";
import type { FoundTarget } from "../deployments/targets.js";
import { hashPlan, planFor } from "../strategies/plan-for.js";
import { orderRefusal, standingRefusal } from "./judge-request.js";
import type { AppParts } from "./ports.js";

/**
 * Whether a deployment is still what was asked for and approved: roles, locks, freezes, and for an approved one the
 * commit that its ref names and every step that would run. Asked when somebody approves, and again before it runs.
 *
 * @returns why not; undefined where all holds
 */
export async function verifyDeployment(
  parts: AppParts,
  target: FoundTarget,
  record: DeploymentRecord,
): Promise<VoidReason | undefined> {
  const roles = await readRoles(parts, record);
  if (roles === "unverifiable") return { code: "unverifiable", what: "roles" };
  return (
    stricterNow(target, record) ??
    lostRole(target, record, roles) ??
    (await closedGate(parts, target, record, roles)) ??
    (await brokenOrder(parts, target, record)) ??
    (record.approval && (await changedSince(parts, target, record, record.approval.planHash)))
  );
}

type Verification = Promise<VoidReason | undefined>;

/** What is being verified now, by the deployments' store and by their state. */
const underWay = new WeakMap<AppParts["store"], Map<string, Verification>>();

/**
 * The same for people who press at the same time: fifty of them are one question to GitHub and to Discord. What is
 * asked before it runs is never shared.
 */
export function verifyTogether(parts: AppParts, target: FoundTarget, record: DeploymentRecord): Verification {
  const verifications = underWay.get(parts.store) ?? new Map<string, Verification>();
  underWay.set(parts.store, verifications);
  const key = `${record.id} ${record.version}`;
  const known = verifications.get(key);
  if (known !== undefined) return known;
  const verification = verifyDeployment(parts, target, record).finally(() => verifications.delete(key));
  verifications.set(key, verification);
  return verification;
}

/** The environment asks for more now than when the request was made: it may not even have been protected then. */
function stricterNow(target: FoundTarget, { kind, approval }: DeploymentRecord): VoidReason | undefined {
  const asked = target.config.approval;
  if (asked === undefined || (kind === "rollback" && !asked.rollbacks)) return undefined;
  const holds =
    approval !== undefined &&
    approval.quorum >= asked.quorum &&
    (asked.requesterMayApprove || !approval.requesterMayApprove);
  return holds ? undefined : { code: "plan-changed" };
}

type RolesByUser = ReadonlyMap<string, readonly string[]>;

/** The roles of everybody who made the deployment possible, as they are now. */
async function readRoles(
  { members }: AppParts,
  record: DeploymentRecord,
): Promise<RolesByUser | "unverifiable"> {
  const asker = record.origin.kind === "command" ? [record.origin.userId] : [];
  const userIds = new Set([...asker, ...(record.approval?.given ?? []).map(({ userId }) => userId)]);
  try {
    const entries = await Promise.all(
      [...userIds].map(async (userId) => [userId, (await members.rolesOf(userId)) ?? []] as const),
    );
    return new Map(entries);
  } catch {
    return "unverifiable";
  }
}

function lostRole(
  target: FoundTarget,
  { approval }: DeploymentRecord,
  roles: RolesByUser,
): VoidReason | undefined {
  const lost = approval?.given.find(({ userId }) => !mayDecide(target, approval, roles.get(userId) ?? []));
  return lost && { code: "role-lost", userId: lost.userId };
}

/** Whether these roles may approve or refuse: where nothing is protected, those who may deploy confirm. */
export function mayDecide(target: FoundTarget, approval: Approval, roles: readonly string[]): boolean {
  if (mayApprove(target, roles)) return true;
  return isConfirmation(target, approval) && mayDeploy(target, { kind: "person", id: "", name: "", roles });
}

/** A broken glass lets a release through a freeze, not past the approvers. */
export function isConfirmation({ config }: FoundTarget, { reason }: Approval): boolean {
  return reason !== "protected" && config.approval === undefined;
}

async function closedGate(
  parts: AppParts,
  target: FoundTarget,
  record: DeploymentRecord,
  roles: RolesByUser,
): Promise<VoidReason | undefined> {
  const { kind, breakGlass } = record;
  const requester = requesterOf(record, roles);
  const refusal = await standingRefusal(parts, { kind, target, requester, breakGlass });
  if (refusal === undefined) return undefined;
  return { code: "gate", refusal: refusal.code };
}

/** What was approved must still be what runs, validated, on the environment before this one. */
async function brokenOrder(
  parts: AppParts,
  target: FoundTarget,
  { kind, approval, release }: DeploymentRecord,
): Promise<VoidReason | undefined> {
  if (kind === "rollback" || approval === undefined) return undefined;
  const refusal = await orderRefusal(parts, target, release);
  return refusal && { code: "gate", refusal: refusal.code };
}

function requesterOf({ origin }: DeploymentRecord, roles: RolesByUser): Requester {
  if (origin.kind !== "command") return { kind: "trigger" };
  return { kind: "person", id: origin.userId, name: origin.userName, roles: roles.get(origin.userId) ?? [] };
}

async function changedSince(
  parts: AppParts,
  target: FoundTarget,
  record: DeploymentRecord,
  planHash: string,
): Promise<VoidReason | undefined> {
  const { release, kind } = record;
  if (hashPlan(target.config, planFor(target.config, release)) !== planHash) return { code: "plan-changed" };
  // A promotion and a rollback mean the commit itself, not what a branch holds.
  if (kind !== "deploy" || release.ref === release.sha) return undefined;
  const resolved = await parts.refs.resolve(record.repository, release.ref);
  if (resolved.kind === "resolved") {
    const { sha } = resolved.release;
    return sha === release.sha ? undefined : { code: "ref-moved", ref: release.ref, sha };
  }
  return resolved.refusal.code === "unknown-ref"
    ? { code: "ref-moved", ref: release.ref, sha: Sha.parse("0".repeat(40)) }
    : { code: "unverifiable", what: "ref" };
}
