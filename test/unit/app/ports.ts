import type { Redis } from "ioredis";
import { pino } from "pino";
import type {
  BranchCheck,
  Branches,
  BranchHead,
  Members,
  RefResolver,
  Relation,
  ReleaseFacts,
  WorkQueue,
} from "../../../src/app/ports.js";
import type { ProjectSighting, RepositoryAnswer } from "../../../src/app/repositories.js";
import type { RunParts } from "../../../src/app/run-parts.js";
import { AuditLog } from "../../../src/audit/audit-log.js";
import type { AuditEntry, AuditTrail } from "../../../src/audit/audit-trail.js";
import type { Config } from "../../../src/config/schema.js";
import { BadReleases } from "../../../src/deployments/bad-releases.js";
import { DroppedStore } from "../../../src/deployments/dropped-store.js";
import { FollowedBranches } from "../../../src/deployments/followed-branches.js";
import type { CiState } from "../../../src/deployments/gates.js";
import { LockStore } from "../../../src/deployments/lock-store.js";
import { LogStore } from "../../../src/deployments/log-store.js";
import type { Target } from "../../../src/deployments/record.js";
import { type Release, Sha } from "../../../src/deployments/release.js";
import type { CheckoutReading } from "../../../src/deployments/running.js";
import { RunningStore } from "../../../src/deployments/running-store.js";
import { DeploymentStore } from "../../../src/deployments/store.js";
import type { PlanTools } from "../../../src/execution/execute-plan.js";
import type {
  CommandOutcome,
  DurableRun,
  OutputListener,
  RemoteCommand,
  RemoteRunner,
} from "../../../src/execution/remote-runner.js";
import { RepositoryStore } from "../../../src/repositories/repository-store.js";
import type { RedisFixture } from "../../integration/store/redis-fixture.js";
import { aRelease, sha } from "../deployments/samples.js";

/** Remembers what it was asked for, as a set: adding the same again changes nothing. */
export class MemoryQueues implements WorkQueue {
  readonly deployments = new Set<string>();
  readonly announcements = new Set<string>();
  readonly checks = new Map<string, BranchCheck>();
  /** The environments whose dropped pushes are to be looked at. */
  readonly dropped = new Set<string>();
  readonly expiries = new Map<string, number>();
  /** Every call in order. */
  readonly calls: string[] = [];

  async addDeployment(target: Target, id: string): Promise<void> {
    this.calls.push(`deploy ${id}`);
    this.deployments.add(`${target.project}/${target.environment} ${id}`);
  }

  async addAnnouncement(id: string, when: "now" | "soon"): Promise<void> {
    this.calls.push(`announce ${id} ${when}`);
    this.announcements.add(id);
  }

  async addStop(id: string): Promise<void> {
    this.calls.push(`stop ${id}`);
  }

  async releaseDeployment(_target: Target, id: string, claim: string): Promise<void> {
    this.calls.push(`release ${id} from ${claim}`);
  }

  async addDropped({ environment }: Target): Promise<void> {
    this.dropped.add(environment);
  }

  /** What people are to be told of the configured repositories. */
  readonly notices: ProjectSighting[] = [];

  async addRepositoryNotice(about: ProjectSighting): Promise<void> {
    this.notices.push(about);
  }

  async addBranchCheck(check: BranchCheck): Promise<void> {
    this.calls.push(`check ${check.branch}`);
    this.checks.set(check.id, check);
  }

  async addExpiry(id: string, at: number): Promise<void> {
    this.calls.push(`expire ${id}`);
    this.expiries.set(id, at);
  }
}

/** A fault that a test put into a port. */
export class PlannedFault extends Error {}

/** The same port, whose call with this number (counted from 0) throws: before it does its work, or after. */
export function failingAt<Port extends object>(port: Port, call: number, when: "before" | "after"): Port {
  let calls = 0;
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return async (...args: readonly unknown[]) => {
        const fails = calls++ === call;
        if (fails && when === "before") throw new PlannedFault(String(name));
        const answer: unknown = await Reflect.apply(member, target, args);
        if (fails) throw new PlannedFault(String(name));
        return answer;
      };
    },
  });
}

