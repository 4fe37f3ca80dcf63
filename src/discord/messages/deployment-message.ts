import type { APIEmbed, APIEmbedField, RESTPostAPIChannelMessageJSONBody } from "discord-api-types/v10";
import type { EnvironmentConfig, Language } from "../../config/schema.js";
import type { QueuePlace } from "../../deployments/forecast.js";
import {
  type DeploymentRecord,
  type DeploymentState,
  type Failure,
  isFinal,
  type ProbeReason,
} from "../../deployments/record.js";
import { shortSha } from "../../deployments/release.js";
import { wordsFor } from "../locales/index.js";
import type { Words } from "../locales/words.js";
import { duration, originText, relativeTime, releaseLink, stepTitle } from "./format.js";
import { hostStates } from "./host-states.js";
import { progressBar, stepLines } from "./step-lines.js";
import { codeBlock, inCode, plain, wholeLines } from "./text.js";

/** What the status message is made of. */
export interface DeploymentView {
  readonly record: DeploymentRecord;
  /** While it waits. */
  readonly place?: QueuePlace | undefined;
  /** Absent when the configuration does not have the environment any more. */
  readonly environment?: EnvironmentConfig | undefined;
}

export type MessageBody = Pick<RESTPostAPIChannelMessageJSONBody, "content" | "embeds">;

const EMOJI: Readonly<Record<DeploymentState, string>> = {
  queued: "⏳",
  running: "🚀",
  succeeded: "🎯",
  failed: "❌",
  superseded: "⏭️",
  indeterminate: "⚠️",
};

/** Discord's own palette: grey, blurple, green, red, grey, yellow. */
const COLOUR: Readonly<Record<DeploymentState, number>> = {
  queued: 0x80848e,
  running: 0x5865f2,
  succeeded: 0x23a55a,
  failed: 0xf23f43,
  superseded: 0x80848e,
  indeterminate: 0xf0b232,
};

// Discord's limits: 4,096 characters a description, 1,024 a field, 6,000 in all. Each part has its own limit, so
// that their sum stays below: nothing has to be cut when the message is put together.
const SUBJECT_LENGTH = 200;
const AUTHOR_LENGTH = 100;
const TAIL_LENGTH = 900;
const REASON_LENGTH = 200;
const HOSTS_LENGTH = 700;
const URL_LENGTH = 500;

/** The one message of a deployment, as it should look for this state of the record. */
export function deploymentMessage(view: DeploymentView, language: Language): MessageBody {
  const words = wordsFor(language);
  return { content: headline(view.record, words), embeds: [embed(view, words)] };
}

/** `🚀 UAT - Deployment started`: also what a phone shows as the notification. */
function headline(record: DeploymentRecord, words: Words): string {
  return `${EMOJI[record.state]} **${words.headline[record.state](record.environment.toUpperCase())}**`;
}

function embed(view: DeploymentView, words: Words): APIEmbed {
  const { record } = view;
  return {
    color: COLOUR[record.state],
    description: description(view, words),
    fields: fields(view, words),
    footer: { text: `${record.project} · ${record.environment} · #${record.number}` },
    timestamp: new Date(record.createdAt).toISOString(),
  };
}

function description(view: DeploymentView, words: Words): string {
  const { record } = view;
  const paragraphs = [
    `**${plain(record.release.subject, SUBJECT_LENGTH) || shortSha(record.release.sha)}**`,
    waitingLine(view, words),
    stepLines(record, words),
    record.steps.length > 0 ? [progressBar(record.steps), ...elapsed(record, words)].join(" · ") : undefined,
    failureText(record, words),
  ];
  return paragraphs.filter((paragraph) => paragraph !== undefined && paragraph !== "").join("\n\n");
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
    : [`⏱️ ${words.tookSeconds(duration(finishedAt - startedAt))}`];
}

function failureText(record: DeploymentRecord, words: Words): string | undefined {
  if (record.failure === undefined) return undefined;
  const step = record.steps.find(({ id }) => id === record.failedStep);
  const lines = [
    step &&
      `${words.failedStep(stepTitle(step.title, words))}${step.host === undefined ? "" : ` · ${step.host}`}`,
    words.failure(clean(record.failure)),
    record.tail && `${words.lastLines[record.tailOf ?? "step"]}\n${codeBlock(record.tail, TAIL_LENGTH)}`,
    step && words.wholeLog,
  ];
  return lines.filter(Boolean).join("\n");
}

/** Part of a failure's facts comes from hosts and from what they answered. */
function clean(failure: Failure): Failure {
  switch (failure.code) {
    case "killed":
      return { ...failure, signal: plain(failure.signal, REASON_LENGTH) };
    case "internal":
      return { ...failure, message: plain(failure.message, REASON_LENGTH) };
    case "unreachable":
      return { ...failure, reason: plain(failure.reason, REASON_LENGTH) };
    case "unhealthy":
      return { ...failure, url: inCode(failure.url, REASON_LENGTH), reason: cleanReason(failure.reason) };
    case "unknown-host-key":
      return { ...failure, seen: inCode(failure.seen, REASON_LENGTH) };
    default:
      return failure;
  }
}

function cleanReason(reason: ProbeReason): ProbeReason {
  switch (reason.code) {
    case "text-missing":
      return { ...reason, expected: inCode(reason.expected, REASON_LENGTH) };
    case "no-answer":
      return { ...reason, detail: plain(reason.detail, REASON_LENGTH) };
    default:
      return reason;
  }
}

function fields(view: DeploymentView, words: Words): APIEmbedField[] {
  const { record } = view;
  const names = words.fields;
  const rows: [name: string, value: string | undefined, inline: boolean][] = [
    [names.project, record.project, true],
    [names.commit, releaseLink(record.repository, record.release), true],
    [names.author, plain(record.release.author, AUTHOR_LENGTH) || "?", true],
    [names.requestedBy, originText(record, words), true],
    [names.hosts, wholeLines(hostStates(record, words), HOSTS_LENGTH), false],
    [names.next, next(view, words), false],
  ];
  return rows.flatMap(([name, value, inline]) =>
    value === undefined || value === "" ? [] : [{ name, value, inline }],
  );
}

function next({ record, environment }: DeploymentView, words: Words): string | undefined {
  if (!isFinal(record)) return undefined;
  switch (record.state) {
    case "succeeded":
      return environment?.url && environment.url.length <= URL_LENGTH
        ? words.next.succeeded(environment.url)
        : undefined;
    case "superseded":
      return words.next.superseded(record.supersededBy ?? 0);
    case "indeterminate":
      return words.next.indeterminate;
    default:
      return record.failure?.code === "unknown-host-key"
        ? words.next.unknownHostKey
        : words.next.failed(`/deploy ${record.environment} project:${record.project}`);
  }
}
