import type { Logger } from "pino";
import type { AuditAction, AuditEntry, AuditTrail } from "../audit/audit-trail.js";
import type { Config } from "../config/schema.js";
import type { LockStore } from "../deployments/lock-store.js";
import type { LockScope, ManualFreeze, PersonLock } from "../deployments/locks.js";
import type { Actor, DeploymentRecord, Target } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import { type DeploymentStore, findReadable } from "../deployments/store.js";
import { allTargets } from "../deployments/targets.js";
import { ALL_ENVIRONMENTS, findScope } from "./lock-scope.js";
import type { DeploymentRequest } from "./request-deployment.js";

const DEFAULT_SECONDS = 24 * 3600;

/** `/lock`. */
export interface LockRequest {
  readonly person: DeploymentRequest["person"];
  /** May be left out where only one project has the environment. */
  readonly project?: string;
  /** `all`: every environment of the project. */
  readonly environment: string;
  readonly reason: string;
  /** Seconds. @defaultValue 24 h for a lock, none for a freeze */
  readonly forSeconds?: number;
}

/** `/freeze`. */
export type FreezeRequest = LockRequest;

/** `/unlock` and `/unfreeze`. */
export interface UnlockRequest extends Pick<LockRequest, "person" | "project" | "environment"> {
  /** Of a button: the start of the lock that it stands for. A later lock is left alone. */
  readonly since?: number;
}

export type LockOutcome =
  | { readonly kind: "locked"; readonly lock: PersonLock | ManualFreeze }
  /** Somebody else was first; theirs stays. */
  | { readonly kind: "held"; readonly lock: PersonLock | ManualFreeze }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export type UnlockOutcome =
  | { readonly kind: "unlocked"; readonly lock: PersonLock | ManualFreeze }
  | {
      readonly kind: "not-locked";
      readonly scope: LockScope;
      /** What covers the environment nevertheless: a lock or freeze of its whole project. */
      readonly wider?: PersonLock | ManualFreeze | undefined;
    }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** `/locks`. */
export interface LockList {
  readonly locks: readonly PersonLock[];
  readonly freezes: readonly ManualFreeze[];
  /** The deployments that hold their environment now. */
  readonly holders?: readonly DeploymentRecord[];
}

/** Tells the channel that is concerned. */
export interface LockNotices {
  locked(lock: PersonLock): Promise<void>;
  unlocked(lock: PersonLock, by: Actor): Promise<void>;
  /** It ends soon. */
  reminder(lock: PersonLock): Promise<void>;
  expired(lock: PersonLock): Promise<void>;
  frozen(freeze: ManualFreeze): Promise<void>;
  /** @param by undefined when its time is over */
  unfrozen(freeze: ManualFreeze, by: Actor | undefined): Promise<void>;
}

export interface LockParts {
  readonly config: Config;
  readonly locks: LockStore;
  readonly audit: AuditTrail;
  readonly now: () => number;
  readonly notices: LockNotices;
  readonly logger: Logger;
}

/** `/lock`. */
export async function takeLock(parts: LockParts, request: LockRequest): Promise<LockOutcome> {
  const found = findScope(parts.config, request);
  if (found.kind === "refused") return refuse(parts, "lock", request, found.refusal);
  const since = parts.now();
  const lock: PersonLock = {
    ...whole(found.scope),
    ...{ owner: actor(request.person), reason: request.reason, since },
    ...{ expiresAt: since + (request.forSeconds ?? DEFAULT_SECONDS) * 1000, reminded: false },
  };
  const theirs = await parts.locks.find(lock, since);
  if (theirs !== undefined && !isOwn(theirs, theirs.owner, request))
    return held(parts, "lock", request, theirs);

  const outcome = await parts.locks.take(lock, {
    audit: ({ reason, expiresAt }) => entryOf("lock", request, lock, { reason, until: iso(expiresAt) }),
  });
  if (outcome.kind === "held") return held(parts, "lock", request, outcome.lock);
  await tell(parts, () => parts.notices.locked(outcome.lock));
  return { kind: "locked", lock: outcome.lock };
}

/** `/unlock` and the *Unlock* button. */
export async function releaseLock(parts: LockParts, request: UnlockRequest): Promise<UnlockOutcome> {
  const { locks, notices } = parts;
  const found = findScope(parts.config, request);
  if (found.kind === "refused") return refuse(parts, "unlock", request, found.refusal);
  const { scope } = found;
  const there = await locks.find(scope, parts.now());
  if (there === undefined || (request.since !== undefined && there.since !== request.since)) {
    const wider = await widerThan(scope, (project) => locks.find(project, parts.now()));
    return { kind: "not-locked", scope, wider };
  }
  const lock = await locks.release(scope, request.since, {
    audit: ({ owner, reason }) =>
      entryOf("unlock", request, scope, { owner: owner.userId, ownerName: owner.userName, reason }),
  });
  if (lock === undefined) return { kind: "not-locked", scope };
  await tell(parts, () => notices.unlocked(lock, actor(request.person)));
  return { kind: "unlocked", lock };
}

/** `/locks`: what is locked and frozen, by whom, and which deployments are under way. */
export async function listLocks({
  config,
  locks,
  store,
  now,
}: Pick<LockParts, "config" | "locks" | "now"> & {
  readonly store: Pick<DeploymentStore, "find">;
}): Promise<LockList> {
  const at = now();
  const [all, freezes, holders] = await Promise.all([locks.all(at), locks.freezes(at), locks.holders()]);
  const records = await Promise.all(holders.map(({ deploymentId }) => findReadable(store, deploymentId)));
  const byData = await locksByData({ config, locks }, all, at);
  return { locks: [...all, ...byData], freezes, holders: records.filter((record) => record !== undefined) };
}

