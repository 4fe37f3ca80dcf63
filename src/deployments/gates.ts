/**
 * The decisions of a request: one small pure function a rule. They are tried in the order of `request-deployment`:
 * environment known, role, project lock, environment lock, freeze window, ref resolves, environment order,
 * outdated ref, approval.
 */
import { type OpenFreeze, openFreeze } from "./freeze-windows.js";
import type { GitHubTrouble } from "./github-trouble.js";
import type { ManualFreeze, PersonLock } from "./locks.js";
import type { DeploymentRecord } from "./record.js";
import type { Refusal, SourceFault } from "./refusal.js";
import type { Release, Sha } from "./release.js";
import type { FoundTarget } from "./targets.js";

/** Who asks: a person with the roles that Discord tells of at this very moment, or a trigger. */
export type Requester =
  | { readonly kind: "person"; readonly id: string; readonly name: string; readonly roles: readonly string[] }
  | { readonly kind: "trigger" };

/** What GitHub's checks say of a commit, or why it is not known. */
export type CiState = "passed" | "pending" | "failed" | "missing" | "unknown" | GitHubTrouble["kind"];

export function mayDeploy({ config }: FoundTarget, requester: Requester): boolean {
  return requester.kind === "trigger" || hasOneOf(requester.roles, config.roles.deploy);
}

export function mayApprove({ config }: FoundTarget, roles: readonly string[]): boolean {
  return hasOneOf(roles, config.roles.approve ?? []);
}

/** Only people with one of the environment's roles may deploy to it. */
export function roleGate(target: FoundTarget, requester: Requester): Refusal | undefined {
  if (mayDeploy(target, requester)) return undefined;
  return { code: "role-missing", environment: target.environment, roles: target.config.roles.deploy };
}

/** Whoever may approve may also take back. */
export function rollbackGate(target: FoundTarget, requester: Requester): Refusal | undefined {
  if (requester.kind === "person" && mayApprove(target, requester.roles)) return undefined;
  return roleGate(target, requester);
}

/** Only people with one of the environment's roles may read its logs. */
export function logsGate(target: FoundTarget, roles: readonly string[]): Refusal | undefined {
  const { deploy, approve = [], logs = [...new Set([...deploy, ...approve])] } = target.config.roles;
  if (hasOneOf(roles, logs)) return undefined;
  return { code: "role-missing", environment: target.environment, roles: logs };
}

/** A lock stops everybody but those whom the configuration lets through. */
export function lockGate(
  target: FoundTarget,
  requester: Requester,
  lock: PersonLock | undefined,
  now: number,
): Refusal | undefined {
  if (lock === undefined || lock.expiresAt <= now) return undefined;
  const { ownerMayDeploy, approversMayDeploy } = target.config.locks;
  // Of a lock that cannot be read nobody knows the owner, nor what it was for.
  if (requester.kind === "person" && lock.unreadable !== true) {
    if (ownerMayDeploy && requester.id === lock.owner.userId) return undefined;
    if (approversMayDeploy && mayApprove(target, requester.roles)) return undefined;
  }
  return { code: "locked", environment: target.environment, lock };
}

/** Nothing is deployed in a freeze; rollbacks, and what breaks the glass, are. */
export function freezeGate(
  target: FoundTarget,
  request: { readonly kind: DeploymentRecord["kind"]; readonly breakGlass?: string | undefined },
  manual: ManualFreeze | undefined,
  now: number,
): Refusal | undefined {
  if (request.kind === "rollback" || (request.breakGlass ?? "").trim() !== "") return undefined;
  const { environment, config } = target;
  const freeze = manualFreeze(config.freeze, manual, now) ?? openFreeze(config.freeze, now);
  return freeze && { code: "frozen", environment, reason: freeze.reason, until: freeze.until };
}

/** The next open slot is after the windows that are open when a person's freeze ends. */
function manualFreeze(
  windows: FoundTarget["config"]["freeze"],
  manual: ManualFreeze | undefined,
  now: number,
): OpenFreeze | undefined {
  if (manual === undefined) return undefined;
  const { reason, expiresAt } = manual;
  if (expiresAt === undefined) return { reason, until: undefined };
  if (expiresAt <= now) return undefined;
  const after = openFreeze(windows, expiresAt);
  return { reason, until: after === undefined ? expiresAt : after.until };
}

/** Only the validated release that runs on the environment before this one may come here. */
export function orderGate(
  target: FoundTarget,
  release: Release,
  source: { readonly runs: { readonly sha: Sha } | SourceFault; readonly ci: CiState },
): Refusal | undefined {
  const { from } = target.config;
  if (from === undefined) return undefined;
  const { runs, ci } = source;
  if (typeof runs === "string") return { code: "not-on-source", source: from, running: undefined, why: runs };
  if (runs.sha !== release.sha) return { code: "not-on-source", source: from, running: runs.sha };
  return validationGate(target, from, ci);
}

/** What GitHub's checks do not pass goes no further than where it is. */
export function validationGate(target: FoundTarget, source: string, ci: CiState): Refusal | undefined {
  if (target.projectConfig.ci === "ignored" || ci === "passed") return undefined;
  return { code: "not-validated", source, ci };
}

/** The release lacks commits that the environment's ref has. */
export function outdatedGate(
  target: FoundTarget,
  release: Release,
  behindBy: number | undefined,
): Refusal | undefined {
  if (target.config.outdated !== "refuse" || behindBy === 0) return undefined;
  return { code: "outdated", ref: release.ref, ...(behindBy !== undefined && { behindBy }) };
}

function hasOneOf(roles: readonly string[], allowed: readonly string[]): boolean {
  return allowed.some((role) => roles.includes(role));
}
