import type { APIEmbedField } from "discord-api-types/v10";
import type { EnvironmentStatus } from "../../app/look-up.js";
import type { Language } from "../../config/schema.js";
import type { PersonLock } from "../../deployments/locks.js";
import { memberOf } from "../../health/incidents/board.js";
import { wordsFor } from "../locales/index.js";
import type { Words } from "../locales/words.js";
import { actorText, commitLink, endText, relativeTime } from "./format.js";
import { STATE_EMOJI } from "./look.js";
import type { Reply } from "./replies.js";
import { type Detail, runningLines } from "./running-lines.js";
import { plain, wholeLines } from "./text.js";

/** Discord's limits: 25 fields an embed, 1,024 characters a field, 6,000 in all, of which the footer has some. */
const MAX_FIELDS = 25;
const FIELD_LENGTH = 1_024;
const FIELDS_LENGTH = 5_800;
const REASON_LENGTH = 80;

/** From everything to the least that is of use, so that as many environments as possible are shown. */
const DETAILS: readonly Detail[] = [
  { subject: 70, hosts: 8, all: true },
  { subject: 40, hosts: 3, all: false },
  { subject: 0, hosts: 1, all: false },
];

/** `/status`. */
export function statusReply(environments: readonly EnvironmentStatus[], language: Language): Reply {
  const words = wordsFor(language);
  const drawn = DETAILS.map((detail) => fieldsOf(environments, words, detail));
  const wanted = Math.min(environments.length, MAX_FIELDS);
  const fields = drawn.find(({ length }) => length === wanted) ?? drawn.at(-1) ?? [];
  const left = environments.length - fields.length;
  const footer = left === 0 ? {} : { footer: { text: words.reply.moreEnvironments(left) } };
  return { content: "", embeds: [{ color: 0x5865f2, fields: [...fields], ...footer }] };
}

/** As many as fit. */
function fieldsOf(
  environments: readonly EnvironmentStatus[],
  words: Words,
  detail: Detail,
): readonly APIEmbedField[] {
  const fields: APIEmbedField[] = [];
  let length = 0;
  for (const status of environments.slice(0, MAX_FIELDS)) {
    const name = `${status.target.project} / ${status.target.environment}`;
    const value = wholeLines(statusLines(status, words, detail), FIELD_LENGTH);
    length += name.length + value.length;
    if (length > FIELDS_LENGTH) break;
    fields.push({ name, value });
  }
  return fields;
}

/** The most important first: what does not fit is cut from the end. */
function statusLines(status: EnvironmentStatus, words: Words, detail: Detail): readonly string[] {
  return [
    ...runningLines(status, words, detail),
    ...underWay(status, words),
    ...healthLine(status, words, detail),
    ...lastLine(status, words),
    ...status.locks.map((lock) => `🔒 ${lockText(lock, words)}`),
    ...freezeLine(status, words),
    ...waiting(status, words),
  ];
}

function underWay({ open }: EnvironmentStatus, words: Words): readonly string[] {
  return open
    .filter(({ state }) => state === "running")
    .map(
      ({ number, repository, release }) =>
        `🔄 ${words.reply.running(number, commitLink(repository, release.sha))}`,
    );
}

function waiting({ open }: EnvironmentStatus, { reply }: Words): readonly string[] {
  const queued = open.filter(({ state }) => state === "queued").length;
  const awaiting = open.filter(({ state }) => state === "awaiting-approval").length;
  return [
    ...(queued === 0 ? [] : [`⏳ ${reply.waiting(queued)}`]),
    ...(awaiting === 0 ? [] : [`🔐 ${reply.awaiting(awaiting)}`]),
  ];
}

/** How the last deployment ended, unless it is the one that runs and is named already. */
function lastLine({ last, through }: EnvironmentStatus, { status }: Words): readonly string[] {
  if (last === undefined || (last.id === through?.id && last.state === "succeeded")) return [];
  const at = relativeTime(last.finishedAt ?? last.createdAt);
  const emoji = last.state === "succeeded" ? "✅" : STATE_EMOJI[last.state];
  return [`${emoji} ${status.last(last.number, status.outcome[last.state] ?? last.state, at)}`];
}

function healthLine(
  { target, health, incident }: EnvironmentStatus,
  { status }: Words,
  { all }: Detail,
): readonly string[] {
  const member = incident && memberOf(incident, target);
  if (member?.state === "down") return [`🔴 ${status.down(relativeTime(member.downSince))}`];
  if (member?.state === "recovering")
    return [`🟡 ${status.recovering(relativeTime(member.answersSince ?? member.downSince))}`];
  const unheardSince = health?.blind?.since ?? health?.silentAt;
  if (unheardSince !== undefined) return [`❔ ${status.unheard(relativeTime(unheardSince))}`];
  if (health?.run === undefined) return [];
  if (!health.run.ok) return [`🟡 ${status.failing(relativeTime(health.run.since))}`];
  return all ? [`💚 ${status.healthy(relativeTime(health.lastAt ?? health.run.since))}`] : [];
}

function lockText({ owner, expiresAt, reason, unreadable }: PersonLock, words: Words): string {
  if (unreadable) return words.status.lockUnreadable;
  return words.status.locked(actorText(owner), endText(expiresAt), plain(reason, REASON_LENGTH) || "?");
}

function freezeLine({ freeze }: EnvironmentStatus, { status }: Words): readonly string[] {
  if (freeze === undefined) return [];
  const until = freeze.until === undefined ? undefined : endText(freeze.until);
  return [`🧊 ${status.frozen(until, plain(freeze.reason, REASON_LENGTH) || "?")}`];
}
