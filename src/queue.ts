import { createHash } from "node:crypto";
import { type JobsOptions, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { nextLook } from "./app/check-branch.js";
import type { Push } from "./app/deploy-push.js";
import type { LockNotice } from "./app/lock-notice.js";
import type { LostMemory } from "./app/memory-lost.js";
import type { BranchCheck } from "./app/ports.js";
import type { ProjectSighting } from "./app/repositories.js";
import type { Target } from "./deployments/record.js";

/** Names of the queues that are not one per environment. */
export const ANNOUNCE_QUEUE = "announce";
export const WEBHOOK_QUEUE = "github-webhook";
export const SCHEDULE_QUEUE = "schedule";
export const EXPIRE_QUEUE = "expire";
export const LOCKS_QUEUE = "locks";
export const STOP_QUEUE = "stop";
export const RECONCILE_QUEUE = "reconcile";
export const PROBE_QUEUE = "probe";
export const MONITOR_QUEUE = "monitor";
export const EFFECTS_QUEUE = "incident-effects";
export const BRANCH_QUEUE = "branches";
export const NOTICES_QUEUE = "notices";
export const DROPPED_QUEUE = "dropped";
export const REPOSITORIES_QUEUE = "repositories";

export function deployQueueName(target: Target): string {
  return `deploy.${target.project}.${target.environment}`;
}

/** Deliveries are remembered this long, so that one that comes again is not taken twice. Seconds. */
const DELIVERY_MEMORY_SECONDS = 3 * 24 * 3600;

/** Every process that notices that Redis was emptied says so, within seconds; one job is remembered for them. Seconds. */
const EMPTIED_MEMORY_SECONDS = 24 * 3600;

/** Steps that follow each other this closely need no edit of their own. Milliseconds. */
const GATHER_MS = 300;

/** The value of a job's lock is the token of the worker that has it. */
const UNLOCK = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/** For work that is tried again until it is done. */
export const RETRIED: JobsOptions = {
  attempts: 100,
  backoff: { type: "capped" },
  removeOnComplete: true,
  removeOnFail: 1000,
  // BullMQ keeps the trace of every attempt unless told.
  stackTraceLimit: 1,
};

/**
 * For what people are told in Discord, which may be away for long: at one attempt a minute about a week. What Discord
 * refuses for good, such as a channel that was deleted, ends then.
 */
export const TOLD: JobsOptions = { ...RETRIED, attempts: 10_000 };

/** A probe that comes much later than its time is another one; the tick asks again for what was lost. */
export const PROBED: JobsOptions = { ...RETRIED, attempts: 5, removeOnFail: true };

/** For jobs that a scheduler adds every few seconds: without it, each would stay in Redis for ever. */
export const TICKING: JobsOptions = { removeOnComplete: true, removeOnFail: 100 };

/**
 * The queues, as those see them who add work. BullMQ only wakes work up: each job carries an id, the truth is
 * in the records. Every add has an id of its own, because ioredis sends unanswered commands again.
 */
export class Queues {
  readonly #redis: Redis;
  readonly #queues = new Map<string, Queue>();
  readonly #onError: (error: Error) => void;

  constructor(redis: Redis, onError: (error: Error) => void) {
    this.#redis = redis;
    this.#onError = onError;
  }

  get(name: string): Queue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = new Queue(name, { connection: this.#redis });
      queue.on("error", this.#onError);
      this.#queues.set(name, queue);
    }
    return queue;
  }

  async addDeployment(target: Target, id: string): Promise<void> {
    await this.get(deployQueueName(target)).add(
      "deploy",
      { id },
      { ...RETRIED, jobId: id, removeOnFail: true },
    );
  }

  async releaseDeployment(target: Target, id: string, claim: string): Promise<void> {
    const queue = this.get(deployQueueName(target));
    // BullMQ's own check for stalled jobs, every few seconds, finds it without a lock and gives it to somebody else.
    await this.#redis.eval(UNLOCK, 1, queue.toKey(`${id}:lock`), claim);
  }

  async addStop(id: string): Promise<void> {
    await this.get(STOP_QUEUE).add("stop", { id }, { ...RETRIED, jobId: `stop-${id}`, removeOnFail: true });
  }

  /** @param at milliseconds since the epoch */
  async addExpiry(id: string, at: number): Promise<void> {
    const delay = Math.max(0, at - Date.now());
    await this.get(EXPIRE_QUEUE).add("expire", { id }, { ...RETRIED, jobId: `expire-${id}`, delay });
  }

  async addBranchCheck(check: BranchCheck): Promise<void> {
    const delay = Math.max(0, nextLook(check, check.since) - Date.now());
    const jobId = `branch-${check.id}`;
    await this.get(BRANCH_QUEUE).add("check", check, { ...TOLD, jobId, delay, removeOnFail: true });
  }

  /**
   * Asks for the deployment's message to be brought up to date. A change that comes while the message is being
   * written is announced right after. `soon` gathers quick changes into one edit; `now` goes before what waits.
   */
  async addAnnouncement(id: string, when: "now" | "soon"): Promise<void> {
    await this.get(ANNOUNCE_QUEUE).add(
      "announce",
      { id },
      {
        ...TOLD,
        ...(when === "soon" && { delay: GATHER_MS }),
        deduplication: { id, keepLastIfActive: true, replace: when === "now" },
      },
    );
  }

  /** What is dropped while the environment is looked at is looked at right after. */
  async addDropped({ project, environment }: Target): Promise<void> {
    const deduplication = { id: `${project}/${environment}`, keepLastIfActive: true };
    await this.get(DROPPED_QUEUE).add("dropped", { project, environment }, { ...TOLD, deduplication });
  }

  /** @param at milliseconds since the epoch */
  async addProbe({ project, environment }: Target, at: number): Promise<void> {
    await this.get(PROBE_QUEUE).add(
      "probe",
      { project, environment, at },
      {
        ...PROBED,
        jobId: `probe-${project}.${environment}-${at}`,
        delay: Math.max(0, at - Date.now()),
      },
    );
  }

  /** What is decided while a lane's effects are being performed is performed right after. */
  async addEffects(lane: string): Promise<void> {
    await this.get(EFFECTS_QUEUE).add(
      "effects",
      { lane },
      { ...RETRIED, deduplication: { id: lane, keepLastIfActive: true } },
    );
  }

  /** Asks for a channel to be told. */
  async addLockNotice(notice: LockNotice): Promise<void> {
    const digest = createHash("sha256").update(JSON.stringify(notice)).digest("hex");
    await this.get(NOTICES_QUEUE).add("lock", notice, {
      ...TOLD,
      jobId: `lock-${digest}`,
      removeOnFail: true,
    });
  }

  /** Asks for people to be told that this Redis was emptied, once, whoever asks. */
  async addMemoryLost(lost: LostMemory): Promise<void> {
    const jobId = `memory-lost-${lost.instance}`;
    const removeOnComplete = { age: EMPTIED_MEMORY_SECONDS };
    await this.get(NOTICES_QUEUE).add("memory-lost", lost, { ...TOLD, jobId, removeOnComplete });
  }

  /** Asks for people to be told of a repository, once. */
  async addRepositoryNotice(about: ProjectSighting): Promise<void> {
    const digest = createHash("sha256").update(JSON.stringify(about)).digest("hex");
    await this.get(NOTICES_QUEUE).add("repository", about, {
      ...TOLD,
      jobId: `repository-${digest}`,
      removeOnFail: true,
    });
  }

  /** Persists what a delivery said. One that was taken before is not taken again. */
  async addPush(delivery: { id: string; push: Push }): Promise<void> {
    await this.get(WEBHOOK_QUEUE).add("push", delivery, {
      ...RETRIED,
      jobId: `delivery-${delivery.id}`,
      removeOnComplete: { age: DELIVERY_MEMORY_SECONDS, count: 20_000 },
      removeOnFail: { age: DELIVERY_MEMORY_SECONDS, count: 1_000 },
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }
}

/** 1 s, 2 s, 4 s … at most a minute, with a tenth of jitter. In milliseconds. */
export function cappedBackoff(attemptsMade: number): number {
  const delay = Math.min(1000 * 2 ** Math.max(0, attemptsMade - 1), 60_000);
  return Math.round(delay * (0.95 + Math.random() * 0.1));
}
