import type { LockNotices } from "../../src/app/locks.js";
import type {
  Branches,
  BranchHead,
  Members,
  RefResolver,
  Relation,
  ReleaseFacts,
  WorkQueue,
} from "../../src/app/ports.js";
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

  async addBranchCheck(): Promise<void> {
    await touch(async () => undefined);
  }

  async addRepositoryNotice(): Promise<void> {
    await touch(async () => undefined);
  }

  async addDropped(): Promise<void> {
    await touch(async () => undefined);
  }
}

/** GitHub and Discord as the model's world has them at the moment of the call. */
export function portsOf(world: World): {
  readonly refs: RefResolver;
  readonly facts: ReleaseFacts;
  readonly members: Members;
  readonly branches: Branches;
} {
  return {
    refs: { resolve: (repository, ref) => touch(async () => resolve(world, repository, ref)) },
    facts: {
      compare: (repository, commits) => touch(async () => compare(world, repository, commits)),
      ciState: (_repository, sha) =>
        touch(async () => (world.faults.github ? "unknown" : (world.ci.get(sha) ?? "passed"))),
    },
    branches: {
      head: (repository, branch) => touch(async () => branchHead(world, repository, branch)),
      relation: (repository, base, head) => touch(async () => relate(world, repository, base, head)),
      release: async (_repository, branch, sha) =>
        touch(async () => ({ sha, ref: branch, subject: "Sell more", author: "Ada" })),
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

function branchHead(world: World, repository: string, branch: string): BranchHead {
  if (world.faults.github) return { kind: "unavailable" };
  const sha = headOf(world, repository.replace("acme/", ""), branch);
  return sha === undefined ? { kind: "missing" } : { kind: "head", sha };
}

/** Branches of the model only grow. */
function relate(world: World, repository: string, base: Sha, head: Sha): Relation {
  if (world.faults.github) return "unknown";
  for (const [key, commits] of world.branches) {
    const [from, to] = [commits.indexOf(base), commits.indexOf(head)];
    if (key.startsWith(`${repository}#`) && from >= 0 && to >= 0) return from < to ? "ahead" : "behind";
  }
  return "diverged";
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
