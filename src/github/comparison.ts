import type { Logger } from "pino";
import { GitHubTroubleError } from "../deployments/github-trouble.js";
import type { ComparedCommit, Comparison, Removed } from "../deployments/record.js";
import type { Sha } from "../deployments/release.js";
import { isMigration, migrationsBack, withoutShared } from "./changed-files.js";
import type { GitHubClient } from "./client.js";
import {
  type ComparePage,
  comparePage,
  type GitHubCommit,
  type GitHubFile,
  hasCommit,
  MAX_FILES,
} from "./compare-page.js";
import { firstLine } from "./refs.js";
import { troubleOf } from "./trouble.js";

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
const SHOWN_MIGRATIONS = 10;
/** Most releases have fewer, so that one request tells all. GitHub's limit is 100. */
const PAGE = 50;
/** `Merge pull request #12 from …` and, of a squashed one, `… (#12)`. */
const PULL_REQUEST = /^Merge pull request #(\d{1,9})\b|\(#(\d{1,9})\)$/;

/**
 * What a release brings and takes away against what runs, and how far it is behind its branch. Where nothing runs
 * yet, only the latter.
 *
 * @returns undefined when GitHub does not have the release
 * @throws GitHubTroubleError when GitHub says why it does not; RequestError, ZodError when it does not answer
 */
export async function compareReleases(
  parts: ComparisonParts,
  repository: string,
  releases: ComparedReleases,
): Promise<Comparison | undefined> {
  try {
    return await compareAll(parts, repository, releases);
  } catch (error) {
    parts.logger.warn({ err: error, repository }, "GitHub did not compare two commits");
    const trouble = await troubleOf(parts.github, { repository }, error);
    throw trouble === undefined ? error : new GitHubTroubleError(trouble, error);
  }
}

async function compareAll(
  { github, logger }: ComparisonParts,
  repository: string,
  { base, head, branch }: ComparedReleases,
): Promise<Comparison | undefined> {
  const [changes, behind] = await Promise.all([
    base === undefined ? NO_CHANGES : readChanges(github, repository, base, head),
    comparePage(github, { repository, basehead: `${head}...${branch}`, page: 1, perPage: 1 }),
  ]);
  const missing = changes === undefined || (base === undefined && behind === undefined);
  if (missing && !(await hasCommit(github, repository, head))) {
    logger.info({ repository, base, head, branch }, "GitHub cannot compare these commits");
    return undefined;
  }
  return {
    ...(base !== undefined && { base }),
    ...(changes ?? (await notComparable(github, repository, base))),
    ...(behind && { behindBy: behind.ahead_by }),
  };
}

const NO_CHANGES = { commits: [], totalCommits: 0, files: 0, migrations: 0 };

type Changes = Omit<Comparison, "base" | "behindBy">;

/** Both commits without a common one, as after a history that was written again; or the running one is gone. */
async function notComparable(
  github: GitHubClient,
  repository: string,
  base: Sha | undefined,
): Promise<Changes> {
  const known = base !== undefined && (await hasCommit(github, repository, base));
  return { ...NO_CHANGES, relation: known ? "unrelated" : "lost" };
}

/** @returns undefined when GitHub does not compare the two */
async function readChanges(
  github: GitHubClient,
  repository: string,
  base: Sha,
  head: Sha,
): Promise<Changes | undefined> {
  if (base === head) return { ...NO_CHANGES, relation: "identical" };
  const coming = await readSide(github, repository, `${base}...${head}`);
  if (coming === undefined) return undefined;
  // GitHub compares from the commit that both share: what is taken away is the other direction.
  const going = coming.behindBy === 0 ? NOTHING : await readSide(github, repository, `${head}...${base}`);
  if (going === undefined) return undefined;
  const lost = withoutShared(going.files, coming.files);
  const back = migrationsBack(coming.files, lost);
  return {
    relation: coming.status,
    ...{ commits: coming.commits, totalCommits: coming.totalCommits },
    ...{ files: coming.files.length, ...(isCut(coming) && { filesCut: true }) },
    migrations: coming.files.filter(isMigration).length,
    ...(going.totalCommits > 0 && { removed: removedBy(going, lost) }),
    ...(back.length > 0 && {
      migrationsBack: back.slice(0, SHOWN_MIGRATIONS),
      totalMigrationsBack: back.length,
    }),
  };
}

function removedBy(going: Side, lost: readonly GitHubFile[]): Removed {
  const { commits, totalCommits, files } = going;
  const known = { commits, totalCommits, files: files.length };
  if (isCut(going)) return { ...known, filesCut: true };
  return files.length > 0 && lost.length === 0 ? { ...known, contained: true } : known;
}

/** What one side has and the other has not. */
interface Side {
  readonly status: ComparePage["status"];
  readonly behindBy: number;
  readonly commits: ComparedCommit[];
  readonly totalCommits: number;
  readonly files: readonly GitHubFile[];
}

const NOTHING: Side = { status: "identical", behindBy: 0, commits: [], totalCommits: 0, files: [] };

async function readSide(
  github: GitHubClient,
  repository: string,
  basehead: string,
): Promise<Side | undefined> {
  const first = await comparePage(github, { repository, basehead, page: 1, perPage: PAGE });
  if (first === undefined) return undefined;
  const commits = await newestCommits(github, repository, basehead, first);
  return {
    status: first.status,
    behindBy: first.behind_by,
    commits: commits.map(toComparedCommit),
    totalCommits: first.total_commits,
    files: first.files ?? [],
  };
}

function isCut({ files }: Side): boolean {
  return files.length >= MAX_FILES;
}

/** Newest first. GitHub tells them oldest first, so that they are on the last page or the last two. */
async function newestCommits(
  github: GitHubClient,
  repository: string,
  basehead: string,
  first: ComparePage,
): Promise<GitHubCommit[]> {
  const lastPage = Math.ceil(first.total_commits / PAGE);
  const firstNeeded = Math.ceil((first.total_commits - SHOWN_COMMITS + 1) / PAGE);
  const commits: GitHubCommit[] = [];
  for (let page = Math.max(1, firstNeeded); page <= lastPage; page++) {
    const found =
      page === 1 ? first : await comparePage(github, { repository, basehead, page, perPage: PAGE });
    commits.push(...(found?.commits ?? []));
  }
  return commits.slice(-SHOWN_COMMITS).reverse();
}

function toComparedCommit({ sha, commit, author }: GitHubCommit): ComparedCommit {
  const subject = firstLine(commit.message);
  const [, merged, squashed] = PULL_REQUEST.exec(subject.trimEnd()) ?? [];
  const pullRequest = merged ?? squashed;
  return {
    sha,
    subject,
    author: author?.login ?? commit.author?.name ?? "?",
    ...(pullRequest !== undefined && { pullRequest: Number(pullRequest) }),
  };
}
