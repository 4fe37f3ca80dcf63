import { type Accounts, sandboxPerson } from "../accounts.js";
import { type PathChanges, pathChangesOf } from "../git/read-changes.js";
import {
  type CommitRecord,
  isAncestor,
  listCommits,
  readCommit,
  type Signature,
} from "../git/read-commits.js";
import { listRefs, type Ref } from "../git/refs.js";
import type { Repository } from "../git/repository-store.js";
import { noSha } from "../git/write-commits.js";
import { lastPush, sharedRepositoryBody } from "../rest/bodies/repository-bodies.js";
import { userBody } from "../rest/bodies/user-bodies.js";
import type { GitHubState } from "../rest/state.js";
import { htmlUrl } from "../rest/urls.js";

export interface Push {
  readonly branch: string;
  readonly before: string;
  readonly after: string;
  readonly forced?: boolean;
  readonly pusher?: string;
}

type State = Pick<GitHubState, "apiUrl" | "accounts">;
type Body = Readonly<Record<string, unknown>>;

/** GitHub puts no more commits into a payload. */
const maxCommits = 2048;

/** The `push` payload, as GitHub would send it. Must be built before the branch moves on for a new branch. */
export async function pushPayload(state: State, repository: Repository, push: Push): Promise<Body> {
  const deleted = push.after === noSha;
  const created = push.before === noSha;
  const others = (await listRefs(repository, ["refs/heads"])).filter((ref) => ref.name !== fullName(push));
  const pushed = deleted ? [] : await pushedCommits(repository, push, others);
  const head = deleted ? undefined : (pushed.at(-1) ?? (await readCommit(repository, push.after)));
  const changes = await pathChangesOf(
    repository,
    [...new Set([...pushed, ...(head ? [head] : [])])].map(({ sha }) => sha),
  );
  const body = (commit: CommitRecord): Body => pushedCommitBody(state.accounts, repository, commit, changes);
  const login = push.pusher ?? loginOf(state.accounts, head);
  return {
    ref: fullName(push),
    before: push.before,
    after: push.after,
    repository: await pushRepositoryBody(state, repository),
    pusher: { name: login, email: `${login}@users.noreply.github.com` },
    sender: userBody(state, login),
    created,
    deleted,
    forced: push.forced ?? (!created && !deleted && !(await isAncestor(repository, push.before, push.after))),
    base_ref: created ? (others.find((ref) => ref.sha === push.after)?.name ?? null) : null,
    compare: compareUrl(repository, push, pushed),
    commits: pushed.map(body),
    head_commit: head ? body(head) : null,
  };
}

const fullName = (push: Push): string => `refs/heads/${push.branch}`;

const loginOf = (accounts: Accounts, head: CommitRecord | undefined): string =>
  (head && accounts.loginOf(head.author.email)) ?? sandboxPerson.login;

/** Oldest first. A new branch brings the commits that no other branch has. */
async function pushedCommits(
  repository: Repository,
  push: Push,
  others: readonly Ref[],
): Promise<readonly CommitRecord[]> {
  const without = push.before === noSha ? others.map((ref) => ref.sha) : [push.before];
  const commits = await listCommits(repository, { from: [push.after], without, limit: maxCommits });
  return commits.toReversed();
}

function pushedCommitBody(
  accounts: Accounts,
  repository: Repository,
  commit: CommitRecord,
  changes: ReadonlyMap<string, PathChanges>,
): Body {
  const { added, removed, modified } = changes.get(commit.sha) ?? { added: [], removed: [], modified: [] };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.author.date,
    url: `${htmlUrl(repository)}/commit/${commit.sha}`,
    author: committerBody(accounts, commit.author),
    committer: committerBody(accounts, commit.committer),
    added,
    removed,
    modified,
  };
}

function committerBody(accounts: Accounts, { name, email, date }: Signature): Body {
  const username = accounts.loginOf(email);
  return { name, email, date, ...(username === undefined ? {} : { username }) };
}

function compareUrl(repository: Repository, push: Push, commits: readonly CommitRecord[]): string {
  const url = htmlUrl(repository);
  const short = (sha: string): string => sha.slice(0, 12);
  if (push.before !== noSha) return `${url}/compare/${short(push.before)}...${short(push.after)}`;
  const [first] = commits;
  if (!first) return `${url}/compare/${encodeURIComponent(push.branch)}`;
  if (commits.length === 1) return `${url}/commit/${first.sha}`;
  return `${url}/compare/${short(first.sha)}^...${short(push.after)}`;
}

/** In this payload, unlike anywhere else, times are seconds since the epoch and the owner has a name. */
async function pushRepositoryBody(state: State, repository: Repository): Promise<Body> {
  const { owner, defaultBranch } = repository;
  const pushedAt = await lastPush(repository);
  return {
    ...sharedRepositoryBody(state, repository),
    owner: { name: owner, email: `${owner}@users.noreply.github.com`, ...userBody(state, owner) },
    url: htmlUrl(repository),
    created_at: Math.floor(Date.parse(repository.createdAt) / 1000),
    updated_at: pushedAt,
    pushed_at: Math.floor(Date.parse(pushedAt) / 1000),
    stargazers: 0,
    master_branch: defaultBranch,
  };
}
