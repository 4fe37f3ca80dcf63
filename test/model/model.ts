import type { Redis } from "ioredis";
import { pino } from "pino";
import type { Person } from "../../src/app/request-deployment.js";
import type { RunParts } from "../../src/app/run-parts.js";
import { AuditLog } from "../../src/audit/audit-log.js";
import { BadReleases } from "../../src/deployments/bad-releases.js";
import { DroppedStore } from "../../src/deployments/dropped-store.js";
import { FollowedBranches } from "../../src/deployments/followed-branches.js";
import { LockStore } from "../../src/deployments/lock-store.js";
import type { LockScope } from "../../src/deployments/locks.js";
import { LogStore } from "../../src/deployments/log-store.js";
import { type DeploymentRecord, isFinal } from "../../src/deployments/record.js";
import { Sha } from "../../src/deployments/release.js";
import type { CheckoutReading } from "../../src/deployments/running.js";
import { RunningStore, readAllRunning } from "../../src/deployments/running-store.js";
import { DeploymentStore } from "../../src/deployments/store.js";
import { RepositoryStore } from "../../src/repositories/repository-store.js";
import type { Pick, Who } from "./actions.js";
import { judgeRunning } from "./judge-running.js";
import { ModelQueue, portsOf } from "./model-ports.js";
import { type Known, Oracle, placeOf } from "./oracle.js";
import { HostMemory, type HostTruth, type Run, recordingTools } from "./recording-host.js";
import { directoryOf, environmentOf } from "./settings.js";
import { type SimulatedProcess, touch, touched } from "./simulated-process.js";
import { WordsJudge } from "./words-judge.js";
import { newWorld, PEOPLE, rolesOf, tick, type World } from "./world.js";

const logger = pino({ level: "silent" });
const NO_RUN: Run = {
  deployment: "",
  fault: undefined,
  started: async () => undefined,
  during: async () => undefined,
};

/** What surrounds an action. */
export interface Moment {
  /** The world when the action, or all those of the same moment, began. */
  readonly before: World;
  readonly jitter: number;
  /** Others act at the same moment. */
  readonly crowd: boolean;
}

