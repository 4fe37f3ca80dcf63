import type { ComparedCommit, DeploymentRecord } from "../../deployments/record.js";
import type { Words } from "../locales/words.js";
import { commitLink, compareUrl, pullRequestLink } from "./format.js";
import { plain, together } from "./text.js";

const SUBJECT_LENGTH = 60;
const AUTHOR_LENGTH = 30;

/** Commits of one direction, with the page that shows them all. */
interface CommitList {
  readonly commits: readonly ComparedCommit[];
  readonly total: number;
  readonly url: string | undefined;
  readonly sign: string;
}

/**
 * The commits that are taken away and those that are added, one line each, newest first; those that do not fit are
 * counted and linked. What is taken away comes first.
 * @param maxLength in UTF-16 units, as Discord's limits are counted
 */
export function commitLines(record: DeploymentRecord, words: Words, maxLength: number): string | undefined {
  const removed = removedLines(record, words, maxLength);
  const left = removed === undefined ? maxLength : maxLength - removed.length - "\n".length;
  const text = together([removed, addedLines(record, words, left)], "\n");
  return text === "" ? undefined : text;
}

/** Only what is taken away, as a message shows it once everything is decided. */
export function removedLines(record: DeploymentRecord, words: Words, maxLength: number): string | undefined {
  const { comparison, repository, release } = record;
  if (comparison?.removed === undefined || comparison.base === undefined) return undefined;
  const { commits, totalCommits: total } = comparison.removed;
  const url = compareUrl(repository, release.sha, comparison.base);
  return linesOf({ commits, total, url, sign: "➖ " }, repository, words, maxLength);
}

function addedLines(record: DeploymentRecord, words: Words, maxLength: number): string | undefined {
  const { comparison, repository, release } = record;
  if (comparison === undefined) return undefined;
  const { base, commits, totalCommits: total, removed } = comparison;
  const url = base && compareUrl(repository, base, release.sha);
  const sign = removed === undefined ? "" : "➕ ";
  return linesOf({ commits, total, url, sign }, repository, words, maxLength);
}

function linesOf(
  { commits, total, url, sign }: CommitList,
  repository: string,
  words: Words,
  maxLength: number,
): string | undefined {
  const lines = commits.map((commit) => `${sign}${commitLine(commit, repository, words)}`);
  const rest = (shown: number): string[] => {
    const left = Math.max(total, commits.length) - shown;
    if (left === 0) return [];
    const text = words.changes.moreCommits(left);
    return [`${sign}… ${url === undefined ? text : `[${text}](${url})`}`];
  };
  for (let shown = lines.length; shown > 0; shown--) {
    const text = [...lines.slice(0, shown), ...rest(shown)].join("\n");
    if (text.length <= maxLength) return text;
  }
  return undefined;
}

function commitLine(commit: ComparedCommit, repository: string, { changes }: Words): string {
  const { sha, subject, author, pullRequest } = commit;
  const parts = [
    `${commitLink(repository, sha)} ${plain(subject, SUBJECT_LENGTH) || changes.noSubject}`,
    plain(author, AUTHOR_LENGTH) || "?",
    ...(pullRequest === undefined ? [] : [pullRequestLink(repository, pullRequest)]),
  ];
  return parts.join(" · ");
}