/** Environments that nobody locked, and that are closed because what is stored about them cannot be read. */
async function locksByData(
  { config, locks }: Pick<LockParts, "config" | "locks">,
  known: readonly PersonLock[],
  at: number,
): Promise<readonly PersonLock[]> {
  const unlocked = allTargets(config).filter(
    ({ project, environment }) =>
      !known.some((lock) => lock.project === project && lock.environment === environment),
  );
  const found = await Promise.all(
    unlocked.map(({ project, environment }) => locks.find({ project, environment }, at)),
  );
  return found.filter((lock) => lock !== undefined);
}

/** `/freeze`: stops the line. */
export async function startFreeze(parts: LockParts, request: FreezeRequest): Promise<LockOutcome> {
  const found = findScope(parts.config, request);
  if (found.kind === "refused") return refuse(parts, "freeze", request, found.refusal);
  const since = parts.now();
  const expiresAt = request.forSeconds === undefined ? undefined : since + request.forSeconds * 1000;
  const freeze: ManualFreeze = {
    ...whole(found.scope),
    ...{ by: actor(request.person), reason: request.reason, since },
    ...(expiresAt !== undefined && { expiresAt }),
  };
  const theirs = await parts.locks.freezeOf(freeze, since);
  if (theirs !== undefined && !isOwn(theirs, theirs.by, request))
    return held(parts, "freeze", request, theirs);

  const until = expiresAt === undefined ? {} : { until: iso(expiresAt) };
  const outcome = await parts.locks.freeze(freeze, {
    audit: ({ reason }) => entryOf("freeze", request, freeze, { reason, ...until }),
  });
  if (outcome.kind === "held") return held(parts, "freeze", request, outcome.freeze);
  await tell(parts, () => parts.notices.frozen(outcome.freeze));
  return { kind: "locked", lock: outcome.freeze };
}

/** `/unfreeze`. */
export async function endFreeze(parts: LockParts, request: UnlockRequest): Promise<UnlockOutcome> {
  const { locks, notices } = parts;
  const found = findScope(parts.config, request);
  if (found.kind === "refused") return refuse(parts, "unfreeze", request, found.refusal);
  const { scope } = found;
  const there = await locks.freezeOf(scope, parts.now());
  if (there === undefined) {
    const wider = await widerThan(scope, (project) => locks.freezeOf(project, parts.now()));
    return { kind: "not-locked", scope, wider };
  }
  const lock = await locks.unfreeze(scope, {
    audit: ({ by, reason }) =>
      entryOf("unfreeze", request, scope, { owner: by.userId, ownerName: by.userName, reason }),
  });
  if (lock === undefined) return { kind: "not-locked", scope };
  await tell(parts, () => notices.unfrozen(lock, actor(request.person)));
  return { kind: "unlocked", lock };
}

/** Where the audit trail puts a lock; one of a whole project is filed under `all`. */
export function auditTarget({ project, environment = ALL_ENVIRONMENTS }: LockScope): Target {
  return { project, environment };
}

/** What is posted changes nothing about the lock: a fault of Discord is logged, no more. */
export async function tell({ logger }: Pick<LockParts, "logger">, post: () => Promise<void>): Promise<void> {
  try {
    await post();
  } catch (error) {
    logger.warn({ err: error }, "a notice about a lock could not be posted");
  }
}

type LockAction = Extract<AuditAction, "lock" | "unlock" | "freeze" | "unfreeze">;

function entryOf(
  action: AuditAction,
  { person }: UnlockRequest,
  scope: LockScope | undefined,
  details: Readonly<Record<string, string>>,
): AuditEntry {
  return {
    action,
    actor: { kind: "person", ...actor(person) },
    source: "discord",
    ...(scope && { target: auditTarget(scope) }),
    details,
  };
}

async function refuse(
  parts: LockParts,
  action: LockAction,
  request: UnlockRequest,
  refusal: Refusal,
): Promise<{ readonly kind: "refused"; readonly refusal: Refusal }> {
  const { environment, project } = request;
  const scope = project === undefined ? undefined : { project, environment };
  const details = { of: action, code: refusal.code, environment };
  await parts.audit.append(entryOf("refusal", request, scope, details));
  return { kind: "refused", refusal };
}

async function held<L extends PersonLock | ManualFreeze>(
  parts: LockParts,
  action: LockAction,
  request: UnlockRequest,
  lock: L,
): Promise<{ readonly kind: "held"; readonly lock: L }> {
  await parts.audit.append(entryOf("refusal", request, lock, { of: action, code: "held" }));
  return { kind: "held", lock };
}

async function widerThan<L>(
  { project, environment }: LockScope,
  find: (project: LockScope) => Promise<L | undefined>,
): Promise<L | undefined> {
  return environment === undefined ? undefined : find({ project });
}

function isOwn(
  { unreadable }: { readonly unreadable?: true | undefined },
  owner: Actor,
  { person }: UnlockRequest,
): boolean {
  return unreadable !== true && owner.userId === person.id;
}

function whole({ project, environment }: LockScope): LockScope {
  return environment === undefined ? { project } : { project, environment };
}

function actor({ id, name }: DeploymentRequest["person"]): Actor {
  return { userId: id, userName: name };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
