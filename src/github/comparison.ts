import { RequestError } from "@octokit/request-error";
import type { Logger } from "pino";
import type { Comparison } from "../deployments/record.js";
import { Sha } from "../deployments/release.js";
import type { GitHubClient } from "./client.js";
import { firstLine, split } from "./refs.js";

export interface ComparisonParts {
  readonly github: GitHubClient;
  readonly logger: Logger;
}

export interface ComparedReleases {
  /** What runs now; undefined where nothing does. */
  readonly base: Sha | undefined;
  readonly head: Sha;
  /** The ref that the release should not be behind. */
  readonly branch: string;
}

const SHOWN_COMMITS = 10;
/** Most releases have fewer, so that one request tells all. GitHub's limit is 100. */
const PAGE = 50;
const MIGRATION = /(?:^|\/)(?:migrations?|migrate|alembic\/versions|db\/migrate)\//i;
/** `Merge pull request #12 from …` and, of a squashed one, `… (#12)`. */
const PULL_REQUEST = /^Merge pull request #(\d{1,9})\b|\(#(\d{1,9})\)$/;

type Compared = Awaited<ReturnType<GitHubClient["rest"]["repos"]["compareCommitsWithBasehead"]>>["data"];

/**
 * What a release changes against what runs, and how far it is behind its branch. Where nothing runs yet, only the
 * latter. GitHub names at most 300 files, so more are counted as 300.
 *
 * @returns undefined when GitHub does not know one of the commits or the branch
 * @throws RequestError when GitHub does not answer
 */
export async function compareReleases(
  parts: ComparisonParts,
  repository: string,
  releases: ComparedReleases,
): Promise<Comparison | undefined> {
  const { base, head, branch } = releases;
  try {
    const [changes, behindBy] = await Promise.all([
      base === undefined ? NO_CHANGES : readChanges(parts.github, repository, base, head),
      countBehind(parts.github, repository, head, branch),
    ]);
    return { ...(base !== undefined && { base }), ...changes, behindBy };
  } catch (error) {
    if (!(error instanceof RequestError && error.status === 404)) throw error;
    parts.logger.info({ repository, base, head, branch }, "GitHub does not know what was to be compared");
    return undefined;
  }
}

const NO_CHANGES = { commits: [], totalCommits: 0, files: 0, migrations: 0 };

async function readChanges(github: GitHubClient, repository: string, base: Sha, head: Sha) {
  const basehead = `${base}...${head}`;
  const first = await comparePage(github, repository, basehead, 1, PAGE);
  const files = first.files ?? [];
  const commits = await newestCommits(github, repository, basehead, first);
  return {
    commits: commits.map(toComparedCommit),
    totalCommits: first.total_commits,
    files: files.length,
    migrations: files.filter(isMigration).length,
  };
}

/** Newest first. GitHub tells them oldest first, so that they are on the last page or the last two. */
async function newestCommits(
  github: GitHubClient,
  repository: string,
  basehead: string,
  first: Compared,
): Promise<Compared["commits"]> {
  const lastPage = Math.ceil(first.total_commits / PAGE);
  const firstNeeded = Math.ceil((first.total_commits - SHOWN_COMMITS + 1) / PAGE);
  const commits: Compared["commits"] = [];
  for (let page = Math.max(1, firstNeeded); page <= lastPage; page++) {
    const { commits: found } =
      page === 1 ? first : await comparePage(github, repository, basehead, page, PAGE);
    commits.push(...found);
  }
  return commits.slice(-SHOWN_COMMITS).reverse();
}

async function countBehind(
  github: GitHubClient,
  repository: string,
  head: Sha,
  branch: string,
): Promise<number> {
  const { ahead_by } = await comparePage(github, repository, `${head}...${branch}`, 1, 1);
  return ahead_by;
}

async function comparePage(
  github: GitHubClient,
  repository: string,
  basehead: string,
  page: number,
  perPage: number,
): Promise<Compared> {
  const query = { ...split(repository), basehead, page, per_page: perPage };
  return (await github.rest.repos.compareCommitsWithBasehead(query)).data;
}

function toComparedCommit({
  sha,
  commit,
  author,
}: Compared["commits"][number]): Comparison["commits"][number] {
  const subject = firstLine(commit.message);
  const [, merged, squashed] = PULL_REQUEST.exec(subject.trimEnd()) ?? [];
  const pullRequest = merged ?? squashed;
  return {
    sha: Sha.parse(sha),
    subject,
    author: loginOf(author) ?? commit.author?.name ?? "?",
    ...(pullRequest !== undefined && { pullRequest: Number(pullRequest) }),
  };
}

/** GitHub knows no account for some authors, and answers an empty object for a deleted one. */
function loginOf(author: Compared["commits"][number]["author"]): string | undefined {
  return author !== null && "login" in author ? author.login : undefined;
}

/** A file that was moved out of a folder of migrations counts, too. */
function isMigration({ filename, previous_filename }: NonNullable<Compared["files"]>[number]): boolean {
  return MIGRATION.test(filename) || MIGRATION.test(previous_filename ?? "");
}
