import { createHash } from "node:crypto";
import type { GitHubState } from "../state.js";
import { nodeId } from "../urls.js";

type State = Pick<GitHubState, "apiUrl" | "repositories">;

/** The `simple-user` of GitHub's description. The id comes from the login, so it stays the same. */
export function userBody(
  state: Pick<GitHubState, "apiUrl">,
  login: string,
): Readonly<Record<string, unknown>> {
  const id = createHash("sha256").update(login.toLowerCase()).digest().readUInt32BE(0);
  const url = `${state.apiUrl}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId("User", id),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: "",
    url,
    html_url: `https://github.com/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: "User",
    site_admin: false,
  };
}

/** The `private-user` that `/user` shows to the owner of the token. */
export function ownUserBody(state: State, login: string): Readonly<Record<string, unknown>> {
  return {
    ...userBody(state, login),
    name: null,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: "2024-01-01T00:00:00Z",
    updated_at: "2024-01-01T00:00:00Z",
    private_gists: 0,
    total_private_repos: state.repositories.count(),
    owned_private_repos: state.repositories.count(),
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  };
}
