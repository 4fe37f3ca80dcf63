import type { APIEmbed } from "discord-api-types/v10";
import type { EnvironmentStatus } from "../../app/look-up.js";
import type { Language } from "../../config/schema.js";
import type { DeploymentRecord } from "../../deployments/record.js";
import type { Refusal } from "../../deployments/refusal.js";
import { wordsFor } from "../locales/index.js";
import type { Words } from "../locales/words.js";
import { commitLink, originText, relativeTime } from "./format.js";
import { clip, inCode, plain } from "./text.js";

/** An ephemeral answer to the person who asked. */
export interface Reply {
  readonly content: string;
  readonly embeds?: readonly APIEmbed[];
}

/** Discord's limits: 2,000 characters of content, 25 fields an embed, 4,096 characters a description. */
const CONTENT_LENGTH = 2_000;
const DESCRIPTION_LENGTH = 4_096;
const MAX_FIELDS = 25;
const SUBJECT_LENGTH = 70;
const TYPED_LENGTH = 100;

export function refusalReply(refusal: Refusal, language: Language): Reply {
  return { content: clip(`🚫 ${wordsFor(language).refusal(clean(refusal))}`, CONTENT_LENGTH) };
}

export function acceptedReply(record: DeploymentRecord, channelId: string, language: Language): Reply {
  const { project, environment, number, repository, release } = record;
  const commit = commitLink(repository, release.sha);
  return {
    content: `🚀 ${wordsFor(language).reply.accepted(number, `${project} / ${environment}`, commit, `<#${channelId}>`)}`,
  };
}

export function statusReply(environments: readonly EnvironmentStatus[], language: Language): Reply {
  const words = wordsFor(language);
  const fields = environments.slice(0, MAX_FIELDS).map((status) => ({
    name: `${status.target.project} / ${status.target.environment}`,
    value: clip(statusLines(status, words).join("\n"), 1_024),
  }));
  return { content: "", embeds: [{ color: 0x5865f2, fields }] };
}

function statusLines({ current, open }: EnvironmentStatus, words: Words): string[] {
  const running = open.find((record) => record.state === "running");
  const waiting = open.filter((record) => record.state === "queued").length;
  return [
    current === undefined ? `⚪ ${words.reply.nothingRuns}` : `🟢 ${oneLine(current, words)}`,
    ...(running === undefined
      ? []
      : [`🔄 ${words.reply.running(running.number, commitLink(running.repository, running.release.sha))}`]),
    ...(waiting === 0 ? [] : [`⏳ ${words.reply.waiting(waiting)}`]),
  ];
}

const OUTCOME = {
  queued: "⏳",
  running: "🔄",
  succeeded: "✅",
  failed: "❌",
  superseded: "⏭️",
  indeterminate: "⚠️",
} as const;

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

/** As many lines as fit: half a link would show its brackets. */
function wholeLines(lines: readonly string[], maxLength: number): string {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > maxLength) break;
    kept.push(line);
  }
  return kept.join("\n");
}

/** What a person typed comes back to them inside code marks. */
function clean(refusal: Refusal): Refusal {
  const code = (text: string) => inCode(text, TYPED_LENGTH);
  switch (refusal.code) {
    case "unknown-project":
      return { ...refusal, project: code(refusal.project) };
    case "unknown-environment":
      return { ...refusal, environment: code(refusal.environment) };
    case "invalid-ref":
      return { ...refusal, ref: code(refusal.ref) };
    case "unknown-ref":
      return { ...refusal, ref: code(refusal.ref), similar: refusal.similar.map(code) };
    case "ambiguous-ref":
      return { ...refusal, ref: code(refusal.ref), candidates: refusal.candidates.map(code) };
    default:
      return refusal;
  }
}
