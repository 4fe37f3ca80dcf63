import { type Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { LockNotices } from "./app/locks.js";
import type { MemoryParts } from "./app/memory-lost.js";
import type { MonitorParts } from "./app/monitoring/monitor-parts.js";
import type { RunParts } from "./app/run-parts.js";
import type { Config } from "./config/schema.js";
import type { Announced } from "./discord/kept-message.js";
import { cappedBackoff, type Queues } from "./queue.js";

/** What jobs work with. */
export interface JobParts extends RunParts, MonitorParts {
  readonly queues: Queues;
  readonly tools: RunParts["tools"];
  readonly memory: MemoryParts;
  /** What posts notices about locks, at once. */
  readonly lockNotices: LockNotices;
  announce(id: string): Promise<Announced>;
  /** Reminds of locks that end soon, and ends those whose time is over. */
  tendLocks(): Promise<void>;
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
  for (const definition of definitions) {
    for (const queue of definition.queues(parts.config)) {
      workers.push(createWorker(queue, definition, parts, connection));
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

function createWorker(queue: string, definition: JobDefinition, parts: JobParts, connection: Redis): Worker {
  const worker = new Worker(queue, (job, token) => definition.process(job, parts, token ?? ""), {
    connection,
    autorun: false,
    concurrency: definition.concurrency,
    // A job of a killed worker starts again once its lock has expired and somebody has looked.
    lockDuration: parts.config.worker.lock * 1000,
    stalledInterval: parts.config.worker.stalledCheck * 1000,
    maxStalledCount: MAX_STALLED,
    settings: { backoffStrategy: cappedBackoff },
  });
  worker.on("error", (error) => parts.logger.warn({ err: error, queue }, "a worker reported an error"));
  worker.on("failed", (job, error) => logFailure(parts.logger, queue, job, error));
  return worker;
}

function logFailure(logger: Logger, queue: string, job: Job | undefined, error: Error): void {
  logger.warn({ err: error, queue, job: job?.id, attempt: job?.attemptsMade }, "a job failed");
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
