import type { Language } from "../../config/schema.js";
import { hostOf, type Incident, isActive, type Member } from "../../health/incidents/incident.js";
import { incidentWordsEn } from "../locales/incident-words.en.js";
import { incidentWordsFr } from "../locales/incident-words.fr.js";
import type { IncidentState, IncidentWords } from "../locales/incident-words.js";
import { wordsFor } from "../locales/index.js";
import { cleanReason } from "./clean-reason.js";
import { relativeTime } from "./format.js";
import { inCode, plain } from "./text.js";

const WORDS: Readonly<Record<Language, IncidentWords>> = { en: incidentWordsEn, fr: incidentWordsFr };

const NAME_LENGTH = 80;
const CHECK_LENGTH = 200;
/** More names would fill the line that a phone shows. */
const MAX_NAMED = 3;
const MAX_CHECKS = 6;

export const INCIDENT_EMOJI: Readonly<Record<IncidentState, string>> = {
  down: "🔴",
  recovering: "🟡",
  recovered: "🟢",
  unwatched: "⚪",
};

export function incidentWords(language: Language): IncidentWords {
  return WORDS[language];
}

/** How the incident stands: as its environment that is worst off. */
export function stateOf({ members }: Incident): IncidentState {
  const order = ["down", "recovering", "recovered", "unwatched"] as const;
  return order.find((state) => members.some((member) => member.state === state)) ?? "unwatched";
}

/** Those that stand as the incident does: what is back is not down any more. Of one that is over, all. */
function concerned({ members }: Incident): readonly Member[] {
  const active = members.filter(isActive);
  const down = active.filter(({ state }) => state === "down");
  return down.length > 0 ? down : active.length > 0 ? active : members;
}

/** `PROD`, `UAT, PREPROD`, `5 environments (host web-1)`. */
export function whereText(incident: Incident, words: IncidentWords): string {
  const members = concerned(incident);
  const names = [...new Set(members.map(({ environment }) => environment.toUpperCase()))];
  const few = members.length <= MAX_NAMED;
  const where = few
    ? names.map((name) => plain(name, NAME_LENGTH)).join(", ")
    : words.environments(members.length);
  const host = members.length > 1 ? hostOf(incident) : undefined;
  return host === undefined ? where : `${where} (${words.onHost(plain(host, NAME_LENGTH))})`;
}

/** One line a failing check. */
export function checkLines({ failing }: Member, language: Language): readonly string[] {
  const words = incidentWords(language);
  const { labelled, probeReason } = wordsFor(language);
  const lines = failing.slice(0, MAX_CHECKS).map(({ id, reason }) => {
    const why = reason === undefined ? words.unknownReason : probeReason(cleanReason(reason));
    return `❌ ${labelled(`\`${inCode(id, CHECK_LENGTH)}\``, why)}`;
  });
  return failing.length > MAX_CHECKS ? [...lines, words.more(failing.length - MAX_CHECKS)] : lines;
}

/** Since when it stands as it does, and when it was last good. */
export function sinceLine(member: Member, words: IncidentWords): string {
  const up = member.state === "recovering" || member.state === "recovered";
  const at = up ? (member.answersSince ?? member.downSince) : member.downSince;
  const since = words.since[member.state](atText(at));
  if (member.state !== "down") return since;
  const last = member.lastGoodAt === undefined ? words.neverGood : words.lastGood(atText(member.lastGoodAt));
  return `${since} ${last}`;
}

/** `shop / prod` */
export function targetText({ project, environment }: Pick<Member, "project" | "environment">): string {
  return `${plain(project, NAME_LENGTH)} / ${plain(environment, NAME_LENGTH)}`;
}

/** The time of the day, and how long ago. */
export function atText(at: number): string {
  return `<t:${Math.floor(at / 1000)}:t> (${relativeTime(at)})`;
}
