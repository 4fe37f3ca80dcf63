import { SetupRefused } from "../errors.js";
import type { NewCommit } from "../types.js";
import { isLegalRefName } from "./ref-name.js";
import { findBranch, hasCommit } from "./refs.js";
import type { Repository } from "./repository-store.js";

export interface Person {
  readonly name: string;
  readonly email: string;
}

export const noSha = "0".repeat(40);

/**
 * Commits on a branch, which starts from the default branch where it does not exist yet. Must run in the turn of
 * the repository.
 * @returns the full SHA, and what the branch pointed at before (`noSha` where it is new)
 */
export async function writeCommit(
  repository: Repository,
  commit: NewCommit,
  author: Person,
): Promise<{ readonly sha: string; readonly before: string }> {
  assertRefName(commit.branch);
  const branch = await findBranch(repository, commit.branch);
  if (commit.parents !== undefined && branch !== undefined) throw new SetupRefused("exists", commit.branch);
  const input = fastImport(commit, author, commit.parents ?? (await defaultParents(repository, branch?.sha)));
  const output = await repository.git(["fast-import", "--quiet", "--done"], { input });
  return { sha: output.trim(), before: branch?.sha ?? noSha };
}

async function defaultParents(repository: Repository, head: string | undefined): Promise<readonly string[]> {
  const parent = head ?? (await findBranch(repository, repository.defaultBranch))?.sha;
  return parent === undefined ? [] : [parent];
}

/** One process writes the blobs, the trees, the commit and the branch. */
function fastImport(commit: NewCommit, author: Person, [first, ...merged]: readonly string[]): string {
  const seconds = Math.floor(Date.now() / 1000);
  const who = `${printable(author.name)} <${printable(author.email)}> ${seconds} +0000`;
  return [
    "feature done",
    `commit refs/heads/${commit.branch}`,
    "mark :1",
    `author ${who}`,
    `committer ${who}`,
    data(commit.message),
    ...(first === undefined ? [] : [`from ${first}`]),
    ...merged.map((parent) => `merge ${parent}`),
    ...(commit.removed ?? []).map((path) => `D ${quotePath(path)}`),
    ...Object.entries(commit.files).map(
      ([path, content]) =>
        `M ${content.startsWith("#!") ? "100755" : "100644"} inline ${quotePath(path)}\n${data(content)}`,
    ),
    "get-mark :1",
    "done",
    "",
  ].join("\n");
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}`;

const quotePath = (path: string): string =>
  `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;

/** Git itself drops these from names and addresses; in the input they would end the field. */
const printable = (text: string): string => text.replace(/[<>\p{Cc}]/gu, "");

/** @throws SetupRefused `bad-name` */
function assertRefName(name: string): void {
  if (!isLegalRefName(name)) throw new SetupRefused("bad-name", name);
}

/** @throws SetupRefused `unknown-commit` */
async function assertCommit(repository: Repository, sha: string): Promise<void> {
  if (!(await hasCommit(repository, sha))) throw new SetupRefused("unknown-commit", sha);
}

/** @param mode `create` refuses a branch that exists, `move` one that does not */
export async function writeBranch(
  repository: Repository,
  branch: string,
  sha: string,
  mode: "create" | "move",
): Promise<void> {
  assertRefName(branch);
  await assertCommit(repository, sha);
  const exists = (await findBranch(repository, branch)) !== undefined;
  if (mode === "create" && exists) throw new SetupRefused("exists", branch);
  if (mode === "move" && !exists) throw new SetupRefused("unknown-branch", branch);
  await updateRefs(repository, [`update refs/heads/${branch}`, sha, ""]);
}

/** @throws SetupRefused `unknown-branch` */
export async function removeBranch(repository: Repository, branch: string): Promise<void> {
  if (!(await findBranch(repository, branch))) throw new SetupRefused("unknown-branch", branch);
  await updateRefs(repository, [`delete refs/heads/${branch}`, ""]);
}

export async function writeTag(
  repository: Repository,
  tag: string,
  sha: string,
  annotation?: { readonly message: string; readonly tagger: Person },
): Promise<void> {
  assertRefName(tag);
  await assertCommit(repository, sha);
  const target = annotation === undefined ? sha : await writeTagObject(repository, tag, sha, annotation);
  await updateRefs(repository, [`create refs/tags/${tag}`, target]);
}

async function writeTagObject(
  repository: Repository,
  tag: string,
  sha: string,
  { message, tagger }: { readonly message: string; readonly tagger: Person },
): Promise<string> {
  const who = `${printable(tagger.name)} <${printable(tagger.email)}> ${Math.floor(Date.now() / 1000)} +0000`;
  const input = `object ${sha}\ntype commit\ntag ${tag}\ntagger ${who}\n\n${message}\n`;
  return (await repository.git(["mktag"], { input })).trim();
}

/** Names and values go in as input, so none of them can be taken for an option. */
async function updateRefs(repository: Repository, parts: readonly string[]): Promise<void> {
  await repository.git(["update-ref", "--stdin", "-z"], { input: parts.map((part) => `${part}\0`).join("") });
}

/**
 * Merges one commit into a branch as the Deployments API does. Files are merged whole: one that both sides
 * changed differently is a conflict. Must run in the turn of the repository.
 * @returns the merge commit, or undefined on a conflict
 */
export async function mergeInto(
  repository: Repository,
  branch: { readonly name: string; readonly sha: string },
  base: string,
  other: { readonly sha: string; readonly label: string },
  indexFile: string,
): Promise<string | undefined> {
  const env = { GIT_INDEX_FILE: indexFile };
  await repository.git(["read-tree", "-i", "-m", "--aggressive", base, branch.sha, other.sha], { env });
  if ((await repository.git(["ls-files", "--unmerged", "-z"], { env })) !== "") return undefined;
  const tree = (await repository.git(["write-tree"], { env })).trim();
  const message = `Merge ${other.label} into ${branch.name}`;
  const parents = ["-p", branch.sha, "-p", other.sha];
  const sha = (await repository.git(["commit-tree", tree, ...parents, "-F", "-"], { input: message })).trim();
  await updateRefs(repository, [`update refs/heads/${branch.name}`, sha, branch.sha]);
  return sha;
}
