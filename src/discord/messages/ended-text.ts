import {
  type DeploymentRecord,
  isFinal,
  isMarkedFailed,
  leavesUnknown,
  type VoidReason,
} from "../../deployments/record.js";
import { shortSha } from "../../deployments/release.js";
import type { Words } from "../locales/words.js";
import { actorText, originText } from "./format.js";
import { inCode, plain } from "./text.js";

const REF_LENGTH = 80;
const REASON_LENGTH = 300;

/** Where the release comes from, when it is not simply a ref that somebody named. */
export function kindText(record: DeploymentRecord, words: Words): string | undefined {
  const { kind, rollbackOf } = record;
  if (kind === "promote") return `⏫ ${words.ended.promoted}`;
  if (kind !== "rollback") return undefined;
  const text = `↩️ ${rollbackOf === undefined ? words.ended.rollback : words.ended.rollbackOf(rollbackOf)}`;
  return isFinal(record) || !locksAfterwards(record)
    ? text
    : `${text}\n🔒 ${words.ended.willLock(record.environment)}`;
}

/** A rollback by a person locks its environment once it has succeeded; one by Slipway itself does not. */
export function locksAfterwards({ kind, origin }: DeploymentRecord): boolean {
  return kind === "rollback" && origin.kind === "command";
}

/** The reason of somebody who goes past a freeze stays in sight from the request to the end. */
export function breakGlassText(record: DeploymentRecord, words: Words): string | undefined {
  if (record.breakGlass === undefined) return undefined;
  const reason = plain(record.breakGlass, REASON_LENGTH) || "?";
  return `🧨 ${words.approval.breakGlass(originText(record, words))}\n> ${reason}`;
}

/** Who or what ended it before its time, or is about to. */
export function endedText(record: DeploymentRecord, words: Words): string | undefined {
  const { ended } = words;
  const by = record.endedBy === undefined ? "?" : actorText(record.endedBy);
  switch (record.state) {
    case "running":
      if (record.stopRequestedBy) return `🛑 ${ended.stoppingNow(actorText(record.stopRequestedBy))}`;
      if (record.cancelRequestedBy) return `✋ ${ended.stopping(actorText(record.cancelRequestedBy))}`;
      return record.judgedBy && `🔁 ${ended.runsAgain(actorText(record.judgedBy))}`;
    case "queued":
      return record.judgedBy && `🔁 ${ended.runsAgain(actorText(record.judgedBy))}`;
    case "failed":
      if (record.judgedBy === undefined || !isMarkedFailed(record) || !wasUnknown(record)) return undefined;
      return `❌ ${ended.markedFailed(actorText(record.judgedBy))}`;
    case "refused":
      return `🚫 ${ended.refusedBy(by)}`;
    case "cancelled":
      if (record.stopRequestedBy !== undefined && wasCut(record))
        return `🛑 ${ended.stopped(actorText(record.stopRequestedBy))}`;
      return `✋ ${record.startedAt === undefined ? ended.cancelledBefore(by) : ended.cancelledAfter(by)}`;
    case "expired":
      return `⌛ ${ended.expired(record.approval?.given.length ?? 0, record.approval?.quorum ?? 1)}`;
    case "void":
      return (
        record.voidReason && `⛔ ${ended.void(clean(record.voidReason), record.startedAt !== undefined)}`
      );
    default:
      return undefined;
  }
}

/** What nobody knew has failed only because somebody said so. */
function wasUnknown({ failure }: DeploymentRecord): boolean {
  if (failure === undefined) return false;
  return leavesUnknown(failure) || failure.code === "interrupted" || failure.code === "internal";
}

/** A step that had come to its end before the request reached its host was not stopped. */
function wasCut({ steps }: DeploymentRecord): boolean {
  return steps.some(({ state }) => state === "failed");
}

function clean(reason: VoidReason): VoidReason {
  switch (reason.code) {
    case "ref-moved":
      return {
        ...reason,
        ref: inCode(reason.ref, REF_LENGTH),
        sha: shortSha(reason.sha) as typeof reason.sha,
      };
    case "role-lost":
      return { ...reason, userId: actorText({ userId: reason.userId, userName: reason.userId }) };
    default:
      return reason;
  }
}
