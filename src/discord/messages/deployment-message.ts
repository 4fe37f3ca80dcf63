import type { APIEmbed, APIEmbedField, RESTPostAPIChannelMessageJSONBody } from "discord-api-types/v10";
import type { Language } from "../../config/schema.js";
import type { DeploymentRecord } from "../../deployments/record.js";
import { shortSha } from "../../deployments/release.js";
import { wordsFor } from "../locales/index.js";
import type { Words } from "../locales/words.js";
import { approvalFields, approvalParagraphs, approvedBy } from "./approval-text.js";
import { type ButtonRow, buttonRows, buttonsFor } from "./buttons.js";
import { decidedChanges } from "./changes-text.js";
import { removedLines } from "./commit-lines.js";
import type { DeploymentView } from "./deployment-view.js";
import { breakGlassText, endedText, kindText } from "./ended-text.js";
import { failureText } from "./failure-text.js";
import { duration, MAX_MENTIONED_ROLES, originText, relativeTime, releaseLink } from "./format.js";
import { hostStates } from "./host-states.js";
import { ALARM_COLOUR, STATE_COLOUR, STATE_EMOJI } from "./look.js";
import { nextText } from "./next-text.js";
import { progressBar, SHOWN_STEPS, stepLines } from "./step-lines.js";
import { plain, together, wholeLines } from "./text.js";

export type MessageBody = Pick<RESTPostAPIChannelMessageJSONBody, "content" | "embeds"> & {
  readonly components: ButtonRow[];
};

// Discord's limits: 4,096 characters a description, 1,024 a field, 6,000 in all. Each part has its own limit; lists
// of commits and steps take what the other parts leave.
const DESCRIPTION_LENGTH = 4_096;
const EMBED_LENGTH = 6_000;
const SUBJECT_LENGTH = 200;
const AUTHOR_LENGTH = 100;
const HOSTS_LENGTH = 700;

/** The one message of a deployment, as it should look for this state of the record. */
export function deploymentMessage(view: DeploymentView, language: Language): MessageBody {
  const words = wordsFor(language);
  const { record, environment, buttons } = view;
  return {
    content: [headline(record, words), ...mentions(view)].join("\n"),
    embeds: [embed(view, words)],
    components: buttonRows(buttonsFor(record, environment, view.canRollBack), buttons ?? {}, words),
  };
}

/**
 * The roles that must notice that an approval is needed: none for a confirmation, which is for the person who
 * asked.
 */
export function rolesToNotify({ record, environment }: DeploymentView): readonly string[] {
  if (record.state !== "awaiting-approval" || environment === undefined) return [];
  if (record.approval?.reason === "bad-release") return [];
  const { approve, deploy } = environment.roles;
  return (approve ?? (record.approval?.reason === "break-glass" ? deploy : [])).slice(0, MAX_MENTIONED_ROLES);
}

/** `🚀 UAT - Deployment started`: also what a phone shows as the notification. */
function headline(record: DeploymentRecord, words: Words): string {
  return `${STATE_EMOJI[record.state]} **${words.headline[record.state](record.environment.toUpperCase())}**`;
}

function mentions(view: DeploymentView): readonly string[] {
  const roles = rolesToNotify(view).map((id) => `<@&${id}>`);
  return roles.length === 0 ? [] : [roles.join(" ")];
}

function embed(view: DeploymentView, words: Words): APIEmbed {
  const { record } = view;
  const shown = fields(view, words);
  const footer = `${record.project} · ${record.environment} · #${record.number}`;
  const others = footer.length + shown.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  return {
    color: colour(record),
    description: description(view, words, Math.min(DESCRIPTION_LENGTH, EMBED_LENGTH - others)),
    fields: shown,
    footer: { text: footer },
    timestamp: new Date(record.createdAt).toISOString(),
  };
}

function colour({ state, breakGlass }: DeploymentRecord): number {
  const alarming = state === "awaiting-approval" && breakGlass !== undefined;
  return alarming ? ALARM_COLOUR : STATE_COLOUR[state];
}

function description(view: DeploymentView, words: Words, maxLength: number): string {
  const { record } = view;
  const title = [
    `**${plain(record.release.subject, SUBJECT_LENGTH) || shortSha(record.release.sha)}**`,
    kindText(record, words),
  ];
  const opening = [together(title, "\n"), breakGlassText(record, words)];
  if (record.state === "awaiting-approval") {
    const left = maxLength - together(opening).length;
    return together([...opening, ...approvalParagraphs(view, words, left)]);
  }
  const texts = ROOMS.map((room) => together([...opening, ...progressParagraphs(view, words, room)]));
  return texts.find((text) => text.length <= maxLength) ?? together(opening);
}

/** What gives way, bit by bit, where names and outputs are long: why it failed stays whole. */
const ROOMS = [
  { removed: true, changes: true, steps: SHOWN_STEPS },
  { removed: false, changes: true, steps: SHOWN_STEPS },
  { removed: false, changes: false, steps: SHOWN_STEPS },
  { removed: false, changes: false, steps: 7 },
  { removed: false, changes: false, steps: 3 },
] as const;
/** Ten commits with long names and subjects. */
const REMOVED_LENGTH = 1_500;

function progressParagraphs(
  view: DeploymentView,
  words: Words,
  room: (typeof ROOMS)[number],
): readonly (string | undefined)[] {
  const { record } = view;
  return [
    endedText(record, words),
    room.changes ? changesText(record, words, room.removed) : undefined,
    waitingLine(view, words),
    stepLines(record, words, room.steps),
    record.steps.length > 0
      ? [progressBar(record.steps, words), ...elapsed(record, words)].join(" · ")
      : undefined,
    failureText(view, words),
  ];
}

function changesText(record: DeploymentRecord, words: Words, withRemoved: boolean): string | undefined {
  const removed = withRemoved ? removedLines(record, words, REMOVED_LENGTH) : undefined;
  return together([decidedChanges(record, words), removed], "\n");
}

function waitingLine({ record, place }: DeploymentView, words: Words): string | undefined {
  if (record.state !== "queued" || place === undefined) return undefined;
  const startsAt = place.startsAt === undefined ? undefined : relativeTime(place.startsAt);
  return `⏳ ${words.queue(place.position, startsAt)}`;
}

function elapsed({ startedAt, finishedAt }: DeploymentRecord, words: Words): readonly string[] {
  if (startedAt === undefined) return [];
  return finishedAt === undefined
    ? [`⏱️ ${words.started(relativeTime(startedAt))}`]
    : [`⏱️ ${words.tookSeconds(duration(finishedAt - startedAt, words))}`];
}

function fields(view: DeploymentView, words: Words): APIEmbedField[] {
  const { record } = view;
  const names = words.fields;
  const waits = record.state === "awaiting-approval";
  const rows: [name: string, value: string | undefined, inline: boolean][] = [
    [names.project, record.project, true],
    [names.commit, releaseLink(record.repository, record.release), true],
    [names.author, plain(record.release.author, AUTHOR_LENGTH) || "?", true],
    [names.requestedBy, originText(record, words), true],
    [names.approvedBy, waits ? undefined : approvedBy(record), true],
    [names.hosts, wholeLines(hostStates(record, words), HOSTS_LENGTH), false],
    [names.next, nextText(view, words), false],
  ];
  const shown = rows.flatMap(([name, value, inline]) =>
    value === undefined || value === "" ? [] : [{ name, value, inline }],
  );
  return waits ? [...shown, ...approvalFields(view, words)] : shown;
}
