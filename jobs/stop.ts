import { STOP_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";
import { jobId } from "./job-data.js";

/** Ends the step that a deployment is at, wherever that is followed. */
export const stop: JobDefinition = {
  queues: () => [STOP_QUEUE],
  concurrency: 5,
  process: (job, parts) => parts.stopStep(jobId(job)),
};
