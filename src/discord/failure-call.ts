import { createHash } from "node:crypto";
import type { Config } from "../config/schema.js";
import { type Callee, type CallReason, calleeOf, callReasonsOf } from "../deployments/callee.js";
import type { DeploymentRecord, Origin } from "../deployments/record.js";
import type { DeploymentStore } from "../deployments/store.js";
import type { FoundTarget } from "../deployments/targets.js";
import { type Announced, keepMessage, type MessageParts } from "./kept-message.js";
import { failureCallMessage } from "./messages/failure-call-message.js";

export interface FailureCallParts extends MessageParts {
  readonly config: Config;
  readonly store: Pick<DeploymentStore, "newest">;
}

/** The deployment that a rollback takes back is rarely further away. */
const SEARCHED = 100;

/**
 * Answers the message of a deployment that failed with a mention of the person who asked for it: an edit of a message
 * notifies nobody. One answer for each end of a deployment (a person may have it run again), and one where it is
 * Slipway's own rollback. Safe to call at any time
 * and again.
 *
 * @throws DiscordAPIError, HTTPError when Discord does not take the message; the caller tries again
 */
export async function callForFailure(
  parts: FailureCallParts,
  target: FoundTarget,
  record: DeploymentRecord,
): Promise<Announced> {
  for (const reason of callReasonsOf(record, parts.now())) {
    const called = await call(parts, target, record, reason);
    if (called.kind === "later") return called;
  }
  return DONE;
}

const DONE: Announced = { kind: "done" };

async function call(
  parts: FailureCallParts,
  target: FoundTarget,
  record: DeploymentRecord,
  reason: CallReason,
): Promise<Announced> {
  const id = callId(record, reason);
  // An answer that was given is never changed, whatever becomes of the deployment.
  if ((await parts.announcements.find(id))?.messageId !== undefined) return DONE;
  const callee = calleeOf(parts.config, target, await originOf(parts, record));
  const answered = await parts.announcements.find(record.id);
  if (callee === undefined || answered?.messageId === undefined) return DONE;
  const kept = await keepMessage(parts, {
    ...{ id, channelId: answered.channelId, replyTo: answered.messageId },
    body: failureCallMessage(record, reason, callee, parts.config.language),
    ...mentioned(callee),
    files: async () => [],
  });
  // What an earlier attempt posted says the same in other words at most.
  return (await parts.announcements.find(id))?.messageId === undefined ? kept : DONE;
}

function mentioned(callee: Callee): {
  readonly notified: readonly string[];
  readonly people: readonly string[];
} {
  return callee.kind === "person"
    ? { notified: [], people: [callee.userId] }
    : { notified: [callee.roleId], people: [] };
}

/** Who asked for what Slipway rolls back is who asked for the deployment that did not hold. */
async function originOf({ store }: FailureCallParts, record: DeploymentRecord): Promise<Origin> {
  const { origin } = record;
  if (origin.kind !== "bake") return origin;
  const earlier = await store.newest(record, SEARCHED);
  return earlier.find(({ number }) => number === origin.deployment)?.origin ?? origin;
}

/** 24 characters, so that it fits a nonce. A deployment that broke off and was then marked as failed calls once. */
function callId({ id, reruns }: DeploymentRecord, reason: CallReason): string {
  const why = reason === "rolled-back" ? [reason] : ["failed", ...(reruns === undefined ? [] : [reruns])];
  return createHash("sha256")
    .update(JSON.stringify(["call", id, ...why]))
    .digest("hex")
    .slice(0, 24);
}
