import type { Config } from "../config/schema.js";
import { type DeploymentRecord, isMarkedFailed, type Origin } from "./record.js";
import type { FoundTarget } from "./targets.js";

/** Who is mentioned when a deployment fails. */
export type Callee =
  | { readonly kind: "person"; readonly userId: string }
  | { readonly kind: "role"; readonly roleId: string };

/** Why somebody is called about a deployment, once for each reason and each end. */
export type CallReason = "failed" | "indeterminate" | "rolled-back";

/** A failure that is told only now, because Discord was away longer, is old news. Milliseconds. */
const CALLED_WITHIN_MS = 24 * 3600_000;

/**
 * The person who asked for the deployment: the requester of a command, the author of a push. The role of the
 * environment where that person is not known.
 *
 * @param origin of the deployment that failed, or that was rolled back by Slipway
 * @returns undefined where the configuration calls nobody
 */
export function calleeOf(
  config: Config,
  { config: environment }: FoundTarget,
  origin: Origin,
): Callee | undefined {
  const { mention, role } = environment.failures;
  if (!mention) return undefined;
  const userId = requesterOf(config, origin);
  if (userId !== undefined) return { kind: "person", userId };
  return role === undefined ? undefined : { kind: "role", roleId: role };
}

function requesterOf({ people }: Config, origin: Origin): string | undefined {
  if (origin.kind === "command") return origin.userId;
  if (origin.kind !== "push") return undefined;
  const byLogin = new Map(Object.entries(people).map(([login, userId]) => [login.toLowerCase(), userId]));
  return (
    byLogin.get((origin.author ?? origin.pusher).toLowerCase()) ?? byLogin.get(origin.pusher.toLowerCase())
  );
}

/**
 * Why somebody must be called about the deployment as it is now. A person who cancelled it, or marked it as failed, knows.
 *
 * @param now milliseconds since the epoch
 */
export function callReasonsOf(record: DeploymentRecord, now: number): readonly CallReason[] {
  const { state, origin, createdAt, finishedAt = createdAt } = record;
  const rolledBack: readonly CallReason[] =
    origin.kind === "bake" && now - createdAt < CALLED_WITHIN_MS ? ["rolled-back"] : [];
  const ended = (state === "failed" && !isMarkedFailed(record)) || state === "indeterminate";
  return ended && now - finishedAt < CALLED_WITHIN_MS ? [...rolledBack, state] : rolledBack;
}
