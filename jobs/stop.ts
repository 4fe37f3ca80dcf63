import { STOP_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";
import { jobId } from "./job-data.js";

/** Ends the step that a deployment is at, wherever that is followed. */
export const stop: JobDefinition = {
  queues: () => [STOP_QUEUE],
  // Each ends in time (see `DurableRunner.cancel`), and waits for its own host alone: a host that hangs keeps no other
  // one from being stopped.
  concurrency: 1_000,
  process: (job, parts) => parts.stopStep(jobId(job)),
};
