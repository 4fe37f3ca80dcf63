import { appendFile, mkdir, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { SetupRefused } from "../errors.js";
import type { Git, GitRunner } from "./git-runner.js";

export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly fullName: string;
  /** The bare repository. */
  readonly directory: string;
  readonly defaultBranch: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly git: Git;
  /** Writers take turns: each reads where a branch stands and then moves it. */
  readonly inTurn: <Value>(work: () => Promise<Value>) => Promise<Value>;
}

export interface RepositoryStore {
  /** @throws SetupRefused `bad-name` or `exists` */
  create(fullName: string): Promise<Repository>;
  /** Like GitHub, without regard to case. */
  find(fullName: string): Repository | undefined;
  /** The repository that had this name before it was renamed, until another one takes the name. */
  findMoved(fullName: string): Repository | undefined;
  findById(id: number): Repository | undefined;
  /**
   * Renames or transfers: the id stays, and git finds it under the old name as well.
   * @throws SetupRefused `unknown-repository`, `bad-name` or `exists`
   */
  rename(fullName: string, newName: string): Promise<void>;
  /** @throws SetupRefused `unknown-repository` */
  get(fullName: string): Repository;
  count(): number;
}

const fullNamePattern = /^([A-Za-z0-9][A-Za-z0-9-]*)\/([\w.-]+)$/;

export function createRepositoryStore(root: string, runner: GitRunner): RepositoryStore {
  const repositories = new Map<string, Repository>();
  /** Former name → id. */
  const moved = new Map<string, number>();
  let lastId = 0;
  const findById = (id: number) => [...repositories.values()].find((repository) => repository.id === id);
  const find = (fullName: string): Repository | undefined => repositories.get(fullName.toLowerCase());

  const get = (fullName: string): Repository => {
    const repository = find(fullName);
    if (!repository) throw new SetupRefused("unknown-repository", fullName);
    return repository;
  };
  const free = (fullName: string): { owner: string; name: string } => {
    const [, owner, name] = fullNamePattern.exec(fullName) ?? [];
    if (!owner || !name || /^\.+$/.test(name)) throw new SetupRefused("bad-name", fullName);
    if (find(fullName)) throw new SetupRefused("exists", fullName);
    return { owner, name };
  };

  return {
    find,
    findById,
    findMoved(fullName) {
      const id = moved.get(fullName.toLowerCase());
      return id === undefined ? undefined : findById(id);
    },
    count: () => repositories.size,
    get,
    async create(fullName) {
      const { owner, name } = free(fullName);
      lastId += 1;
      const repository = describeRepository(lastId, owner, name, root, runner);
      repositories.set(fullName.toLowerCase(), repository);
      if (moved.delete(fullName.toLowerCase())) await rm(repository.directory);
      await initialise(repository);
      return repository;
    },
    async rename(fullName, newName) {
      const before = get(fullName);
      const { owner, name } = free(newName);
      await before.inTurn(async () => {
        const after = { ...describeRepository(before.id, owner, name, root, runner), inTurn: before.inTurn };
        await mkdir(path.dirname(after.directory), { recursive: true });
        if (moved.delete(newName.toLowerCase())) await rm(after.directory);
        await rename(before.directory, after.directory);
        await symlink(after.directory, before.directory);
        repositories.delete(fullName.toLowerCase());
        repositories.set(newName.toLowerCase(), { ...after, createdAt: before.createdAt });
        moved.set(fullName.toLowerCase(), before.id);
      });
    },
  };
}

function describeRepository(
  id: number,
  owner: string,
  name: string,
  root: string,
  runner: GitRunner,
): Repository {
  const directory = path.join(root, owner, `${name}.git`);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    id,
    owner,
    name,
    fullName: `${owner}/${name}`,
    directory,
    defaultBranch: "main",
    createdAt: new Date().toISOString(),
    git: runner.in(directory),
    inTurn(work) {
      const result = turn.then(work);
      turn = result.catch(() => undefined);
      return result;
    },
  };
}

/** Serves any commit by its SHA, as GitHub does, and never tidies up behind a test's back. */
const settings = "[uploadpack]\n\tallowAnySHA1InWant = true\n[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n";

async function initialise({ directory, defaultBranch, git }: Repository): Promise<void> {
  await mkdir(directory, { recursive: true });
  await git(["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, "--template="]);
  await appendFile(path.join(directory, "config"), settings);
}
