import { unlessNo } from "./git-runner.js";
import type { Repository } from "./repository-store.js";

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** ISO 8601 in UTC, whole seconds. */
  readonly date: string;
}

export interface CommitRecord {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  /** Without the line breaks at its end. */
  readonly message: string;
}

export interface CommitQuery {
  /** SHAs whose history is listed. */
  readonly from: readonly string[];
  /** SHAs whose history is left out. */
  readonly without?: readonly string[];
  readonly limit?: number;
  readonly skip?: number;
  readonly path?: string;
  /** ISO 8601. */
  readonly since?: string;
  /** ISO 8601. */
  readonly until?: string;
}

const fields = ["%H", "%T", "%P", "%an", "%ae", "%at", "%cn", "%ce", "%ct", "%B"];

/** Newest first. */
export async function listCommits(
  repository: Repository,
  query: CommitQuery,
): Promise<readonly CommitRecord[]> {
  const window = [
    ...(query.limit === undefined ? [] : [`--max-count=${query.limit}`]),
    ...(query.skip === undefined ? [] : [`--skip=${query.skip}`]),
  ];
  const args = ["log", "-z", `--format=tformat:${fields.join("%x00")}`, ...window, ...filters(query)];
  const output = await repository.git(args, { input: revisions(query) });
  const values = output.split("\0").slice(0, -1);
  const commits: CommitRecord[] = [];
  for (let at = 0; at < values.length; at += fields.length) {
    commits.push(parseCommit(values.slice(at, at + fields.length)));
  }
  return commits;
}

export async function countCommits(repository: Repository, query: CommitQuery): Promise<number> {
  const args = ["rev-list", "--count", ...filters(query)];
  return Number(await repository.git(args, { input: revisions(query) }));
}

export async function readCommit(repository: Repository, sha: string): Promise<CommitRecord> {
  const [commit] = await listCommits(repository, { from: [sha], limit: 1 });
  if (!commit) throw new RangeError(`git lists no commit for ${sha}`);
  return commit;
}

export const isAncestor = async (repository: Repository, older: string, newer: string): Promise<boolean> =>
  (await unlessNo(repository.git(["merge-base", "--is-ancestor", older, newer]))) !== undefined;

export async function mergeBase(
  repository: Repository,
  one: string,
  other: string,
): Promise<string | undefined> {
  return (await unlessNo(repository.git(["merge-base", one, other])))?.trim();
}

function filters(query: CommitQuery): readonly string[] {
  return [
    ...(query.since === undefined ? [] : [`--since=${query.since}`]),
    ...(query.until === undefined ? [] : [`--until=${query.until}`]),
    "--stdin",
  ];
}

function revisions(query: CommitQuery): string {
  const shas = [...query.from, ...(query.without ?? []).map((sha) => `^${sha}`)];
  const paths = query.path === undefined ? [] : ["--", `:(literal)${query.path}`];
  return [...shas, ...paths, ""].join("\n");
}

function parseCommit(values: readonly string[]): CommitRecord {
  const [sha = "", tree = "", parents = "", ...rest] = values;
  const [authorName, authorEmail, authorTime, committerName, committerEmail, committerTime, message = ""] =
    rest;
  return {
    sha,
    tree,
    parents: parents === "" ? [] : parents.split(" "),
    author: signature(authorName, authorEmail, authorTime),
    committer: signature(committerName, committerEmail, committerTime),
    message: message.replace(/\n+$/, ""),
  };
}

function signature(name = "", email = "", seconds = "0"): Signature {
  return { name, email, date: wholeSeconds(new Date(Number(seconds) * 1000)) };
}

/** ISO 8601 as GitHub writes it. */
export const wholeSeconds = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, "Z");