/** GitHub as a test wants it: every ref is `commit`, unless it has one of its own. */
export class MemoryGitHub implements RefResolver, ReleaseFacts, Branches {
  /** What every ref without one of its own is. */
  commit: Sha = sha;
  readonly refs = new Map<string, Sha | "deleted">();
  ci: CiState = "passed";
  behindBy = 0;
  silent = false;
  /** What GitHub says of a repository, by name. */
  readonly repositories = new Map<string, RepositoryAnswer>();
  /** Where branches are, by name. Slipway cannot see the repository of the others. */
  readonly branchHeads = new Map<string, BranchHead>();
  /** The parent of each commit. */
  readonly parents = new Map<Sha, Sha>();

  async head(_repository: string, branch: string): Promise<BranchHead> {
    if (this.silent) return { kind: "unavailable" };
    return this.branchHeads.get(branch) ?? { kind: "unseen" };
  }

  async relation(_repository: string, base: Sha, head: Sha): Promise<Relation> {
    if (this.silent) return "unknown";
    if (base === head) return "identical";
    if (this.#contains(head, base)) return "ahead";
    return this.#contains(base, head) ? "behind" : "diverged";
  }

  async release(_repository: string, ref: string, commit: Sha): Promise<Release> {
    if (this.silent) throw new Error("GitHub does not answer");
    return aRelease({ ref, sha: commit });
  }

  #contains(commit: Sha, ancestor: Sha): boolean {
    for (let at = this.parents.get(commit); at !== undefined; at = this.parents.get(at)) {
      if (at === ancestor) return true;
    }
    return false;
  }

  async resolve(repository: string, ref: string): ReturnType<RefResolver["resolve"]> {
    if (this.silent) return { kind: "refused", refusal: { code: "github-unavailable", repository } };
    const found = Sha.safeParse(ref).data ?? this.refs.get(ref) ?? this.commit;
    if (found === "deleted")
      return { kind: "refused", refusal: { code: "unknown-ref", ref, repository, similar: [] } };
    return { kind: "resolved", release: aRelease({ ref, sha: found }) };
  }

  async compare(
    _repository: string,
    { base }: Parameters<ReleaseFacts["compare"]>[1],
  ): ReturnType<ReleaseFacts["compare"]> {
    if (this.silent) throw new Error("GitHub does not answer");
    return { base, commits: [], totalCommits: 0, files: 0, migrations: 0, behindBy: this.behindBy };
  }

  async ciState(): Promise<CiState> {
    return this.silent ? "unknown" : this.ci;
  }
}

/** Discord's members; whoever is not named has the role that deploys. */
export class MemoryMembers implements Members {
  readonly roles = new Map<string, readonly string[] | undefined>();
  silent = false;

  async rolesOf(userId: string): Promise<readonly string[] | undefined> {
    if (this.silent) throw new Error("Discord does not answer");
    return this.roles.has(userId) ? this.roles.get(userId) : DEPLOYERS;
  }
}

const DEPLOYERS = ["223344556677889900"];

/** Keeps what is written down without a change, in order. */
export class MemoryAudit implements AuditTrail {
  readonly entries: AuditEntry[] = [];

  async append(entry: AuditEntry): Promise<void> {
    this.entries.push(entry);
  }
}

/** The audit log itself, as the use cases and the stores write it. */
export class ReadableAudit implements AuditTrail {
  readonly #log: AuditLog;

  constructor(redis: Redis) {
    this.#log = new AuditLog(redis);
  }

  append(entry: AuditEntry): Promise<void> {
    return this.#log.append(entry);
  }

  /** The oldest first, without what the log adds. */
  async entries(): Promise<readonly AuditEntry[]> {
    const { entries } = await this.#log.page({ count: 1_000, steps: true });
    return entries.map(({ sequence: _, at: __, id: ___, hash: ____, ...entry }) => entry).reverse();
  }

