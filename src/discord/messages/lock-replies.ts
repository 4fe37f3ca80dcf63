import type { APIEmbedField } from "discord-api-types/v10";
import { ALL_ENVIRONMENTS } from "../../app/lock-scope.js";
import type { LockList, LockOutcome, UnlockOutcome } from "../../app/locks.js";
import type { Language } from "../../config/schema.js";
import type { LockScope, ManualFreeze, PersonLock } from "../../deployments/locks.js";
import type { DeploymentRecord } from "../../deployments/record.js";
import type { Refusal } from "../../deployments/refusal.js";
import { command } from "../locales/command-names.js";
import { enumerate } from "../locales/enumerate.js";
import { wordsFor } from "../locales/index.js";
import type { LockWords } from "../locales/lock-words.js";
import { actorText, endText, originText, relativeTime } from "./format.js";
import { lockWords, reasonText, scopeText } from "./lock-messages.js";
import { type Reply, refusalReply } from "./replies.js";
import { clip, inCode } from "./text.js";

/**
 * Discord's limits: 2,000 characters of content; 25 fields an embed, 1,024 characters a field, 6,000 in all, of
 * which the fields leave some for the title and the footer.
 */
const CONTENT_LENGTH = 2_000;
const MAX_FIELDS = 25;
const FIELDS_LENGTH = 5_800;
const TYPED_LENGTH = 50;

/** `/lock`. */
export function lockReply(outcome: LockOutcome, language: Language): Reply {
  return takenReply(outcome, "lock", language);
}

/** `/freeze`. */
export function freezeReply(outcome: LockOutcome, language: Language): Reply {
  return takenReply(outcome, "freeze", language);
}

/** `/unlock` and the *Unlock* button. @param by the person's id */
export function unlockReply(outcome: UnlockOutcome, by: string, language: Language): Reply {
  const words = lockWords(language);
  const { reply } = words;
  if (outcome.kind === "refused") return lockRefusalReply(outcome.refusal, language);
  if (outcome.kind === "not-locked") {
    const wider = outcome.wider && reply.projectLocked(...widerTexts(outcome.wider, "unlock", language));
    return say("ℹ️", reply.notLocked(bold(outcome.scope, words)), wider);
  }
  const { lock } = outcome;
  const where = bold(lock, words);
  const others = "owner" in lock && lock.unreadable !== true && lock.owner.userId !== by;
  return say("🔓", others ? reply.unlockedFor(where, actorText(lock.owner)) : reply.unlocked(where));
}

/** `/unfreeze`. */
export function unfreezeReply(outcome: UnlockOutcome, language: Language): Reply {
  const words = lockWords(language);
  if (outcome.kind === "refused") return lockRefusalReply(outcome.refusal, language);
  if (outcome.kind === "unlocked") return say("▶️", words.reply.unfrozen(bold(outcome.lock, words)));
  const wider =
    outcome.wider && words.reply.projectFrozen(...widerTexts(outcome.wider, "unfreeze", language));
  return say("ℹ️", words.reply.notFrozen(bold(outcome.scope, words)), wider);
}

/** The option `for` holds something that is no span of time. */
export function unknownSpanReply(typed: string, language: Language): Reply {
  return say("🚫", lockWords(language).reply.unknownSpan(inCode(typed, TYPED_LENGTH)));
}

/** `/locks`. */
export function locksReply({ locks, freezes, holders = [] }: LockList, language: Language): Reply {
  const words = lockWords(language);
  const all = [
    ...freezes.map((freeze) => freezeField(freeze, words)),
    ...locks.map((lock) => lockField(lock, words)),
    ...holders.map((record) => holderField(record, words, language)),
  ];
  if (all.length === 0) return say("🟢", words.reply.nothing);
  const fields: APIEmbedField[] = [];
  let length = 0;
  for (const each of all.slice(0, MAX_FIELDS)) {
    length += each.name.length + each.value.length;
    if (length > FIELDS_LENGTH) break;
    fields.push(each);
  }
  const left = all.length - fields.length;
  const footer = left === 0 ? {} : { footer: { text: words.reply.more(left) } };
  return { content: "", embeds: [{ color: 0x5865f2, title: words.reply.list, fields, ...footer }] };
}

