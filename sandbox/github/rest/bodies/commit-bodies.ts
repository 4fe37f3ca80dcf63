import type { FileChange } from "../../git/read-changes.js";
import type { CommitRecord } from "../../git/read-commits.js";
import type { Ref } from "../../git/refs.js";
import type { Repository } from "../../git/repository-store.js";
import type { GitHubState } from "../state.js";
import { apiUrl, encodePath, htmlUrl, nodeId } from "../urls.js";
import { userBody } from "./user-bodies.js";

type Body = Readonly<Record<string, unknown>>;

/** GitHub lists at most 300 files of a commit or comparison on one page. */
const maxFiles = 300;

const unsigned: Body = {
  verified: false,
  reason: "unsigned",
  signature: null,
  payload: null,
  verified_at: null,
};

/** The `commit` of the Commits API. */
export function commitBody(state: GitHubState, repository: Repository, commit: CommitRecord): Body {
  const url = `${apiUrl(state, repository)}/commits/${commit.sha}`;
  const account = (email: string): Body | null => {
    const login = state.accounts.loginOf(email);
    return login === undefined ? null : userBody(state, login);
  };
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: treeBody(state, repository, commit.tree),
      url: `${apiUrl(state, repository)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: unsigned,
    },
    url,
    html_url: `${htmlUrl(repository)}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: account(commit.author.email),
    committer: account(commit.committer.email),
    parents: parentBodies(state, repository, commit, "commits"),
  };
}

/** The same with what the commit changed. */
export function commitWithFilesBody(
  state: GitHubState,
  repository: Repository,
  commit: CommitRecord,
  changes: readonly FileChange[],
): Body {
  const additions = changes.reduce((sum, change) => sum + change.additions, 0);
  const deletions = changes.reduce((sum, change) => sum + change.deletions, 0);
  return {
    ...commitBody(state, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: filesBody(state, repository, commit.sha, changes),
  };
}

/** `diff-entry` objects, without the `patch` that GitHub's description makes optional. */
export function filesBody(
  state: GitHubState,
  repository: Repository,
  sha: string,
  changes: readonly FileChange[],
): readonly Body[] {
  return changes.slice(0, maxFiles).map((change) => {
    const path = encodePath(change.filename);
    return {
      sha: change.blob,
      filename: change.filename,
      ...(change.previousFilename === undefined ? {} : { previous_filename: change.previousFilename }),
      status: change.status,
      additions: change.additions,
      deletions: change.deletions,
      changes: change.additions + change.deletions,
      blob_url: `${htmlUrl(repository)}/blob/${sha}/${path}`,
      raw_url: `${htmlUrl(repository)}/raw/${sha}/${path}`,
      contents_url: `${apiUrl(state, repository)}/contents/${path}?ref=${sha}`,
    };
  });
}

/** The `git-commit` of the Git database API. */
export function gitCommitBody(state: GitHubState, repository: Repository, commit: CommitRecord): Body {
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    url: `${apiUrl(state, repository)}/git/commits/${commit.sha}`,
    html_url: `${htmlUrl(repository)}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: treeBody(state, repository, commit.tree),
    message: commit.message,
    parents: parentBodies(state, repository, commit, "git/commits"),
    verification: unsigned,
  };
}

export function refBody(state: GitHubState, repository: Repository, ref: Ref): Body {
  return {
    ref: ref.name,
    node_id: nodeId("Ref", ref.name),
    url: `${apiUrl(state, repository)}/git/${encodePath(ref.name)}`,
    object: {
      type: ref.type,
      sha: ref.sha,
      url: `${apiUrl(state, repository)}/git/${ref.type}s/${ref.sha}`,
    },
  };
}

/** The `commit` objects of lists, which hold no more than this. */
export const shortCommitBody = (state: GitHubState, repository: Repository, sha: string): Body => ({
  sha,
  url: `${apiUrl(state, repository)}/commits/${sha}`,
});

const treeBody = (state: GitHubState, repository: Repository, sha: string): Body => ({
  sha,
  url: `${apiUrl(state, repository)}/git/trees/${sha}`,
});

function parentBodies(
  state: GitHubState,
  repository: Repository,
  commit: CommitRecord,
  path: "commits" | "git/commits",
): readonly Body[] {
  return commit.parents.map((sha) => ({
    sha,
    url: `${apiUrl(state, repository)}/${path}/${sha}`,
    html_url: `${htmlUrl(repository)}/commit/${sha}`,
  }));
}

export const unsignedVerification = unsigned;
