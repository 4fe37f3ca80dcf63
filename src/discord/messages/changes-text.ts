import type { Comparison, DeploymentRecord } from "../../deployments/record.js";
import type { Words } from "../locales/words.js";
import { commitLink, compareUrl, pullRequestLink } from "./format.js";
import { plain } from "./text.js";

const SUBJECT_LENGTH = 60;
const AUTHOR_LENGTH = 30;

/** What runs there now and what would run, with how much lies between: `a1b2c3d → d4e5f6a · 12 commits · …`. */
export function changesText(record: DeploymentRecord, current: string | undefined, words: Words): string {
  const { repository, release, comparison } = record;
  const { approval } = words;
  if (current === undefined) {
    return `⚪ → ${commitLink(repository, release.sha)}\n${approval.firstRelease}`;
  }
  const fromTo = `${commitLink(repository, current)} **→** ${commitLink(repository, release.sha)}`;
  if (current === release.sha) return `${fromTo}\n${approval.sameRelease}`;
  const url = compareUrl(repository, current, release.sha);
  if (comparison === undefined) return `${fromTo} · [GitHub](${url})\n${approval.notCompared}`;
  return `${fromTo} · ${amounts(comparison, url, words).join(" · ")}`;
}

function amounts(
  { totalCommits, files, migrations }: Comparison,
  url: string,
  { approval }: Words,
): readonly string[] {
  return [
    `[${approval.commits(totalCommits)}](${url})`,
    approval.files(files),
    approval.migrations(migrations),
  ];
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
