import type { LockNotices } from "../../src/app/locks.js";
import type { Members, RefResolver, ReleaseFacts, WorkQueue } from "../../src/app/ports.js";
import { Sha } from "../../src/deployments/release.js";
import { touch } from "./simulated-process.js";
import { branchKey, headOf, type World } from "./world.js";

/** Jobs by deployment, oldest first. Adding one again changes nothing. */
export class ModelQueue implements WorkQueue {
  readonly jobs = new Set<string>();

  async addDeployment(_target: unknown, id: string): Promise<void> {
    await touch(async () => this.jobs.add(id));
  }

  async releaseDeployment(): Promise<void> {
    await touch(async () => undefined);
  }

  async addStop(): Promise<void> {
    await touch(async () => undefined);
  }

  async addAnnouncement(): Promise<void> {
    await touch(async () => undefined);
  }

  async addExpiry(): Promise<void> {
    await touch(async () => undefined);
  }
}

/** GitHub and Discord as the model's world has them at the moment of the call. */
export function portsOf(world: World): {
  readonly refs: RefResolver;
  readonly facts: ReleaseFacts;
  readonly members: Members;
} {
  return {
    refs: { resolve: (repository, ref) => touch(async () => resolve(world, repository, ref)) },
    facts: {
      compare: (repository, commits) => touch(async () => compare(world, repository, commits)),
      ciState: (_repository, sha) =>
        touch(async () => (world.faults.github ? "unknown" : (world.ci.get(sha) ?? "passed"))),
    },
    members: {
      rolesOf: (userId) =>
        touch(async () => {
          if (world.faults.members) throw new Error("Discord does not answer");
          return world.roles.get(userId);
        }),
    },
  };
}

async function resolve(world: World, repository: string, ref: string): ReturnType<RefResolver["resolve"]> {
  if (world.faults.github) {
    return { kind: "refused", refusal: { code: "github-unavailable", repository } };
  }
  const project = repository.replace("acme/", "");
  const sha = Sha.safeParse(ref).data ?? headOf(world, project, ref);
  if (sha === undefined)
    return { kind: "refused", refusal: { code: "unknown-ref", ref, repository, similar: [] } };
  return { kind: "resolved", release: { sha, ref, subject: "Sell more", author: "Ada" } };
}

async function compare(
  world: World,
  repository: string,
  { base, head, branch }: Parameters<ReleaseFacts["compare"]>[1],
): ReturnType<ReleaseFacts["compare"]> {
  if (world.faults.github) throw new Error("GitHub does not answer");
  const commits = world.branches.get(branchKey(repository.replace("acme/", ""), branch)) ?? [];
  const behindBy = commits.length - 1 - commits.indexOf(head);
  return { base, commits: [], totalCommits: 0, files: 0, migrations: 0, behindBy };
}

const silent = async () => undefined;

export const silentNotices: LockNotices = {
  locked: silent,
  unlocked: silent,
  reminder: silent,
  expired: silent,
  frozen: silent,
  unfrozen: silent,
};
