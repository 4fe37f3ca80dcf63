import type { Repository } from "../git/repository-store.js";
import type { CheckRunSetting, Checks, CommitStatusSetting } from "../types.js";

export interface CheckRun extends Required<Pick<CheckRunSetting, "name" | "status" | "app">> {
  readonly id: number;
  readonly suiteId: number;
  readonly conclusion: NonNullable<CheckRunSetting["conclusion"]> | null;
  /** When it was set, ISO 8601. */
  readonly at: string;
}

export interface CommitStatus extends CommitStatusSetting {
  readonly id: number;
  /** When it was set, ISO 8601. */
  readonly at: string;
}

export interface CheckStore {
  set(repository: Repository, sha: string, checks: Checks): void;
  runs(repository: Repository, sha: string): readonly CheckRun[];
  statuses(repository: Repository, sha: string): readonly CommitStatus[];
}

interface Stored {
  readonly runs: readonly CheckRun[];
  readonly statuses: readonly CommitStatus[];
}

export function createCheckStore(): CheckStore {
  const byCommit = new Map<string, Stored>();
  let lastId = 0;
  const nextId = (): number => {
    lastId += 1;
    return lastId;
  };
  const keyOf = (repository: Repository, sha: string): string => `${repository.id}:${sha}`;

  return {
    set(repository, sha, checks) {
      const at = new Date().toISOString();
      const suites = new Map<string, number>();
      const runs = (checks.runs ?? []).map((run) => {
        const app = run.app ?? "github-actions";
        const suiteId = suites.get(app) ?? nextId();
        suites.set(app, suiteId);
        return storedRun(run, app, { id: nextId(), suiteId, at });
      });
      const statuses = (checks.statuses ?? []).map((status) => ({ ...status, id: nextId(), at }));
      byCommit.set(keyOf(repository, sha), { runs, statuses });
    },
    runs: (repository, sha) => byCommit.get(keyOf(repository, sha))?.runs ?? [],
    statuses: (repository, sha) => byCommit.get(keyOf(repository, sha))?.statuses ?? [],
  };
}

function storedRun(
  run: CheckRunSetting,
  app: string,
  ids: { readonly id: number; readonly suiteId: number; readonly at: string },
): CheckRun {
  const status = run.status ?? (run.conclusion === undefined ? "in_progress" : "completed");
  return { name: run.name, app, status, conclusion: run.conclusion ?? null, ...ids };
}