function takenReply(outcome: LockOutcome, what: "lock" | "freeze", language: Language): Reply {
  const words = lockWords(language);
  const { reply } = words;
  if (outcome.kind === "refused") return lockRefusalReply(outcome.refusal, language);
  const { lock, kind } = outcome;
  const where = bold(lock, words);
  if (kind === "locked") {
    const end = lock.expiresAt === undefined ? undefined : endText(lock.expiresAt);
    return what === "lock" && end !== undefined
      ? say("🔒", reply.locked(where, end))
      : say("🧊", reply.frozen(where, end));
  }
  const reason = reasonText(lock, what, words);
  if (lock.unreadable === true) return say("🚫", wordsFor(language).labelled(where, reason));
  return "owner" in lock
    ? say("🚫", reply.heldLock(where, actorText(lock.owner), reason, endText(lock.expiresAt)))
    : say("🚫", reply.heldFreeze(where, actorText(lock.by), reason));
}

/** The words of other refusals speak of deploying. */
function lockRefusalReply(refusal: Refusal, language: Language): Reply {
  const words = lockWords(language);
  if (refusal.code === "role-missing") {
    const { environment, missing } = refusal;
    const roles = enumerate(refusal.roles.map((id) => `<@&${id}>`));
    if (missing === undefined) return say("🚫", words.reply.roleMissing(`**${environment}**`, roles));
    return say("🚫", words.reply.rolesMissing(enumerate(missing.map((name) => `**${name}**`)), roles));
  }
  if (refusal.code === "ambiguous-project" && refusal.environment === ALL_ENVIRONMENTS) {
    return say("🚫", words.reply.whichProject(enumerate(refusal.projects.map((name) => `\`${name}\``))));
  }
  return refusalReply(refusal, language);
}

function lockField(lock: PersonLock, words: LockWords): APIEmbedField {
  const name = `🔒 ${scopeText(lock, words)}`;
  const reason = reasonText(lock, "lock", words);
  if (lock.unreadable === true) return { name, value: reason };
  const { owner, since, expiresAt } = lock;
  return { name, value: rows([actorText(owner), reason], [since, endText(expiresAt)], words) };
}

function freezeField(freeze: ManualFreeze, words: LockWords): APIEmbedField {
  const name = `🧊 ${scopeText(freeze, words)}`;
  const reason = reasonText(freeze, "freeze", words);
  if (freeze.unreadable === true) return { name, value: reason };
  const { by, since, expiresAt } = freeze;
  const end = expiresAt === undefined ? words.untilUnfrozen : endText(expiresAt);
  return { name, value: rows([actorText(by), reason], [since, end], words) };
}

function holderField(record: DeploymentRecord, words: LockWords, language: Language): APIEmbedField {
  const by = originText(record, wordsFor(language));
  const since = `${words.fields.since} ${relativeTime(record.startedAt ?? record.createdAt)}`;
  return {
    name: `🚀 ${scopeText(record, words)}`,
    value: `${words.reply.deploying(record.number, by)}\n${since}`,
  };
}

function rows(
  [owner, reason]: readonly [string, string],
  [since, end]: readonly [number, string],
  { fields }: LockWords,
): string {
  return `${owner} · ${reason}\n${fields.since} ${relativeTime(since)} · ${fields.until} ${end}`;
}

function widerTexts(
  { project }: LockScope,
  name: "unlock" | "unfreeze",
  language: Language,
): [project: string, command: string] {
  const { option } = wordsFor(language).next;
  const options = `${option.environment}:${ALL_ENVIRONMENTS} ${option.project}:${project}`;
  return [`**${project}**`, `${command(name, language)} \`${options}\``];
}

function bold(scope: LockScope, words: LockWords): string {
  return `**${scopeText(scope, words)}**`;
}

function say(emoji: string, ...sentences: readonly (string | undefined)[]): Reply {
  const text = sentences.filter((sentence) => sentence !== undefined).join(" ");
  return { content: clip(`${emoji} ${text}`, CONTENT_LENGTH) };
}
