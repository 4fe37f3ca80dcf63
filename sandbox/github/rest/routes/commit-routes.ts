import { ApiProblem, notFound, validationFailed } from "../../errors.js";
import { changesBetween, changesOfCommit } from "../../git/read-changes.js";
import {
  type CommitRecord,
  countCommits,
  listCommits,
  mergeBase,
  readCommit,
} from "../../git/read-commits.js";
import { resolveCommit } from "../../git/refs.js";
import type { Repository } from "../../git/repository-store.js";
import { commitBody, commitWithFilesBody, filesBody } from "../bodies/commit-bodies.js";
import { type Answer, type Call, ok, param, type Route, repositoryRoute } from "../call.js";
import { linkHeader, type Page, pageOf } from "../pagination.js";
import { apiUrl, htmlUrl } from "../urls.js";

const pages = ["per_page", "page"];

/** GitHub compares at most 250 commits unless pages are asked for. */
const comparedCommits = 250;

export const commitRoutes: readonly Route[] = [
  repositoryRoute("GET", "/commits", ["sha", "path", "since", "until", ...pages], list),
  repositoryRoute("GET", "/commits/{ref}", [], getCommit),
  repositoryRoute("GET", "/compare/{basehead}", pages, compare),
];

async function list(repository: Repository, call: Call): Promise<Answer> {
  const start = await resolveCommit(repository, call.query.get("sha") ?? "HEAD");
  if (start === undefined) throw notFound();
  const page = pageOf(call);
  const path = call.query.get("path");
  const since = timestamp(call, "since");
  const until = timestamp(call, "until");
  const query = {
    from: [start],
    ...(path === null ? {} : { path }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  const total = await countCommits(repository, query);
  const commits = await listCommits(repository, { ...query, skip: page.offset, limit: page.perPage });
  const bodies = commits.map((commit) => commitBody(call.state, repository, commit));
  return ok(bodies, linkHeader(call, page, total));
}

function timestamp(call: Call, name: "since" | "until"): string | undefined {
  const text = call.query.get(name);
  if (text === null) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw validationFailed({ resource: "Commit", field: name, code: "invalid" });
  return new Date(time).toISOString();
}

async function getCommit(repository: Repository, call: Call): Promise<Answer> {
  const ref = param(call, "ref");
  const sha = await resolveCommit(repository, ref);
  if (sha === undefined) throw new ApiProblem(422, `No commit found for SHA: ${ref}`);
  if (/^application\/vnd\.github(\.v3)?\.sha$/.test(call.accept)) {
    return ok(sha, { "content-type": "application/vnd.github.sha; charset=utf-8" });
  }
  const [commit, changes] = await Promise.all([
    readCommit(repository, sha),
    changesOfCommit(repository, sha),
  ]);
  return ok(commitWithFilesBody(call.state, repository, commit, changes));
}

async function compare(repository: Repository, call: Call): Promise<Answer> {
  const [baseName, headName] = splitBaseHead(repository, param(call, "basehead"));
  const base = await resolveCommit(repository, baseName);
  const head = await resolveCommit(repository, headName);
  if (base === undefined || head === undefined) throw notFound();
  const common = await mergeBase(repository, base, head);
  if (common === undefined) throw notFound(`No common ancestor between ${baseName} and ${headName}.`);
  const page = pageOf(call, comparedCommits);
  const range = { from: [head], without: [base] };
  const ahead = await countCommits(repository, range);
  const behind = await countCommits(repository, { from: [base], without: [head] });
  const commits = await oldestFirst(repository, range, ahead, page);
  const files = page.page === 1 ? await changesBetween(repository, common, head) : [];
  const body = {
    ...comparisonUrls(repository, call, baseName, headName, base, head),
    base_commit: commitBody(call.state, repository, await readCommit(repository, base)),
    merge_base_commit: commitBody(call.state, repository, await readCommit(repository, common)),
    status: comparisonStatus(ahead, behind),
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: commits.map((commit) => commitBody(call.state, repository, commit)),
    files: filesBody(call.state, repository, head, files),
  };
  return ok(body, linkHeader(call, page, ahead));
}

/** `BASE...HEAD`; either may be `OWNER:BRANCH`, of which the stand-in knows only the owner of the repository. */
function splitBaseHead(repository: Repository, basehead: string): readonly [string, string] {
  const [base, head, ...more] = basehead.split("...");
  if (!base || !head || more.length > 0) throw notFound();
  const prefix = `${repository.owner}:`;
  const local = (name: string): string => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  return [local(base), local(head)];
}

/** A comparison is told in the order in which it happened, while git counts its window from the newest. */
async function oldestFirst(
  repository: Repository,
  range: { readonly from: readonly string[]; readonly without: readonly string[] },
  total: number,
  page: Page,
): Promise<readonly CommitRecord[]> {
  const limit = Math.min(page.perPage, total - page.offset);
  if (limit <= 0) return [];
  const skip = total - page.offset - limit;
  return (await listCommits(repository, { ...range, skip, limit })).toReversed();
}

function comparisonStatus(ahead: number, behind: number): "ahead" | "behind" | "diverged" | "identical" {
  if (ahead > 0) return behind > 0 ? "diverged" : "ahead";
  return behind > 0 ? "behind" : "identical";
}

function comparisonUrls(
  repository: Repository,
  call: Call,
  baseName: string,
  headName: string,
  base: string,
  head: string,
): Readonly<Record<string, string>> {
  const html = `${htmlUrl(repository)}/compare`;
  const named = `${encodeURIComponent(baseName)}...${encodeURIComponent(headName)}`;
  const fixed = `${repository.owner}:${base.slice(0, 7)}...${repository.owner}:${head.slice(0, 7)}`;
  return {
    url: `${apiUrl(call.state, repository)}/compare/${named}`,
    html_url: `${html}/${named}`,
    permalink_url: `${html}/${fixed}`,
    diff_url: `${html}/${named}.diff`,
    patch_url: `${html}/${named}.patch`,
  };
}
