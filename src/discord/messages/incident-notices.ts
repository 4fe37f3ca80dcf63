import type { APIEmbedField } from "discord-api-types/v10";
import type { Language } from "../../config/schema.js";
import type { Blindness } from "../../health/incidents/board.js";
import { downtimeOf, type Incident, unwatchedOf } from "../../health/incidents/incident.js";
import type { IncidentWords } from "../locales/incident-words.js";
import type { MessageBody } from "./deployment-message.js";
import { actorText } from "./format.js";
import { headlineText, mentionLine } from "./incident-message.js";
import { atText, incidentWords, targetText, whereText } from "./incident-text.js";
import type { FaredEnvironment, SummaryView } from "./incident-view.js";
import { spanText } from "./span-text.js";
import { inCode, wholeLines } from "./text.js";

const GREEN = 0x23a55a;
const RED = 0xf23f43;
const AMBER = 0xf0b232;
const GREY = 0x80848e;
const CODE_LENGTH = 40;
/** The codes of a system that hears nothing; with any other one it refuses. */
const UNHEARD: ReadonlySet<string> = new Set(["EAI_AGAIN", "ENETUNREACH"]);
const SHORT_ID_LENGTH = 8;
const FIELD_LENGTH = 1_000;
const DESCRIPTION_LENGTH = 4_096;

/** The message that an incident ends with: for how long it was down. */
export function recoveryMessage(incident: Incident, language: Language): MessageBody {
  const words = incidentWords(language);
  const unwatched = unwatchedOf(incident);
  const whole = spanText(downtimeOf(incident) ?? 0, words);
  const span = unwatched === 0 ? whole : words.atMost(whole);
  const downtime = unwatched === 0 ? span : `${span}, ${words.unwatched(spanText(unwatched, words))}`;
  const { startedAt, recoveredAt = startedAt, acknowledged, members } = incident;
  const targets = members.map((member) => targetText(member));
  const fields: readonly APIEmbedField[] = [
    field(words.fields.downtime, downtime),
    field(words.fields.from, atText(startedAt)),
    field(words.fields.until, atText(recoveredAt)),
    ...(acknowledged === undefined ? [] : [field(words.fields.acknowledged, actorText(acknowledged))]),
    { ...field(words.fields.environments, wholeLines(targets, FIELD_LENGTH)), inline: false },
  ];
  return {
    content: `✅ **${words.recovered(whereText(incident, words), span)}**`,
    // Footer and timestamp tell it from every other message: it may have to be found again.
    embeds: [
      {
        color: GREEN,
        fields: [...fields],
        footer: { text: `✅ ${targets.length === 1 ? targets.join() : words.environments(targets.length)}` },
        timestamp: new Date(recoveredAt).toISOString(),
      },
    ],
    components: [],
  };
}

/** Slipway itself cannot look: nothing is known of what it watches, and no incident is opened for it. */
export function blindnessMessage(blindness: Blindness, language: Language): MessageBody {
  const words = incidentWords(language).blind;
  const { id, since, until, code, environments } = blindness;
  const span = until === undefined ? undefined : spanText(until - since, incidentWords(language));
  const facts = [
    until === undefined
      ? (refuses(code) ? words.refused : words.unheard)(atText(since))
      : words.over(atText(since), atText(until)),
    words.unknown(environments),
    ...(code === undefined ? [] : [words.code(inCode(code, CODE_LENGTH))]),
  ];
  return {
    content: `🙈 **${span === undefined ? words.headline : words.headlineOver(span)}**`,
    // Footer and timestamp tell it from every other message.
    embeds: [
      {
        ...{ color: until === undefined ? AMBER : GREY, description: facts.join("\n") },
        footer: { text: `🙈 ${id.slice(0, SHORT_ID_LENGTH)}` },
        timestamp: new Date(since).toISOString(),
      },
    ],
    components: [],
  };
}

/** Calls roles when nothing was heard for long. */
export function blindnessCall(
  { since }: Blindness,
  roles: readonly string[],
  language: Language,
): MessageBody {
  const text = incidentWords(language).blind.call(atText(since));
  return { content: [`📣 ${text}`, ...mentionLine(roles)].join("\n"), embeds: [], components: [] };
}

/** It is Slipway's own machine, and not that nothing answers. */
function refuses(code: string | undefined): boolean {
  return code !== undefined && !UNHEARD.has(code);
}

/** The reply to an incident's message that calls roles. Whom it notifies is said when it is sent. */
export function callMessage(
  incident: Incident,
  { why, roles }: { readonly why: "joined" | "unacknowledged"; readonly roles: readonly string[] },
  language: Language,
): MessageBody {
  const words = incidentWords(language);
  const headline = headlineText(incident, language);
  const text = words.call[why](headline, atText(incident.startedAt));
  return { content: [`📣 ${text}`, ...mentionLine(roles)].join("\n"), embeds: [], components: [] };
}

/** How the environments of a channel fared, those that were worst off first. */
export function summaryMessage(
  { period, from, to, environments }: SummaryView,
  language: Language,
): MessageBody {
  const words = incidentWords(language);
  const sorted = [...environments].sort((a, b) => badness(b) - badness(a));
  const lines = sorted.map((each) => fareLine(each, language, words));
  const well = environments.every(({ incidents, isDown }) => incidents === 0 && !isDown);
  const text = wholeLines([...(well ? [words.summary.allWell, ""] : []), ...lines], DESCRIPTION_LENGTH);
  return {
    content: `📋 **${words.summary.headline[period]}** · ${dayText(from)} – ${dayText(to)}`,
    embeds: [{ color: environments.some(({ isDown }) => isDown) ? RED : GREEN, description: text }],
    components: [],
  };
}

function fareLine(fared: FaredEnvironment, language: Language, words: IncidentWords): string {
  const { uptime, incidents, downtimeMs, isDown, isUnknown } = fared;
  const emoji = isDown ? "🔴" : isUnknown ? "⚪" : incidents > 0 ? "🟡" : "🟢";
  const facts = [
    `**${targetText(fared)}**`,
    uptime === undefined ? words.summary.unknownUptime : words.summary.uptime(percentText(uptime, language)),
    ...(incidents === 0 ? [] : [words.summary.incidents(incidents, spanText(downtimeMs, words))]),
    ...(isDown ? [words.summary.down] : isUnknown ? [words.summary.wasDown] : []),
  ];
  return `${emoji} ${facts.join(" · ")}`;
}

function badness({ isDown, isUnknown, downtimeMs, incidents }: FaredEnvironment): number {
  return (isDown ? 2e15 : isUnknown ? 1e15 : 0) + downtimeMs + incidents;
}

/** Never rounded up to 100: what was down for a minute was not always up. */
function percentText(uptime: number, language: Language): string {
  const percent = Math.floor(Math.min(1, Math.max(0, uptime)) * 1e4) / 1e4;
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 2 }).format(percent);
}

function dayText(at: number): string {
  return `<t:${Math.floor(at / 1000)}:d>`;
}

function field(name: string, value: string): APIEmbedField {
  return { name, value, inline: true };
}
