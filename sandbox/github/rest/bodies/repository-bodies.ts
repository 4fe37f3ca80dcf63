import { wholeSeconds } from "../../git/read-commits.js";
import type { Repository } from "../../git/repository-store.js";
import type { GitHubState } from "../state.js";
import { apiUrl, htmlUrl, nodeId } from "../urls.js";
import { userBody } from "./user-bodies.js";

type State = Pick<GitHubState, "apiUrl">;

/** The URI templates below a repository's API URL. */
const templates: Readonly<Record<string, string>> = {
  archive_url: "/{archive_format}{/ref}",
  assignees_url: "/assignees{/user}",
  blobs_url: "/git/blobs{/sha}",
  branches_url: "/branches{/branch}",
  collaborators_url: "/collaborators{/collaborator}",
  comments_url: "/comments{/number}",
  commits_url: "/commits{/sha}",
  compare_url: "/compare/{base}...{head}",
  contents_url: "/contents/{+path}",
  contributors_url: "/contributors",
  deployments_url: "/deployments",
  downloads_url: "/downloads",
  events_url: "/events",
  forks_url: "/forks",
  git_commits_url: "/git/commits{/sha}",
  git_refs_url: "/git/refs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  hooks_url: "/hooks",
  issue_comment_url: "/issues/comments{/number}",
  issue_events_url: "/issues/events{/number}",
  issues_url: "/issues{/number}",
  keys_url: "/keys{/key_id}",
  labels_url: "/labels{/name}",
  languages_url: "/languages",
  merges_url: "/merges",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  pulls_url: "/pulls{/number}",
  releases_url: "/releases{/id}",
  stargazers_url: "/stargazers",
  statuses_url: "/statuses/{sha}",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  tags_url: "/tags",
  teams_url: "/teams",
  trees_url: "/git/trees{/sha}",
};

/** The `minimal-repository` that other objects hold. */
export function minimalRepositoryBody(
  state: State,
  repository: Repository,
): Readonly<Record<string, unknown>> {
  const url = apiUrl(state, repository);
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: repository.fullName,
    owner: userBody(state, repository.owner),
    private: true,
    html_url: htmlUrl(repository),
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(Object.entries(templates).map(([name, path]) => [name, `${url}${path}`])),
  };
}

/** What the REST API and the webhook payloads have in common. */
export function sharedRepositoryBody(
  state: State,
  repository: Repository,
): Readonly<Record<string, unknown>> {
  const { owner, name, defaultBranch } = repository;
  return {
    ...minimalRepositoryBody(state, repository),
    git_url: `git://github.com/${owner}/${name}.git`,
    ssh_url: `git@github.com:${owner}/${name}.git`,
    clone_url: `${htmlUrl(repository)}.git`,
    svn_url: htmlUrl(repository),
    mirror_url: null,
    homepage: null,
    language: null,
    forks_count: 0,
    stargazers_count: 0,
    watchers_count: 0,
    size: 0,
    default_branch: defaultBranch,
    open_issues_count: 0,
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: false,
    disabled: false,
    visibility: "private",
    topics: [],
    is_template: false,
    allow_forking: true,
    web_commit_signoff_required: false,
    custom_properties: {},
    license: null,
    forks: 0,
    open_issues: 0,
    watchers: 0,
  };
}

/** The `full-repository`. */
export async function fullRepositoryBody(state: State, repository: Repository): Promise<unknown> {
  const pushedAt = await lastPush(repository);
  return {
    ...sharedRepositoryBody(state, repository),
    pushed_at: pushedAt,
    created_at: wholeSeconds(new Date(repository.createdAt)),
    updated_at: pushedAt,
    subscribers_count: 0,
    network_count: 0,
    permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
  };
}

/** The time of the newest commit stands for the time of the push. */
export async function lastPush(repository: Repository): Promise<string> {
  const newest = ["--sort=-committerdate", "--count=1", "--format=%(committerdate:unix)"];
  const seconds = Number(await repository.git(["for-each-ref", ...newest, "refs/heads"]));
  return wholeSeconds(seconds > 0 ? new Date(seconds * 1000) : new Date(repository.createdAt));
}
