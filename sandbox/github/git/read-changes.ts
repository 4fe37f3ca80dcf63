import type { Repository } from "./repository-store.js";

export interface FileChange {
  readonly filename: string;
  readonly previousFilename?: string;
  readonly status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  /** The blob after the change, or before it where the file was removed. */
  readonly blob: string;
  readonly additions: number;
  readonly deletions: number;
}

export interface PathChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

const statusByLetter: Readonly<Record<string, FileChange["status"]>> = {
  A: "added",
  C: "copied",
  D: "removed",
  M: "modified",
  R: "renamed",
  T: "changed",
};

const diff = ["diff-tree", "-r", "-M", "-z", "--raw", "--numstat", "--no-commit-id", "--no-abbrev"];

/** What a commit changed against its first parent; all of its files where it has none. */
export async function changesOfCommit(repository: Repository, sha: string): Promise<readonly FileChange[]> {
  return parseChanges(await repository.git([...diff, "-m", "--first-parent", "--root", sha]));
}

export async function changesBetween(
  repository: Repository,
  from: string,
  to: string,
): Promise<readonly FileChange[]> {
  return parseChanges(await repository.git([...diff, from, to]));
}

/** With `-z` each raw line and its paths are separate values; all raw entries come before the counts. */
function parseChanges(output: string): readonly FileChange[] {
  const values = output.split("\0");
  const changes: Omit<FileChange, "additions" | "deletions">[] = [];
  let at = 0;
  for (; values[at]?.startsWith(":"); ) {
    const [, , before = "", after = "", status = ""] = (values[at] ?? "").split(" ");
    const moved = /^[RC]/.test(status);
    const filename = values[at + (moved ? 2 : 1)] ?? "";
    changes.push({
      filename,
      ...(moved ? { previousFilename: values[at + 1] ?? "" } : {}),
      status: statusByLetter[status.charAt(0)] ?? "changed",
      blob: status.startsWith("D") ? before : after,
    });
    at += moved ? 3 : 2;
  }
  const counts = parseCounts(values.slice(at));
  return changes.map((change, index) => ({
    ...change,
    ...(counts[index] ?? { additions: 0, deletions: 0 }),
  }));
}

/** A renamed file has an empty path after its counts and then both names; a binary one has dashes for counts. */
function parseCounts(values: readonly string[]): readonly { additions: number; deletions: number }[] {
  const counts: { additions: number; deletions: number }[] = [];
  for (let at = 0; at < values.length && values[at] !== ""; ) {
    const [additions = "0", deletions = "0", name = ""] = (values[at] ?? "").split("\t");
    counts.push({ additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
    at += name === "" ? 3 : 1;
  }
  return counts;
}

/** The paths that each commit touched, for many commits with one process. */
export async function pathChangesOf(
  repository: Repository,
  shas: readonly string[],
): Promise<ReadonlyMap<string, PathChanges>> {
  const args = [
    "diff-tree",
    "--stdin",
    "-r",
    "-z",
    "-m",
    "--first-parent",
    "--root",
    "--no-renames",
    "--name-status",
  ];
  const values = (await repository.git(args, { input: shas.map((sha) => `${sha}\n`).join("") })).split("\0");
  const changes = new Map<string, { added: string[]; removed: string[]; modified: string[] }>();
  let current = { added: [] as string[], removed: [] as string[], modified: [] as string[] };
  for (let at = 0; at < values.length - 1; ) {
    const value = values[at] ?? "";
    if (/^[0-9a-f]{40}$/.test(value)) {
      current = { added: [], removed: [], modified: [] };
      changes.set(value, current);
      at += 1;
      continue;
    }
    const list = value === "A" ? current.added : value === "D" ? current.removed : current.modified;
    list.push(values[at + 1] ?? "");
    at += 2;
  }
  return changes;
}
