import { DelayedError } from "bullmq";
import { ANNOUNCE_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";
import { jobId } from "./job-data.js";

/** Brings the Discord message of a deployment up to date. A fault is tried again; the deployment never waits. */
export const announce: JobDefinition = {
  queues: () => [ANNOUNCE_QUEUE],
  concurrency: 20,

  async process(job, parts, token) {
    const announced = await parts.announce(jobId(job));
    if (announced.kind === "done") return;
    await job.moveToDelayed(announced.at, token);
    throw new DelayedError();
  },
};
