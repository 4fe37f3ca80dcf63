import { setTimeout as pause } from "node:timers/promises";
import { type Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { LockNotices } from "./app/locks.js";
import type { MemoryParts } from "./app/memory-lost.js";
import type { MonitorParts } from "./app/monitoring/monitor-parts.js";
import type { ProjectSighting } from "./app/repositories.js";
import type { RunParts } from "./app/run-parts.js";
import type { Config } from "./config/schema.js";
import type { Target } from "./deployments/record.js";
import type { Announced } from "./discord/kept-message.js";
import { cappedBackoff, type Queues } from "./queue.js";
import { kindOf, TroubleLog } from "./trouble-log.js";

/** What jobs work with. */
export interface JobParts extends RunParts, MonitorParts {
  readonly queues: Queues;
  readonly tools: RunParts["tools"] & MonitorParts["tools"];
  readonly memory: MemoryParts;
  /** What posts notices about locks, at once. */
  readonly lockNotices: LockNotices;
  announce(id: string): Promise<Announced>;
  /** Reminds of locks that end soon, and ends those whose time is over. */
  tendLocks(): Promise<void>;
  /** Asks for every message about dropped pushes to be looked at. */
  tendDropped(): Promise<void>;
  /** Brings an environment's message about dropped pushes up to date. */
  announceDropped(target: Target): Promise<Announced>;
  /** Tells people what was seen of a configured repository, unless they know. */
  reportRepository(about: ProjectSighting): Promise<void>;
  /** Takes into the audit log what waits for it. Never throws: a fault is logged. */
  sealAudit(): Promise<void>;
  /** Ends the step that a deployment is at. */
  stopStep(id: string): Promise<void>;
}

/** One kind of background work. */
export interface JobDefinition {
  /** The queues that it serves. */
  readonly queues: (config: Config) => readonly string[];
  /** How many jobs of one queue a process works on at a time. */
  readonly concurrency: number;
  /** True where a queue works on one job at a time, over all processes. */
  readonly oneAtATime?: true;
  /** May be called twice for the same job, even at the same time. */
  process(job: Job, parts: JobParts, token: string): Promise<void>;
  /** Called when the process starts to work, and again when Redis was emptied. */
  prepare?(parts: JobParts): Promise<void>;
}

/** Past this count BullMQ fails a job without asking its processor. Ours decide by the record. */
const MAX_STALLED = 1_000;

/** How long a worker waits after Redis refused to give it a job. Milliseconds. */
const REFUSED_PAUSE_MS = 1_000;

/** BullMQ asks again at once where Redis refuses (full, read-only): thousands of times a second. */
class PatientWorker extends Worker {
  protected override async moveToActive(token: string, name?: string) {
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      await pause(REFUSED_PAUSE_MS, undefined, { ref: false });
      throw error;
    }
  }
}

export interface Workers {
  /** Stops taking jobs and waits for those that run, but not longer than the limit. */
  close(limitMs: number): Promise<void>;
  /** Sets the queues up again, once Redis was emptied: schedules and limits are in there, too. */
  prepareAgain(): Promise<void>;
}

export async function startWorkers(
  definitions: readonly JobDefinition[],
  parts: JobParts,
  connection: Redis,
): Promise<Workers> {
  const workers: Worker[] = [];
  const trouble = new TroubleLog(parts.logger);
  for (const definition of definitions) {
    for (const queue of definition.queues(parts.config)) {
      workers.push(createWorker(queue, definition, { parts, trouble, connection }));
    }
  }
  const prepareAgain = () => prepare(definitions, parts);
  await prepareAgain();
  for (const worker of workers) void worker.run();
  return { close: (limitMs) => closeWorkers(workers, limitMs, parts.logger), prepareAgain };
}

async function prepare(definitions: readonly JobDefinition[], parts: JobParts): Promise<void> {
  for (const { queues, oneAtATime } of definitions) {
    if (!oneAtATime) continue;
    for (const queue of queues(parts.config)) await parts.queues.get(queue).setGlobalConcurrency(1);
  }
  for (const definition of definitions) await definition.prepare?.(parts);
}

interface WorkerNeeds {
  readonly parts: JobParts;
  readonly trouble: TroubleLog;
  readonly connection: Redis;
}

function createWorker(
  queue: string,
  definition: JobDefinition,
  { parts, trouble, connection }: WorkerNeeds,
): Worker {
  const worker = new PatientWorker(queue, (job, token) => definition.process(job, parts, token ?? ""), {
    connection,
    autorun: false,
    concurrency: definition.concurrency,
    // A job of a killed worker starts again once its lock has expired and somebody has looked.
    lockDuration: parts.config.worker.lock * 1000,
    stalledInterval: parts.config.worker.stalledCheck * 1000,
    maxStalledCount: MAX_STALLED,
    settings: { backoffStrategy: cappedBackoff },
  });
  // Of the kind of error, not of the queue: when Redis refuses, every queue says so.
  const kinds = new Set<string>();
  worker.on("error", (error) => {
    const kind = `worker ${kindOf(error)}`;
    kinds.add(kind);
    trouble.report(kind, { err: error, queue }, "a worker reported an error");
  });
  worker.on("failed", (job, error) => {
    const fields = { err: error, queue, job: job?.id, attempt: job?.attemptsMade };
    trouble.report(`job ${queue} ${kindOf(error)}`, fields, "a job failed");
  });
  worker.on("completed", () => {
    for (const kind of kinds) trouble.over(kind, "the workers work again");
    kinds.clear();
  });
  return worker;
}

async function closeWorkers(workers: readonly Worker[], limitMs: number, logger: Logger): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, limitMs, "late");
  });
  const closed = Promise.all(workers.map((worker) => worker.close())).then(() => "closed" as const);
  if ((await Promise.race([closed, limit])) === "late") {
    logger.warn("steps still run on the hosts; leaving them alone");
  }
  clearTimeout(timer);
}