/** The world, the real use cases' parts over a real Redis, and the oracle that watches. */
export class Model {
  readonly world = newWorld();
  readonly hosts = new HostMemory();
  readonly oracle = new Oracle((host, place) => this.hosts.truth(host, directoryOf(place)));
  readonly queue = new ModelQueue();
  readonly store: DeploymentStore;
  readonly locks: LockStore;
  /** How often what happened: shows that sequences get somewhere. */
  readonly counts = new Map<string, number>();
  /** People who were told that their approval counts, by deployment. */
  readonly counted = new Map<string, number>();
  /** What each worker runs that has begun with a step. */
  readonly underWay = new Map<SimulatedProcess, Known>();
  /** Steps that began although another delivery had ended their deployment, by deployment. */
  readonly lateSteps = new Map<string, number>();
  /** Judges what people read. */
  readonly words: WordsJudge;
  requests = 0;
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.store = new DeploymentStore(redis);
    this.locks = new LockStore(redis);
    this.words = new WordsJudge(this, redis);
  }

  /** The parts of one process. Each process has its own end of the audit trail. */
  parts(run: Run = NO_RUN): RunParts {
    const redis = touched(this.#redis);
    return {
      ...{ config: this.world.config, queues: this.queue, logger, ...portsOf(this.world) },
      store: new DeploymentStore(redis),
      locks: new LockStore(redis),
      badReleases: new BadReleases(redis),
      followed: new FollowedBranches(redis),
      dropped: new DroppedStore(redis),
      running: new RunningStore(redis),
      repositories: new RepositoryStore(redis),
      readRepository: async () => ({ kind: "unseen" }),
      readCheckout: (target, host) =>
        touch(async () => readingOf(this.hosts.truth(host, directoryOf(target)))),
      audit: new AuditLog(redis, () => this.world.clock),
      logs: new LogStore(redis),
      now: () => tick(this.world),
      tools: recordingTools(run, this.hosts),
      processes: { id: "model", isAlive: async () => true },
    };
  }

  /** The trail itself. */
  audit(): AuditLog {
    return new AuditLog(this.#redis);
  }

  person(id: string): Person {
    return { id, name: id, roles: rolesOf(this.world, id) };
  }

  /** @param allowed roles of which the person has one, where they shall be able to */
  who({ able, index }: Who, allowed: readonly string[], not?: string): Person {
    const may = PEOPLE.filter(
      (id) => id !== not && allowed.some((role) => rolesOf(this.world, id).includes(role)),
    );
    const choice = able && may.length > 0 ? may : PEOPLE;
    return this.person(choice[index % choice.length] ?? "");
  }

  /** The deployment that is so many before the newest; mostly among those that have not ended. */
  picked({ among, back }: Pick): Known | undefined {
    const all = [...this.oracle.known.values()];
    const open = all.filter(({ id }) => !this.oracle.finals.has(id));
    const choice = among === "open" && open.length > 0 ? open : all;
    return choice.at(-1 - (back % Math.max(1, choice.length)));
  }

  /** A use case admitted a deployment: notes it, and lets the oracle judge that. */
  admitted(
    record: DeploymentRecord,
    wish: {
      readonly sha: string | undefined;
      readonly branch: string | undefined;
      readonly requester: string | undefined;
    },
    { before, crowd }: Moment,
  ): Known | undefined {
    const { id, number, kind, project, environment, release, breakGlass } = record;
    if (this.oracle.known.has(id)) return;
    if (wish.sha !== undefined && wish.sha !== release.sha && !crowd) {
      this.oracle.violate("what was asked for is what is recorded", { record, wish });
    }
    const known = {
      ...{
        id,
        number,
        kind,
        project,
        environment,
        sha: release.sha,
        killed: false,
        startedIn: undefined,
        deliveredTo: "",
      },
      ...{ branch: wish.branch, requester: wish.requester, breakGlass: breakGlass !== undefined },
      ...{ config: environmentOf(this.world.config, project, environment), askedAt: this.world.clock },
      eventsBefore: this.words.events,
    };
    this.count(`${environment} asked`);
    this.count(`${environment} ${breakGlass === undefined ? kind : "break-glass"}`);
    this.oracle.admitted(known, before, this.world.clock, !crowd);
    return known;
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Notes what has ended since. @throws InvariantError for whatever went wrong */
  async settle(): Promise<void> {
    const running = new Map<string, string>();
    const ended: Known[] = [];
    for (const known of this.oracle.known.values()) {
      if (this.oracle.finals.has(known.id)) continue;
      const record = await this.store.find(known.id);
      if (record === undefined) this.oracle.violate("no record is lost", { known });
      else this.#look(known, record, running);
      if (this.oracle.finals.has(known.id)) ended.push(known);
    }
    await this.#learnLocks();
    await this.judgeRunning(false);
    await this.words.judgeAct(ended);
    this.oracle.check();
  }

  async judgeRunning(atRest: boolean): Promise<void> {
    judgeRunning(this.oracle, this.hosts, await readAllRunning(this.#redis), atRest);
  }

  #look(known: Known, record: DeploymentRecord, running: Map<string, string>): void {
    if (isFinal(record)) {
      this.oracle.finals.set(known.id, record.state);
      this.count(`${known.environment} ${record.state}`);
    }
    if (record.state !== "running") return;
    const place = placeOf(known);
    const other = running.get(place);
    if (other !== undefined) this.oracle.violate(ONE_AT_A_TIME, { place, other, known });
    running.set(place, known.id);
  }

  /** Only a rollback takes a lock that nobody asked for. */
  async #learnLocks(): Promise<void> {
    for (const lock of await this.locks.all(this.world.clock)) {
      if (!lock.reason.startsWith("rollback #")) continue;
      this.world.locks.set(scopeKey(lock), { owner: lock.owner.userId, until: lock.expiresAt });
    }
  }
}

function readingOf({ files }: HostTruth): CheckoutReading {
  const sha = Sha.safeParse(files).data;
  return sha === undefined ? { kind: "none" } : { kind: "checkout", release: { sha } };
}

export const ONE_AT_A_TIME = "one deployment at a time runs in an environment";

export function scopeKey({ project, environment }: LockScope): string {
  return `${project}/${environment ?? "*"}`;
}
