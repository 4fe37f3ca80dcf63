import { unlessNo } from "./git-runner.js";
import { isLegalRefName } from "./ref-name.js";
import type { Repository } from "./repository-store.js";

export interface Ref {
  /** In full: `refs/heads/main`. */
  readonly name: string;
  readonly sha: string;
  readonly type: string;
  /** What an annotated tag points at, else the same as `sha`. */
  readonly target: string;
  readonly targetType: string;
}

const format = "%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)";

/** @param patterns full names or their leading parts up to a slash; all refs without any */
export async function listRefs(
  repository: Repository,
  patterns: readonly string[] = [],
  sort = "refname",
): Promise<readonly Ref[]> {
  const output = await repository.git(["for-each-ref", `--sort=${sort}`, `--format=${format}`, ...patterns]);
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", sha = "", type = "", target = "", targetType = ""] = line.split("\0");
      const tagged = target === "" ? { target: sha, targetType: type } : { target, targetType };
      return { name, sha, type, ...tagged };
    });
}

/** The ref with exactly this full name, never one that merely starts with it. */
export async function findRef(repository: Repository, fullName: string): Promise<Ref | undefined> {
  if (!fullName.startsWith("refs/") || !isLegalRefName(fullName)) return undefined;
  const refs = await listRefs(repository, [fullName]);
  return refs.find((ref) => ref.name === fullName);
}

export const findBranch = (repository: Repository, branch: string): Promise<Ref | undefined> =>
  findRef(repository, `refs/heads/${branch}`);

export async function hasCommit(repository: Repository, sha: string): Promise<boolean> {
  return (await peelToCommit(repository, sha)) === sha;
}

/**
 * What a person may write where GitHub takes a ref: a SHA, a branch, a tag, `heads/…`, `tags/…`, a short SHA.
 * 40 hexadecimal digits are always a SHA, even where a branch bears that name; of a tag and a branch with one
 * name the tag wins. Both are git's own rules.
 */
export async function resolveCommit(repository: Repository, ref: string): Promise<string | undefined> {
  if (/^[0-9a-f]{40}$/.test(ref)) return await peelToCommit(repository, ref);
  const name = ref === "HEAD" ? `heads/${repository.defaultBranch}` : ref;
  if (!isLegalRefName(name)) return undefined;
  const candidates = [`refs/${name}`, `refs/tags/${name}`, `refs/heads/${name}`];
  if (name.startsWith("refs/")) candidates.unshift(name);
  const refs = await listRefs(repository, candidates);
  const found = candidates.map((candidate) => refs.find((entry) => entry.name === candidate)).find(Boolean);
  if (found) return found.targetType === "commit" ? found.target : await peelToCommit(repository, found.sha);
  return /^[0-9a-f]{4,39}$/.test(name) ? await peelToCommit(repository, name) : undefined;
}

async function peelToCommit(repository: Repository, hex: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{4,40}$/.test(hex)) return undefined;
  const sha = await unlessNo(
    repository.git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${hex}^{commit}`]),
  );
  return sha?.trim();
}
