import type { CommitRecord } from "../../git/read-commits.js";
import { wholeSeconds } from "../../git/read-commits.js";
import type { Repository } from "../../git/repository-store.js";
import type { CheckRun, CommitStatus } from "../check-store.js";
import type { GitHubState } from "../state.js";
import { apiUrl, htmlUrl, nodeId } from "../urls.js";
import { minimalRepositoryBody } from "./repository-bodies.js";
import { userBody } from "./user-bodies.js";

type Body = Readonly<Record<string, unknown>>;

export function checkRunBody(state: GitHubState, repository: Repository, sha: string, run: CheckRun): Body {
  const url = `${apiUrl(state, repository)}/check-runs/${run.id}`;
  const at = wholeSeconds(new Date(run.at));
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CheckRun", run.id),
    head_sha: sha,
    external_id: "",
    url,
    html_url: `${htmlUrl(repository)}/runs/${run.id}`,
    details_url: `${htmlUrl(repository)}/runs/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.status === "queued" ? null : at,
    completed_at: run.status === "completed" ? at : null,
    output: {
      title: null,
      summary: null,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appBody(state, run.app),
    pull_requests: [],
  };
}

/** One suite holds the runs of one app; it ends when all of them have. */
export function checkSuiteBody(
  state: GitHubState,
  repository: Repository,
  commit: CommitRecord,
  runs: readonly CheckRun[],
): Body {
  const [first] = runs;
  if (!first) throw new RangeError("A check suite has at least one run");
  const url = `${apiUrl(state, repository)}/check-suites/${first.suiteId}`;
  const at = wholeSeconds(new Date(first.at));
  return {
    id: first.suiteId,
    node_id: nodeId("CheckSuite", first.suiteId),
    head_branch: null,
    head_sha: commit.sha,
    ...suiteOutcome(runs),
    url,
    before: null,
    after: null,
    pull_requests: [],
    app: appBody(state, first.app),
    repository: minimalRepositoryBody(state, repository),
    created_at: at,
    updated_at: at,
    head_commit: simpleCommitBody(commit),
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
  };
}

/** The `combined-commit-status`: GitHub calls a commit without statuses pending. */
export function combinedStatusBody(
  state: GitHubState,
  repository: Repository,
  sha: string,
  all: readonly CommitStatus[],
  shown: readonly CommitStatus[],
): Body {
  const commitUrl = `${apiUrl(state, repository)}/commits/${sha}`;
  return {
    state: combinedState(all),
    statuses: shown.map((status) => statusBody(state, repository, sha, status)),
    sha,
    total_count: all.length,
    repository: minimalRepositoryBody(state, repository),
    commit_url: commitUrl,
    url: `${commitUrl}/status`,
  };
}

function suiteOutcome(runs: readonly CheckRun[]): Body {
  if (runs.every((run) => run.status === "queued")) return { status: "queued", conclusion: null };
  if (runs.some((run) => run.status !== "completed")) return { status: "in_progress", conclusion: null };
  const bad = runs.find((run) => !isGreen(run));
  return { status: "completed", conclusion: bad ? bad.conclusion : "success" };
}

/** GitHub lets neutral and skipped runs pass. */
export const isGreen = (run: CheckRun): boolean =>
  run.status === "completed" && ["success", "neutral", "skipped"].includes(run.conclusion ?? "");

function combinedState(statuses: readonly CommitStatus[]): "failure" | "pending" | "success" {
  if (statuses.some((status) => status.state === "failure" || status.state === "error")) return "failure";
  return statuses.length > 0 && statuses.every((status) => status.state === "success")
    ? "success"
    : "pending";
}

function statusBody(state: GitHubState, repository: Repository, sha: string, status: CommitStatus): Body {
  const at = wholeSeconds(new Date(status.at));
  return {
    url: `${apiUrl(state, repository)}/statuses/${sha}`,
    avatar_url: null,
    id: status.id,
    node_id: nodeId("StatusContext", status.id),
    state: status.state,
    description: status.description ?? null,
    target_url: status.targetUrl ?? null,
    context: status.context,
    created_at: at,
    updated_at: at,
  };
}

function simpleCommitBody(commit: CommitRecord): Body {
  const { author, committer } = commit;
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: author.date,
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  };
}

/** The `integration` behind a check. */
function appBody(state: GitHubState, slug: string): Body {
  const { id } = userBody(state, slug);
  return {
    id,
    slug,
    node_id: nodeId("App", slug),
    owner: userBody(state, "github"),
    name: slug,
    description: "",
    external_url: "https://example.com",
    html_url: `https://github.com/apps/${encodeURIComponent(slug)}`,
    created_at: "2024-01-01T00:00:00Z",
    updated_at: "2024-01-01T00:00:00Z",
    permissions: { checks: "write", metadata: "read" },
    events: [],
  };
}
