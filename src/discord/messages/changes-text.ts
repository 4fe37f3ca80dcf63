import type { Comparison, DeploymentRecord } from "../../deployments/record.js";
import type { Words } from "../locales/words.js";
import { commitLink, compareUrl, pullRequestLink } from "./format.js";
import { plain } from "./text.js";

const SUBJECT_LENGTH = 60;
const AUTHOR_LENGTH = 30;

/** What would run in place of what runs there now, and how much lies between. */
export function upcomingChanges(record: DeploymentRecord, current: string | undefined, words: Words): string {
  const { repository, release } = record;
  const { approval } = words;
  const then = commitLink(repository, release.sha);
  if (current === undefined) return `${approval.wouldRun(then)}\n${approval.firstRelease}`;
  const fromTo = approval.nowAndThen(commitLink(repository, current), then);
  if (current === release.sha) return `${fromTo}\n${approval.sameRelease}`;
  return `${fromTo}\n${amounts(record, current, words)}`;
}

/** The same for what was decided already: `a1b2c3d → d4e5f6a · 12 commits · …`. */
export function decidedChanges(record: DeploymentRecord, words: Words): string | undefined {
  const { repository, release, comparison, approval } = record;
  if (approval === undefined || comparison?.base === undefined) return undefined;
  const fromTo = `${commitLink(repository, comparison.base)} → ${commitLink(repository, release.sha)}`;
  return `${fromTo} · ${amounts(record, comparison.base, words)}`;
}

function amounts({ repository, release, comparison }: DeploymentRecord, base: string, words: Words): string {
  const url = compareUrl(repository, base, release.sha);
  const { approval } = words;
  if (comparison === undefined) return `${approval.notCompared} [${approval.fullComparison}](${url})`;
  return [
    `[${approval.commits(comparison.totalCommits)}](${url})`,
    approval.files(comparison.files),
    approval.migrations(comparison.migrations),
  ].join(" · ");
}

/**
 * The commits between, one line each, newest first; those that do not fit are counted and linked.
 * @param maxLength in UTF-16 units, as Discord's limits are counted
 */
export function commitLines(record: DeploymentRecord, words: Words, maxLength: number): string | undefined {
  const { comparison, repository, release } = record;
  if (comparison === undefined || comparison.commits.length === 0) return undefined;
  const { base, commits, totalCommits } = comparison;
  const lines = commits.map((commit) => commitLine(commit, repository));
  const rest = (shown: number): string[] => {
    const left = Math.max(totalCommits, commits.length) - shown;
    if (left === 0) return [];
    const text = words.approval.moreCommits(left);
    return [base === undefined ? `… ${text}` : `… [${text}](${compareUrl(repository, base, release.sha)})`];
  };
  for (let shown = lines.length; shown > 0; shown--) {
    const text = [...lines.slice(0, shown), ...rest(shown)].join("\n");
    if (text.length <= maxLength) return text;
  }
  return undefined;
}

function commitLine(commit: Comparison["commits"][number], repository: string): string {
  const { sha, subject, author, pullRequest } = commit;
  const parts = [
    `${commitLink(repository, sha)} ${plain(subject, SUBJECT_LENGTH)}`.trim(),
    plain(author, AUTHOR_LENGTH) || "?",
    ...(pullRequest === undefined ? [] : [pullRequestLink(repository, pullRequest)]),
  ];
  return parts.join(" · ");
}
