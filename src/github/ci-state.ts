import type { Logger } from "pino";
import type { CiState } from "../deployments/gates.js";
import type { Sha } from "../deployments/release.js";
import type { GitHubClient } from "./client.js";
import { split } from "./split.js";
import { troubleOf } from "./trouble.js";

export interface CiParts {
  readonly github: GitHubClient;
  readonly logger: Logger;
}

const PER_PAGE = 100;
/** GitHub keeps at most 1,000 runs of one name; a commit with more pages than these is not judged. */
const MAX_PAGES = 20;

type Verdict = "passed" | "pending" | "failed";

const PASSING: ReadonlySet<string | null> = new Set(["success", "neutral", "skipped"]);

interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly app: { readonly id: number } | null;
}

/**
 * What all checks of a commit say together: check runs, of which the newest of each name counts, and statuses.
 * Never throws: a GitHub that does not answer, or does not know the commit, makes it `unknown`; where GitHub says why
 * it does not, that.
 */
export async function readCiState(parts: CiParts, repository: string, sha: Sha): Promise<CiState> {
  try {
    const [runs, statuses] = await Promise.all([
      readRuns(parts.github, repository, sha),
      readStatuses(parts.github, repository, sha),
    ]);
    return combine([...newestRuns(runs).map(verdictOfRun), ...statuses.map(verdictOfStatus)]);
  } catch (error) {
    parts.logger.warn({ err: error, repository, sha }, "GitHub did not tell the state of the checks");
    return (await troubleOf(parts.github, { repository }, error))?.kind ?? "unknown";
  }
}

function combine(verdicts: readonly Verdict[]): CiState {
  if (verdicts.length === 0) return "missing";
  if (verdicts.includes("failed")) return "failed";
  return verdicts.includes("pending") ? "pending" : "passed";
}

async function readRuns(github: GitHubClient, repository: string, ref: Sha): Promise<readonly CheckRun[]> {
  return allPages(async (page) => {
    const query = { ...split(repository), ref, filter: "latest" as const, per_page: PER_PAGE, page };
    return (await github.rest.checks.listForRef(query)).data.check_runs;
  });
}

/** GitHub tells only the newest of each context. */
async function readStatuses(github: GitHubClient, repository: string, ref: Sha): Promise<readonly string[]> {
  const statuses = await allPages(async (page) => {
    const query = { ...split(repository), ref, per_page: PER_PAGE, page };
    return (await github.rest.repos.getCombinedStatusForRef(query)).data.statuses;
  });
  return statuses.map(({ state }) => state);
}

async function allPages<Item>(read: (page: number) => Promise<readonly Item[]>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const found = await read(page);
    items.push(...found);
    if (found.length < PER_PAGE) return items;
  }
  // What is not read may have failed.
  throw new RangeError(`The commit has more than ${MAX_PAGES} pages of checks.`);
}

/** A run again is a new run with a greater id. Two apps may each have a check of the same name. */
function newestRuns(runs: readonly CheckRun[]): readonly CheckRun[] {
  const newest = new Map<string, CheckRun>();
  for (const run of runs) {
    const key = JSON.stringify([run.app?.id ?? null, run.name]);
    const known = newest.get(key);
    if (known === undefined || known.id < run.id) newest.set(key, run);
  }
  return [...newest.values()];
}

function verdictOfRun({ status, conclusion }: CheckRun): Verdict {
  if (status !== "completed") return "pending";
  return PASSING.has(conclusion) ? "passed" : "failed";
}

function verdictOfStatus(state: string): Verdict {
  if (state === "success") return "passed";
  return state === "pending" ? "pending" : "failed";
}
