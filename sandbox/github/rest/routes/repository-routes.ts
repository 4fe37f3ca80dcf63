import { notFound } from "../../errors.js";
import { readCommit } from "../../git/read-commits.js";
import { findBranch, listRefs, type Ref } from "../../git/refs.js";
import type { Repository } from "../../git/repository-store.js";
import { commitBody, shortCommitBody } from "../bodies/commit-bodies.js";
import { fullRepositoryBody } from "../bodies/repository-bodies.js";
import { type Answer, type Call, ok, param, type Route, repositoryRoute } from "../call.js";
import { paginate } from "../pagination.js";
import type { GitHubState } from "../state.js";
import { apiUrl, encodePath, htmlUrl, nodeId } from "../urls.js";

const pages = ["per_page", "page"];

export const repositoryRoutes: readonly Route[] = [
  repositoryRoute("GET", "", [], async (repository, { state }) =>
    ok(await fullRepositoryBody(state, repository)),
  ),
  repositoryRoute("GET", "/branches", ["protected", ...pages], listBranches),
  repositoryRoute("GET", "/branches/{branch}", [], getBranch),
  repositoryRoute("GET", "/tags", pages, listTags),
];

async function listBranches(repository: Repository, call: Call): Promise<Answer> {
  const branches = call.query.get("protected") === "true" ? [] : await listRefs(repository, ["refs/heads"]);
  return paginate(call, branches, (refs) =>
    refs.map((ref) => ({
      name: shortName(ref),
      commit: shortCommitBody(call.state, repository, ref.sha),
      protected: false,
    })),
  );
}

async function getBranch(repository: Repository, call: Call): Promise<Answer> {
  const branch = await findBranch(repository, param(call, "branch"));
  if (!branch) throw notFound("Branch not found");
  const commit = await readCommit(repository, branch.sha);
  const path = encodePath(shortName(branch));
  const url = `${apiUrl(call.state, repository)}/branches/${path}`;
  return ok({
    name: shortName(branch),
    commit: commitBody(call.state, repository, commit),
    _links: { self: url, html: `${htmlUrl(repository)}/tree/${path}` },
    protected: false,
    protection: {
      enabled: false,
      required_status_checks: { enforcement_level: "off", contexts: [], checks: [] },
    },
    protection_url: `${url}/protection`,
  });
}

/** GitHub lists the highest version first. */
async function listTags(repository: Repository, call: Call): Promise<Answer> {
  const tags = await listRefs(repository, ["refs/tags"], "-version:refname");
  return paginate(call, tags, (refs) => refs.map((ref) => tagBody(call.state, repository, ref)));
}

function tagBody(state: GitHubState, repository: Repository, ref: Ref): unknown {
  const path = encodePath(ref.name);
  return {
    name: shortName(ref),
    zipball_url: `${apiUrl(state, repository)}/zipball/${path}`,
    tarball_url: `${apiUrl(state, repository)}/tarball/${path}`,
    commit: shortCommitBody(state, repository, ref.target),
    node_id: nodeId("Ref", ref.name),
  };
}

const shortName = (ref: Ref): string => ref.name.replace(/^refs\/(?:heads|tags)\//, "");
