import type { ActionOutcome, ActionRefusal } from "../../app/outcomes.js";
import type { Language } from "../../config/schema.js";
import { wordsFor } from "../locales/index.js";
import type { Words } from "../locales/words.js";
import { refusalText } from "./refusal-text.js";
import { acceptedReply, type Reply } from "./replies.js";
import { clip, inCode } from "./text.js";

const CONTENT_LENGTH = 2_000;
const TYPED_LENGTH = 100;

/**
 * What a press or a form came to.
 * @param channelOf the channel where a deployment that was started can be followed
 */
export function outcomeReply(
  outcome: ActionOutcome,
  channelOf: (outcome: Extract<ActionOutcome, { kind: "started" }>) => string,
  language: Language,
): Reply {
  const words = wordsFor(language);
  switch (outcome.kind) {
    case "refused":
      return actionRefusalReply(outcome.refusal, language);
    case "counted":
      return { content: `✅ ${words.action.counted(outcome.record.number, outcome.missing)}` };
    case "started":
      return acceptedReply(outcome, channelOf(outcome), language);
    case "done":
      return { content: doneText(outcome, words) };
  }
}

function doneText({ record }: Extract<ActionOutcome, { kind: "done" }>, { action }: Words): string {
  const { number } = record;
  switch (record.state) {
    case "void":
      return `⛔ ${action.voided(number)}`;
    case "refused":
      return `🚫 ${action.refused(number)}`;
    case "cancelled":
      return `✋ ${action.cancelled(number)}`;
    case "failed":
      return `❌ ${action.markedFailed(number)}`;
    default:
      if (record.stopRequestedBy !== undefined) return `🛑 ${action.stoppingNow(number)}`;
      if (record.judgedBy !== undefined) return `🔁 ${action.runsAgain(number)}`;
      return record.cancelRequestedBy === undefined
        ? `✅ ${action.approved(number)}`
        : `✋ ${action.stopping(number)}`;
  }
}

export function actionRefusalReply(refusal: ActionRefusal, language: Language): Reply {
  return { content: clip(`🚫 ${actionRefusalText(refusal, wordsFor(language))}`, CONTENT_LENGTH) };
}

function actionRefusalText(refusal: ActionRefusal, words: Words): string {
  switch (refusal.code) {
    case "wrong-word":
      return words.action.refusal({ ...refusal, typed: inCode(refusal.typed, TYPED_LENGTH) });
    case "not-found":
    case "settled-already":
    case "already-decided":
    case "not-approver":
    case "own-request":
    case "approved-already":
    case "cancel-requested-already":
    case "newer-ran":
    case "runs-no-longer":
      return words.action.refusal(refusal);
    default:
      return refusalText(refusal, words);
  }
}
