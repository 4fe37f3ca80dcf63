import type { Refusal } from "../../deployments/refusal.js";
import { shortSha } from "../../deployments/release.js";
import type { Words } from "../locales/words.js";
import { actorText } from "./format.js";
import { inCode, plain } from "./text.js";

const TYPED_LENGTH = 100;
const REASON_LENGTH = 300;

/** A refusal in words, harmless whatever was typed. */
export function refusalText(refusal: Refusal, words: Words): string {
  return words.refusal(clean(refusal));
}

/** What a person typed comes back inside code marks; what a person wrote as a reason, as plain words. */
function clean(refusal: Refusal): Refusal {
  const code = (text: string) => inCode(text, TYPED_LENGTH);
  switch (refusal.code) {
    case "unknown-project":
      return { ...refusal, project: code(refusal.project) };
    case "unknown-environment":
      return { ...refusal, environment: code(refusal.environment) };
    case "invalid-ref":
    case "outdated":
      return { ...refusal, ref: code(refusal.ref) };
    case "unknown-ref":
      return { ...refusal, ref: code(refusal.ref), similar: refusal.similar.map(code) };
    case "ambiguous-ref":
      return { ...refusal, ref: code(refusal.ref), candidates: refusal.candidates.map(code) };
    case "frozen":
      return { ...refusal, reason: reason(refusal.reason) || "?" };
    case "locked":
      return { ...refusal, lock: cleanLock(refusal.lock) };
    case "not-on-source":
      return { ...refusal, running: refusal.running && shortSha(refusal.running) };
    default:
      return refusal;
  }
}

function cleanLock(lock: Extract<Refusal, { code: "locked" }>["lock"]) {
  return { ...lock, reason: reason(lock.reason), owner: { ...lock.owner, userName: actorText(lock.owner) } };
}

/** Without its full stop: a sentence goes on after it. */
function reason(text: string): string {
  return plain(text, REASON_LENGTH).replace(/[.\s]+$/, "");
}
