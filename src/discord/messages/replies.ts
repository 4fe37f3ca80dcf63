import type { APIEmbed } from "discord-api-types/v10";
import type { RequestOutcome } from "../../app/outcomes.js";
import type { RunsAlready } from "../../app/request-deployment.js";
import type { Language } from "../../config/schema.js";
import type { DeploymentRecord } from "../../deployments/record.js";
import type { Refusal } from "../../deployments/refusal.js";
import { wordsFor } from "../locales/index.js";
import type { Words } from "../locales/words.js";
import { type ButtonRow, buttonRows } from "./buttons.js";
import { removalLines } from "./changes-text.js";
import { locksAfterwards } from "./ended-text.js";
import { commitLink, originText, relativeTime } from "./format.js";
import { leftRunning } from "./host-states.js";
import { STATE_EMOJI } from "./look.js";
import { refusalText } from "./refusal-text.js";
import { runningLines } from "./running-lines.js";
import { clip, plain, wholeLines } from "./text.js";

/** An ephemeral answer to the person who asked. */
export interface Reply {
  readonly content: string;
  readonly embeds?: readonly APIEmbed[];
  readonly components?: ButtonRow[];
  readonly files?: readonly { readonly name: string; readonly data: Buffer }[];
  /** The id of the deployment that it tells to follow in its channel. */
  readonly deployment?: string;
}

/**
 * Discord's limits: 2,000 characters of content; 4,096 a description.
 */
const CONTENT_LENGTH = 2_000;
const DESCRIPTION_LENGTH = 4_096;
const SUBJECT_LENGTH = 70;
/** Hosts whose oddities are told one by one. */
const HOSTS = 5;

export function refusalReply(refusal: Refusal, language: Language): Reply {
  return { content: clip(`🚫 ${refusalText(refusal, wordsFor(language))}`, CONTENT_LENGTH) };
}

/** Where to follow it; one that needs an approval waits first. */
export function acceptedReply(
  { record, already }: Pick<Extract<RequestOutcome, { kind: "accepted" }>, "record" | "already">,
  channelId: string,
  language: Language,
): Reply {
  const { id, project, environment, number, repository, release, approval, state } = record;
  const words = wordsFor(language);
  const { reply } = words;
  const deployment = { deployment: id };
  const lock = locksAfterwards(record) ? [`🔒 ${words.ended.willLock(environment)}`] : [];
  const more = [...removalLines(record, words), ...lock].map((line) => `\n${line}`).join("");
  const where = [
    `${project} / ${environment}`,
    commitLink(repository, release.sha),
    `<#${channelId}>`,
  ] as const;
  if (already) return { content: `👉 ${reply.already(number, ...where)}`, ...deployment };
  if (state === "awaiting-approval" && approval !== undefined) {
    const expires = relativeTime(approval.expiresAt);
    return { content: `🔐 ${reply.awaitsApproval(number, ...where, expires)}${more}`, ...deployment };
  }
  return { content: `🚀 ${reply.accepted(number, ...where)}${more}`, ...deployment };
}

/** Asks whether what runs already is to be deployed again. @param buttonId of *Deploy again* */
export function runsAlreadyReply(runs: RunsAlready, buttonId: string, language: Language): Reply {
  const words = wordsFor(language);
  const { project, environment } = runs.target;
  const lines = runningLines(runs, words, { subject: SUBJECT_LENGTH, hosts: HOSTS, all: false });
  return {
    content: clip(
      `🟰 ${words.reply.runsAlready(`${project} / ${environment}`, lines.join("\n"))}`,
      CONTENT_LENGTH,
    ),
    components: buttonRows([{ action: "deploy-again" }], { "deploy-again": buttonId }, words),
  };
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
  const line = words.reply.runs(commit, relativeTime(finishedAt ?? createdAt), originText(record, words));
  return [line, ...leftText(record, words)].join(" · ");
}

/** The list is of outcomes; one that is no success may have left anything running. */
function leftText(record: DeploymentRecord, { reply }: Words): readonly string[] {
  const left = leftRunning(record);
  if (left === undefined) return [];
  if (left.kind === "release") return [reply.left.release(commitLink(record.repository, left.sha))];
  return [reply.left[left.kind]];
}
