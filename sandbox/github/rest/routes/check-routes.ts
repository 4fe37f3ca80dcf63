import { ApiProblem } from "../../errors.js";
import { readCommit } from "../../git/read-commits.js";
import { resolveCommit } from "../../git/refs.js";
import type { Repository } from "../../git/repository-store.js";
import { checkRunBody, checkSuiteBody, combinedStatusBody } from "../bodies/check-bodies.js";
import { type Answer, type Call, ok, param, type Route, repositoryRoute } from "../call.js";
import type { CheckRun } from "../check-store.js";
import { linkHeader, pageOf, paginate } from "../pagination.js";

const pages = ["per_page", "page"];

export const checkRoutes: readonly Route[] = [
  repositoryRoute("GET", "/commits/{ref}/check-runs", ["check_name", "status", "filter", ...pages], listRuns),
  repositoryRoute("GET", "/commits/{ref}/check-suites", ["check_name", ...pages], listSuites),
  repositoryRoute("GET", "/commits/{ref}/status", pages, combinedStatus),
];

/** Only the newest run of a name is kept, so `filter` changes nothing. */
async function listRuns(repository: Repository, call: Call): Promise<Answer> {
  const sha = await commitOf(repository, call);
  const status = call.query.get("status");
  const runs = named(call, call.state.checks.runs(repository, sha)).filter(
    (run) => status === null || run.status === status,
  );
  return paginate(call, runs, (shown) => ({
    total_count: runs.length,
    check_runs: shown.map((run) => checkRunBody(call.state, repository, sha, run)),
  }));
}

async function listSuites(repository: Repository, call: Call): Promise<Answer> {
  const sha = await commitOf(repository, call);
  const commit = await readCommit(repository, sha);
  const suites = new Map<number, CheckRun[]>();
  for (const run of named(call, call.state.checks.runs(repository, sha))) {
    suites.set(run.suiteId, [...(suites.get(run.suiteId) ?? []), run]);
  }
  return paginate(call, [...suites.values()], (shown) => ({
    total_count: suites.size,
    check_suites: shown.map((runs) => checkSuiteBody(call.state, repository, commit, runs)),
  }));
}

async function combinedStatus(repository: Repository, call: Call): Promise<Answer> {
  const sha = await commitOf(repository, call);
  const statuses = call.state.checks.statuses(repository, sha);
  const page = pageOf(call);
  const shown = statuses.slice(page.offset, page.offset + page.perPage);
  const body = combinedStatusBody(call.state, repository, sha, statuses, shown);
  return ok(body, linkHeader(call, page, statuses.length));
}

function named(call: Call, runs: readonly CheckRun[]): readonly CheckRun[] {
  const name = call.query.get("check_name");
  return name === null ? runs : runs.filter((run) => run.name === name);
}

async function commitOf(repository: Repository, call: Call): Promise<string> {
  const ref = param(call, "ref");
  const sha = await resolveCommit(repository, ref);
  if (sha === undefined) throw new ApiProblem(422, `No commit found for SHA: ${ref}`);
  return sha;
}
