import type { APIEmbed, APIEmbedField } from "discord-api-types/v10";
import type { EnvironmentStatus } from "../../app/look-up.js";
import type { RequestOutcome } from "../../app/outcomes.js";
import type { Language } from "../../config/schema.js";
import type { DeploymentRecord } from "../../deployments/record.js";
import type { Refusal } from "../../deployments/refusal.js";
import { lastCertain, type RunningRelease } from "../../deployments/running.js";
import { wordsFor } from "../locales/index.js";
import type { Words } from "../locales/words.js";
import { removalLines } from "./changes-text.js";
import { locksAfterwards } from "./ended-text.js";
import { commitLink, originText, relativeTime } from "./format.js";
import { STATE_EMOJI } from "./look.js";
import { refusalText } from "./refusal-text.js";
import { clip, plain, wholeLines } from "./text.js";

/** An ephemeral answer to the person who asked. */
export interface Reply {
  readonly content: string;
  readonly embeds?: readonly APIEmbed[];
  readonly files?: readonly { readonly name: string; readonly data: Buffer }[];
}

/**
 * Discord's limits: 2,000 characters of content; 25 fields an embed, 1,024 characters a field; 4,096 a
 * description; 6,000 in all, of which the fields leave some for the footer.
 */
const CONTENT_LENGTH = 2_000;
const DESCRIPTION_LENGTH = 4_096;
const MAX_FIELDS = 25;
const FIELD_LENGTH = 1_024;
const FIELDS_LENGTH = 5_800;
const SUBJECT_LENGTH = 70;

export function refusalReply(refusal: Refusal, language: Language): Reply {
  return { content: clip(`🚫 ${refusalText(refusal, wordsFor(language))}`, CONTENT_LENGTH) };
}

/** Where to follow it; one that needs an approval waits first. */
export function acceptedReply(
  { record, already }: Pick<Extract<RequestOutcome, { kind: "accepted" }>, "record" | "already">,
  channelId: string,
  language: Language,
): Reply {
  const { project, environment, number, repository, release, approval, state } = record;
  const words = wordsFor(language);
  const { reply } = words;
  const lock = locksAfterwards(record) ? [`🔒 ${words.ended.willLock(environment)}`] : [];
  const more = [...removalLines(record, words), ...lock].map((line) => `\n${line}`).join("");
  const where = [
    `${project} / ${environment}`,
    commitLink(repository, release.sha),
    `<#${channelId}>`,
  ] as const;
  if (already) return { content: `👉 ${reply.already(number, ...where)}` };
  if (state === "awaiting-approval" && approval !== undefined) {
    const expires = relativeTime(approval.expiresAt);
    return { content: `🔐 ${reply.awaitsApproval(number, ...where, expires)}${more}` };
  }
  return { content: `🚀 ${reply.accepted(number, ...where)}${more}` };
}

export function statusReply(environments: readonly EnvironmentStatus[], language: Language): Reply {
  const words = wordsFor(language);
  const fields: APIEmbedField[] = [];
  let length = 0;
  for (const status of environments.slice(0, MAX_FIELDS)) {
    const name = `${status.target.project} / ${status.target.environment}`;
    const value = wholeLines(statusLines(status, words), FIELD_LENGTH);
    length += name.length + value.length;
    if (length > FIELDS_LENGTH) break;
    fields.push({ name, value });
  }
  const left = environments.length - fields.length;
  const footer = left === 0 ? {} : { footer: { text: words.reply.moreEnvironments(left) } };
  return { content: "", embeds: [{ color: 0x5865f2, fields, ...footer }] };
}

function statusLines(status: EnvironmentStatus, words: Words): string[] {
  const { open } = status;
  const running = open.find((record) => record.state === "running");
  const waiting = open.filter((record) => record.state === "queued").length;
  const awaiting = open.filter((record) => record.state === "awaiting-approval").length;
  return [
    ...runningLines(status, words),
    ...(running === undefined
      ? []
      : [`🔄 ${words.reply.running(running.number, commitLink(running.repository, running.release.sha))}`]),
    ...(waiting === 0 ? [] : [`⏳ ${words.reply.waiting(waiting)}`]),
    ...(awaiting === 0 ? [] : [`🔐 ${words.reply.awaiting(awaiting)}`]),
  ];
}

function runningLines(status: EnvironmentStatus, words: Words): readonly string[] {
  const { running, through, target } = status;
  const { summary, hosts } = running;
  const commit = ({ sha, subject = "" }: RunningRelease) =>
    `${commitLink(target.projectConfig.repository, sha)} ${plain(subject, SUBJECT_LENGTH)}`.trimEnd();
  switch (summary.kind) {
    case "nothing":
      return [`⚪ ${words.reply.nothingRuns}`];
    case "unknown":
      return [`❔ ${words.reply.unknownRuns(summary.last && commit(summary.last))}`];
    case "mixed":
      return hosts.map(({ host, application }) => {
        const release = lastCertain(application);
        return `🟠 ${plain(host, SUBJECT_LENGTH)}: ${release ? commit(release) : words.reply.nothingRuns}`;
      });
    case "release": {
      const by = through === undefined ? words.reply.notDeployed : originText(through, words);
      return [`🟢 ${words.reply.runs(commit(summary.release), relativeTime(summary.since), by)}`];
    }
  }
}

/** In a list each outcome must be told from the others at a glance. */
const OUTCOME = { ...STATE_EMOJI, running: "🔄", succeeded: "✅" } as const;

export function historyReply(
  target: string,
  records: readonly DeploymentRecord[],
  language: Language,
): Reply {
  const words = wordsFor(language);
  const lines = records.map(
    (record) => `${OUTCOME[record.state]} **#${record.number}** ${oneLine(record, words)}`,
  );
  const description = lines.length === 0 ? words.reply.noHistory : wholeLines(lines, DESCRIPTION_LENGTH);
  return { content: "", embeds: [{ color: 0x5865f2, title: words.reply.historyOf(target), description }] };
}

function oneLine(record: DeploymentRecord, words: Words): string {
  const { repository, release, finishedAt, createdAt } = record;
  const commit = `${commitLink(repository, release.sha)} ${plain(release.subject, SUBJECT_LENGTH)}`;
  return words.reply.runs(commit, relativeTime(finishedAt ?? createdAt), originText(record, words));
}
