import type { AuditPage, KeptEntry } from "../../audit/audit-log.js";
import type { AuditPurpose } from "../../audit/audit-roles.js";
import type { AuditActor } from "../../audit/audit-trail.js";
import type { CollectedExport } from "../../audit/collect-export.js";
import type { Language } from "../../config/schema.js";
import { Sha, shortSha } from "../../deployments/release.js";
import { auditEn } from "../locales/audit-words.en.js";
import { auditFr } from "../locales/audit-words.fr.js";
import type { AuditWords } from "../locales/audit-words.js";
import { enumerate } from "../locales/enumerate.js";
import { relativeTime } from "./format.js";
import type { Reply } from "./replies.js";
import { inCode, plain, wholeLines } from "./text.js";

/** Discord's limit for an embed's description, in characters. */
const DESCRIPTION_LENGTH = 4_096;
const NAME_LENGTH = 80;
const DETAIL_LENGTH = 80;
const MAX_DETAILS = 6;
const BLURPLE = 0x5865f2;
/** Numbers above are moments, in milliseconds since the epoch: no count comes near. */
const FIRST_MOMENT = 1_000_000_000_000;

const EMOJI: Readonly<Record<KeptEntry["action"], string>> = {
  request: "🙋",
  refusal: "🚫",
  approval: "✅",
  "approval-refused": "🛑",
  void: "🚯",
  expired: "⌛",
  cancel: "✋",
  superseded: "⏭️",
  started: "🚀",
  step: "▫️",
  ended: "🏁",
  lock: "🔒",
  unlock: "🔓",
  "lock-expired": "🔓",
  freeze: "❄️",
  unfreeze: "☀️",
  "break-glass": "🔨",
  resumed: "⏩",
  stop: "🛑",
  "marked-failed": "❌",
  "run-again": "🔁",
  acknowledge: "👀",
  snooze: "🔕",
  logs: "📜",
};

/** The newest entries and, where it was asked for, the export beside them. */
export function auditReply(
  page: AuditPage,
  language: Language,
  { steps, exported }: { readonly steps: boolean; readonly exported?: CollectedExport | undefined },
): Reply {
  const words = wordsOf(language);
  const content = exported === undefined ? "" : words.exported[exported.complete ? "complete" : "newest"];
  return {
    content,
    embeds: [{ color: BLURPLE, title: words.title, ...entriesOf(page, words, steps) }],
    ...(exported && { files: [{ name: "slipway-audit.jsonl", data: exported.data }] }),
  };
}

/** @param roles ids of those who may */
export function auditRefusalReply(
  purpose: AuditPurpose,
  roles: readonly string[],
  language: Language,
): Reply {
  const words = wordsOf(language);
  const mentions = enumerate(roles.map((id) => `<@&${id}>`));
  return { content: `🚫 ${roles.length === 0 ? words.nobodyExports : words.refusal[purpose](mentions)}` };
}

function wordsOf(language: Language): AuditWords {
  return { en: auditEn, fr: auditFr }[language];
}

function entriesOf(page: AuditPage, words: AuditWords, steps: boolean) {
  const { entries, total, unreadable, waiting } = page;
  const lines = entries.map((entry) => line(entry, words));
  const description = wholeLines(lines, DESCRIPTION_LENGTH);
  const shown = description.split("\n").filter((each) => lines.includes(each)).length;
  const next = olderThan(page, shown);
  const notes = [
    words.shown(shown, total),
    ...(next === undefined ? [] : [words.older(next)]),
    ...(steps ? [] : [words.withoutSteps]),
    ...(unreadable === 0 ? [] : [words.unreadable(unreadable)]),
    ...(waiting === 0 ? [] : [words.waiting(waiting)]),
  ];
  return { description: description || words.none, footer: { text: notes.join(" · ") } };
}

/** Where the next page begins: also after what one message had no room for. */
function olderThan({ entries, olderThan }: AuditPage, shown: number): number | undefined {
  return shown < entries.length ? entries[shown - 1]?.sequence : olderThan;
}

/** One line: who did what, to what, when, from where, and the facts. */
function line(entry: KeptEntry, words: AuditWords): string {
  const { action, actor, target, deployment, at, source } = entry;
  return [
    `${EMOJI[action]} ${words.action[action](actorText(actor))}`,
    ...(deployment === undefined ? [] : [`**#${deployment}**`]),
    ...(target === undefined ? [] : [plain(`${target.project} / ${target.environment}`, NAME_LENGTH)]),
    relativeTime(at),
    words.source[source],
    ...details(entry, words),
  ].join(" · ");
}

function actorText(actor: AuditActor): string {
  switch (actor.kind) {
    case "person":
      return /^\d+$/.test(actor.userId) ? `<@${actor.userId}>` : plain(actor.userName, NAME_LENGTH);
    case "github":
      return plain(actor.login, NAME_LENGTH) || "GitHub";
    case "slipway":
      return "Slipway";
  }
}

function details({ details = {} }: KeptEntry, words: AuditWords): readonly string[] {
  return Object.entries(details)
    .slice(0, MAX_DETAILS)
    .map(([name, value]) => `${nameOf(name, words)} ${valueText(value)}`);
}

function nameOf(name: string, { detail }: AuditWords): string {
  return (Object.hasOwn(detail, name) ? detail[name] : undefined) ?? plain(name, NAME_LENGTH);
}

function valueText(value: string | number | boolean): string {
  if (typeof value === "number" && value >= FIRST_MOMENT) return relativeTime(value);
  const sha = Sha.safeParse(value);
  return `\`${sha.success ? shortSha(sha.data) : inCode(String(value), DETAIL_LENGTH)}\``;
}
