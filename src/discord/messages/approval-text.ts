import type { APIEmbedField } from "discord-api-types/v10";
import type { DeploymentRecord, DeploymentState } from "../../deployments/record.js";
import type { WhatRuns } from "../../deployments/what-runs.js";
import type { Words } from "../locales/words.js";
import { upcomingChanges } from "./changes-text.js";
import { commitLines } from "./commit-lines.js";
import type { ApprovalOutlook, DeploymentView, Neighbour } from "./deployment-view.js";
import { actorText, commitLink, relativeTime, stepTitle } from "./format.js";
import { STATE_EMOJI } from "./look.js";
import { plain, wholeLines } from "./text.js";

const PLAN_LENGTH = 500;
const HOSTS_LENGTH = 150;
const NEIGHBOURS_LENGTH = 500;
/** Discord's limit of a field is 1,024 characters. */
const CHECKLIST_LENGTH = 900;

/**
 * What changes, what to be careful about, and why a person is asked. The list of commits takes the room that the
 * rest leaves.
 * @param maxLength of all paragraphs and of the breaks before them, in UTF-16 units
 */
export function approvalParagraphs(view: DeploymentView, words: Words, maxLength: number): readonly string[] {
  const { record, outlook } = view;
  const now = outlook === undefined ? record.comparison?.base : outlook.current;
  const changes = [
    upcomingChanges(record, now, words, outlook?.runs),
    ...warnings(record, outlook, words),
  ].join("\n");
  const why = record.approval === undefined ? "" : words.approval.why[record.approval.reason];
  const left = maxLength - changes.length - why.length - 3 * "\n\n".length;
  return [changes, commitLines(record, words, left) ?? "", why];
}

function warnings(
  { repository, comparison, approval }: DeploymentRecord,
  outlook: ApprovalOutlook | undefined,
  words: Words,
): readonly string[] {
  const lines: string[] = [];
  const now = outlook?.current;
  if (comparison?.base !== undefined && now !== undefined && now !== comparison.base) {
    lines.push(words.approval.movedOn(commitLink(repository, now), commitLink(repository, comparison.base)));
  }
  const behindBy = comparison?.behindBy ?? 0;
  if (behindBy > 0) lines.push(words.approval.behind(behindBy));
  if (outlook?.ci?.state === "failed") lines.push(words.approval.ciFailed);
  if (outlook?.markedBad === true && approval?.reason !== "bad-release") lines.push(words.approval.markedBad);
  return lines.map((line) => `⚠️ ${line}`);
}

/** `1 of 2 · @Alex`. */
export function approvalsText({ approval }: DeploymentRecord, words: Words): string | undefined {
  if (approval === undefined) return undefined;
  return [
    words.approval.given(approval.given.length, approval.quorum),
    ...approval.given.map(actorText),
  ].join(" · ");
}

export function approvedBy({ approval }: DeploymentRecord): string | undefined {
  return approval?.given.map(actorText).join(", ");
}

/** What stands below the text of an approval message. */
export function approvalFields(view: DeploymentView, words: Words): APIEmbedField[] {
  const { record, environment, outlook } = view;
  const { fields, approval } = words;
  const hosts = environment === undefined ? "?" : clipList(environment.hosts, HOSTS_LENGTH);
  const rows: [name: string, value: string | undefined, inline: boolean][] = [
    [fields.approvals, approvalsText(record, words), true],
    [fields.expires, record.approval && relativeTime(record.approval.expiresAt), true],
    [fields.ci, ciText(outlook, words), true],
    [fields.environments, outlook && neighbourLines(record, outlook.neighbours, words), false],
    [approval.planOn(hosts), outlook && planText(outlook, words), false],
    [fields.checklist, environment && checklist(environment.approval?.checklist ?? []), false],
  ];
  return rows.flatMap(([name, value, inline]) =>
    value === undefined || value === "" ? [] : [{ name, value, inline }],
  );
}

function ciText(outlook: ApprovalOutlook | undefined, { approval }: Words): string | undefined {
  if (outlook?.ci === undefined) return undefined;
  const { state, at } = outlook.ci;
  return state === "ignored"
    ? approval.ci[state]
    : `${approval.ci[state]} · ${approval.ciAsked(relativeTime(at))}`;
}

/** What is said where no single commit runs for certain. */
const NOT_ONE: Readonly<Record<WhatRuns["kind"], (words: Words) => string>> = {
  release: ({ approval }) => approval.unknownRuns,
  unknown: ({ approval }) => approval.unknownRuns,
  mixed: ({ approval }) => approval.hostsDiffer,
  nothing: ({ approval }) => approval.nothingRuns,
};
/** States that say something although nothing runs. */
const FELL: ReadonlySet<DeploymentState> = new Set([
  "awaiting-approval",
  "queued",
  "running",
  "failed",
  "cancelled",
  "indeterminate",
]);

function neighbourLines(
  { repository, release }: DeploymentRecord,
  neighbours: readonly Neighbour[],
  words: Words,
): string {
  const { approval } = words;
  const lines = neighbours.map(({ environment, sha, state, runs = "nothing" }) => {
    const isEmpty = sha === undefined && runs === "nothing";
    if (isEmpty && state === undefined) return `⚪ **${environment}** · ${approval.nothingRuns}`;
    const shown = sha === undefined ? NOT_ONE[runs](words) : commitLink(repository, sha);
    const same = sha === release.sha ? ` · **${approval.thisRelease}**` : "";
    const standing =
      state === undefined || (isEmpty && !FELL.has(state)) ? "" : ` · ${approval.state[state]}`;
    return `${STATE_EMOJI[state ?? "succeeded"]} **${environment}** · ${shown}${same}${standing}`;
  });
  return wholeLines(lines, NEIGHBOURS_LENGTH);
}

/** Each kind of step once, in order: the hosts are named beside. */
function planText({ plan }: ApprovalOutlook, words: Words): string {
  const titles = [...new Set(plan.map(({ title }) => stepTitle(title, words)))];
  return clipList(titles, PLAN_LENGTH, " → ");
}

function checklist(lines: readonly string[]): string {
  return wholeLines(
    lines.map((line) => `☐ ${plain(line, 2 * line.length + 1)}`),
    CHECKLIST_LENGTH,
  );
}

/** Whole items only. */
function clipList(items: readonly string[], maxLength: number, separator = ", "): string {
  let text = "";
  for (const item of items) {
    const next = text === "" ? item : `${text}${separator}${item}`;
    if (next.length > maxLength - separator.length - 1) return `${text}${separator}…`;
    text = next;
  }
  return text;
}
