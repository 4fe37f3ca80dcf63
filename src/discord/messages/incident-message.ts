import {
  type APIButtonComponentWithCustomId,
  type APIEmbed,
  type APIEmbedField,
  ButtonStyle,
  ComponentType,
} from "discord-api-types/v10";
import type { Language } from "../../config/schema.js";
import { sameTarget } from "../../health/incidents/board.js";
import { hostOf, type Incident, isActive, type Member } from "../../health/incidents/incident.js";
import type { IncidentAction, IncidentState, IncidentWords } from "../locales/incident-words.js";
import { wordsFor } from "../locales/index.js";
import type { ButtonRow } from "./buttons.js";
import type { MessageBody } from "./deployment-message.js";
import { actorText, MAX_MENTIONED_ROLES, originText, relativeTime, releaseLink } from "./format.js";
import {
  atText,
  checkLines,
  INCIDENT_EMOJI,
  incidentWords,
  sinceLine,
  stateOf,
  targetText,
  whereText,
} from "./incident-text.js";
import type { IncidentView, RunsThere } from "./incident-view.js";
import { type Detail, runningLines } from "./running-lines.js";
import { plain, together, wholeLines } from "./text.js";

// Discord's limits: 4,096 characters a description, 1,024 a field, 6,000 in all.
const DESCRIPTION_LENGTH = 4_096;
const FIELD_LENGTH = 1_024;
const DETAIL: Detail = { subject: 70, hosts: 4, all: false };
const SUBJECT_LENGTH = 120;
const NAME_LENGTH = 80;
const SHORT_ID_LENGTH = 8;

/** Discord's own palette. */
const COLOUR: Readonly<Record<IncidentState, number>> = {
  down: 0xf23f43,
  recovering: 0xf0b232,
  recovered: 0x23a55a,
  unwatched: 0x80848e,
};

const LOOK: Readonly<Record<IncidentAction, Pick<APIButtonComponentWithCustomId, "style" | "emoji">>> = {
  acknowledge: { style: ButtonStyle.Primary, emoji: { name: "👀" } },
  snooze: { style: ButtonStyle.Secondary, emoji: { name: "🔕" } },
  rollback: { style: ButtonStyle.Danger, emoji: { name: "↩️" } },
  logs: { style: ButtonStyle.Secondary, emoji: { name: "📜" } },
};

/** The one message of an incident, as it should look now. Whom it notifies is said when it is sent. */
export function incidentMessage(view: IncidentView, language: Language): MessageBody {
  const { incident, buttons = {} } = view;
  const words = incidentWords(language);
  const components = incidentActions(view).flatMap((action): APIButtonComponentWithCustomId[] => {
    const id = buttons[action];
    if (id === undefined) return [];
    return [{ type: ComponentType.Button, custom_id: id, label: words.button[action], ...LOOK[action] }];
  });
  return {
    content: [headlineText(incident, language), ...mentionLine(incident.mentioned)].join("\n"),
    embeds: [embed(view, language, words)],
    components: components.length === 0 ? [] : [row(components)],
  };
}

/**
 * What can be pressed under the message of this incident. A release and logs belong to one environment; where several
 * are down, `/rollback` and `/logs` say which one is meant.
 */
export function incidentActions({ incident, runs }: IncidentView): readonly IncidentAction[] {
  if (incident.closedAt !== undefined) return [];
  const [only, ...others] = incident.members.filter(isActive);
  const single = only !== undefined && others.length === 0;
  const release = single && runs.some((each) => each.canRollBack && sameTarget(each, only));
  return [
    ...(incident.acknowledged === undefined ? (["acknowledge"] as const) : []),
    "snooze",
    ...(release ? (["rollback"] as const) : []),
    ...(single ? (["logs"] as const) : []),
  ];
}

/** `🔴 **PROD - Down**`: also what a phone shows as the notification. */
export function headlineText(incident: Incident, language: Language): string {
  const words = incidentWords(language);
  const state = stateOf(incident);
  return `${INCIDENT_EMOJI[state]} **${words.headline[state](whereText(incident, words))}**`;
}

/** The roles, as one line; whether they are notified is said when it is sent. */
export function mentionLine(roles: readonly string[]): readonly string[] {
  const mentions = roles.slice(0, MAX_MENTIONED_ROLES).map((id) => `<@&${id}>`);
  return mentions.length === 0 ? [] : [mentions.join(" ")];
}

function embed(view: IncidentView, language: Language, words: IncidentWords): APIEmbed {
  const { incident } = view;
  const fields = [...runningField(view, language, words), ...hostField(incident, words)];
  return {
    color: COLOUR[stateOf(incident)],
    description: description(view, language, words),
    fields,
    // By these two a message is found again whose maker was killed: nothing that joins changes them.
    footer: { text: markText(incident) },
    timestamp: new Date(incident.openedAt).toISOString(),
  };
}