  /** `7 request`, in order; without a number for what became no deployment. */
  async lines(): Promise<readonly string[]> {
    return (await this.entries()).map(({ action, deployment }) => `${deployment ?? "-"} ${action}`);
  }
}

/** Answers each command, and each run that is only followed, with the outcome that the test has for it, success by default. */
export class ScriptedRunner implements RemoteRunner {
  readonly commands: RemoteCommand[] = [];
  readonly #answer: (
    command: RemoteCommand,
    print: (text: string) => void,
  ) => Promise<CommandOutcome | undefined>;

  constructor(
    answer: (command: RemoteCommand, print: (text: string) => void) => Promise<CommandOutcome | undefined>,
  ) {
    this.#answer = answer;
  }

  async run(_host: string, command: RemoteCommand, onOutput: OutputListener): Promise<CommandOutcome> {
    this.commands.push(command);
    await this.onCommand(command);
    return (await this.#answer(command, onOutput)) ?? { kind: "exited", code: 0 };
  }

  /** What else happens while a command runs. */
  onCommand: (command: RemoteCommand) => Promise<void> = async () => undefined;

  readonly followed: DurableRun[] = [];
  /** What becomes of each run that is only followed. */
  fate: Awaited<ReturnType<PlanTools["follow"]>> = { kind: "exited", code: 0 };

  readonly follow: PlanTools["follow"] = async (_host, run, onOutput) => {
    this.followed.push(run);
    onOutput("the end of it\n", 14);
    return this.fate;
  };
}

export interface World {
  readonly store: DeploymentStore;
  readonly locks: LockStore;
  readonly badReleases: BadReleases;
  readonly running: RunningStore;
  /** HEAD of the checkouts, by `environment/host`; a host without one does not answer. */
  readonly heads: Map<string, CheckoutReading>;
  readonly queues: MemoryQueues;
  readonly github: MemoryGitHub;
  readonly members: MemoryMembers;
  readonly audit: ReadableAudit;
  /** What the clock shows, in milliseconds since the epoch: it stands still unless a test moves it. */
  readonly clock: { now: number };
  readonly parts: RunParts;
}

/** A Tuesday morning. */
const START = Date.UTC(2026, 0, 6, 9);

/** The use cases' parts over a real Redis. */
export function worldOf(
  fixture: RedisFixture,
  config: Config,
  runner: ScriptedRunner = new ScriptedRunner(async () => undefined),
): World {
  const { redis } = fixture;
  const clock = { now: START };
  const stores = {
    ...{ store: new DeploymentStore(redis), locks: new LockStore(redis) },
    badReleases: new BadReleases(redis),
    followed: new FollowedBranches(redis),
    dropped: new DroppedStore(redis),
    running: new RunningStore(redis),
    repositories: new RepositoryStore(redis),
  };
  const heads = new Map<string, CheckoutReading>();
  const github = new MemoryGitHub();
  const ports = { queues: new MemoryQueues(), members: new MemoryMembers(), audit: new ReadableAudit(redis) };
  const redaction = () => ({ write: (text: string) => text, end: () => "", isEmpty: true });
  const tools = {
    ...{ runner, follow: runner.follow },
    redaction,
    secrets: new Map(),
    probeStep: async () => ({ kind: "healthy" as const, latencyMs: 1 }),
    closing: new AbortController().signal,
  };
  return {
    ...{ ...stores, ...ports, github, clock, heads },
    parts: {
      readCheckout: async ({ environment }, host) => heads.get(`${environment}/${host}`),
      ...{
        ...stores,
        ...ports,
        config,
        tools,
        refs: github,
        facts: github,
        branches: github,
        readRepository: async (name) => github.repositories.get(name) ?? { kind: "unseen" },
        now: () => clock.now,
      },
      logs: new LogStore(redis),
      logger: pino({ level: "silent" }),
      processes: { id: "this process", isAlive: async (id) => id === "this process" },
    },
  };
}
