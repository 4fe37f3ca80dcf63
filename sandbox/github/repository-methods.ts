import { sandboxPerson } from "./accounts.js";
import { SetupRefused } from "./errors.js";
import { findBranch } from "./git/refs.js";
import { removeBranch, writeBranch, writeCommit, writeTag } from "./git/write-commits.js";
import type { GitHubState } from "./rest/state.js";
import type { GitHubStandIn, NewCommit } from "./types.js";
import type { Deliverer } from "./webhooks/deliver.js";
import { pushPayload } from "./webhooks/push-payload.js";

type RepositoryMethods = Pick<
  GitHubStandIn,
  | "createRepository"
  | "renameRepository"
  | "commit"
  | "createBranch"
  | "createTag"
  | "deleteBranch"
  | "moveBranch"
  | "headOf"
  | "pushPayload"
  | "deliver"
  | "commitAndPush"
>;

/** What the people of the stand-in do with repositories. */
export function createRepositoryMethods(state: GitHubState, { deliver }: Deliverer): RepositoryMethods {
  const get = state.repositories.get;

  const commit = async (fullName: string, change: NewCommit): Promise<{ sha: string; before: string }> => {
    const repository = get(fullName);
    return await repository.inTurn(() => writeCommit(repository, change, state.accounts.authorOf(change)));
  };

  return {
    async createRepository(fullName, files) {
      const { defaultBranch } = await state.repositories.create(fullName);
      await commit(fullName, { branch: defaultBranch, message: "First commit", files });
    },
    renameRepository: (fullName, newName) => state.repositories.rename(fullName, newName),
    commit: async (fullName, change) => (await commit(fullName, change)).sha,
    async createBranch(fullName, branch, sha) {
      const repository = get(fullName);
      await repository.inTurn(() => writeBranch(repository, branch, sha, "create"));
    },
    async moveBranch(fullName, branch, sha) {
      const repository = get(fullName);
      await repository.inTurn(() => writeBranch(repository, branch, sha, "move"));
    },
    async deleteBranch(fullName, branch) {
      const repository = get(fullName);
      await repository.inTurn(() => removeBranch(repository, branch));
    },
    async createTag(fullName, tag, sha, message) {
      const repository = get(fullName);
      const annotation = message === undefined ? undefined : { message, tagger: sandboxPerson };
      await repository.inTurn(() => writeTag(repository, tag, sha, annotation));
    },
    async headOf(fullName, branch) {
      const ref = await findBranch(get(fullName), branch);
      if (!ref) throw new SetupRefused("unknown-branch", branch);
      return ref.sha;
    },
    pushPayload: async (fullName, push) => await pushPayload(state, get(fullName), push),
    deliver,
    async commitAndPush(url, fullName, change, delivery) {
      const { sha, before } = await commit(fullName, change);
      const payload = await pushPayload(state, get(fullName), { branch: change.branch, before, after: sha });
      return { sha, before, delivery: await deliver(url, "push", payload, delivery) };
    },
  };
}