/** `shop / prod · 1a2b3c4d`: the environment that it was opened for, and enough of its id. */
function markText({ id, members: [first] }: Incident): string {
  const shortId = id.slice(0, SHORT_ID_LENGTH);
  return first === undefined ? shortId : `${targetText(first)} · ${shortId}`;
}

function description(view: IncidentView, language: Language, words: IncidentWords): string {
  const { incident } = view;
  const offered = incidentActions(view).includes("rollback");
  const people = [acknowledgedLine(incident, words), snoozedLine(incident, words)].filter(
    (line) => line !== undefined,
  );
  const left = DESCRIPTION_LENGTH - people.join("\n").length - 2;
  const members = WORST_FIRST.flatMap((state) => incident.members.filter((member) => member.state === state));
  const several = members.length > 1;
  const blocks = members.map((member) => {
    const title = several ? [`\n${INCIDENT_EMOJI[member.state]} **${targetText(member)}**`] : [];
    return [...title, ...memberLines(member, offered, language, words)].join("\n");
  });
  const count = several ? [words.environments(members.length)] : [];
  return together([wholeBlocks(count, blocks, left, words), people.join("\n")]);
}

const WORST_FIRST = ["down", "recovering", "unwatched", "recovered"] as const;

/** As many as there is room for, and how many more there are. */
function wholeBlocks(
  head: readonly string[],
  blocks: readonly string[],
  room: number,
  words: IncidentWords,
): string {
  const all = [...head, ...blocks].join("\n");
  if (all.length <= room) return all;
  let text = head.join("\n");
  let shown = 0;
  for (const block of blocks) {
    const rest = `\n\n${words.more(blocks.length - shown)}`;
    if (text.length + 1 + block.length + rest.length > room) break;
    text = [...(text === "" ? [] : [text]), block].join("\n");
    shown++;
  }
  if (shown === 0) return wholeLines([...head, ...blocks.join("\n").split("\n")], room);
  return `${text}\n\n${words.more(blocks.length - shown)}`;
}

function memberLines(
  member: Member,
  offered: boolean,
  language: Language,
  words: IncidentWords,
): readonly string[] {
  const bake = member.failedBake?.action === "offer" && !offered ? "failed" : member.failedBake?.action;
  const failing = member.state === "down";
  return [
    sinceLine(member, words),
    ...(failing ? checkLines(member, language) : []),
    ...(failing && bake !== undefined ? [`🍞 ${words.failedBake[bake]}`] : []),
  ];
}

function acknowledgedLine({ acknowledged }: Incident, words: IncidentWords): string | undefined {
  if (acknowledged === undefined) return undefined;
  return `👀 ${words.acknowledged(actorText(acknowledged), relativeTime(acknowledged.at))}`;
}

function snoozedLine({ snoozed, closedAt }: Incident, words: IncidentWords): string | undefined {
  if (snoozed === undefined || closedAt !== undefined) return undefined;
  return `🔕 ${words.snoozed(actorText(snoozed), atText(snoozed.until))}`;
}

/** Of one environment what runs there; of several it would be a list that says little. */
function runningField(
  { incident, runs }: IncidentView,
  language: Language,
  words: IncidentWords,
): readonly APIEmbedField[] {
  const [only, second] = incident.members;
  const found =
    only === undefined || second !== undefined ? undefined : runs.find((each) => sameTarget(each, only));
  if (found === undefined) return [];
  const value = runningText(found, language, words);
  return [{ name: words.fields.deployed, value, inline: false }];
}

function runningText(runs: RunsThere, language: Language, words: IncidentWords): string {
  const { running, through, target } = runs;
  const { repository } = target.projectConfig;
  const { summary } = running;
  const common = wordsFor(language);
  if (summary.kind !== "release" || through === undefined)
    return wholeLines(runningLines(runs, common, DETAIL), FIELD_LENGTH);
  const { sha, ref = sha, subject = "" } = summary.release;
  const shown = plain(subject, SUBJECT_LENGTH);
  const named = [releaseLink(repository, { sha, ref }), ...(shown === "" ? [] : [shown])].join(" · ");
  return words.deployed(named, relativeTime(summary.since), originText(through, common));
}

function hostField(incident: Incident, words: IncidentWords): readonly APIEmbedField[] {
  const host = hostOf(incident);
  return host === undefined
    ? []
    : [{ name: words.fields.host, value: plain(host, NAME_LENGTH) || "?", inline: true }];
}

function row(components: APIButtonComponentWithCustomId[]): ButtonRow {
  return { type: ComponentType.ActionRow, components };
}
