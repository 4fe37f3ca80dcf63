import { DelayedError } from "bullmq";
import { runDeployment } from "../src/app/run-deployment.js";
import { allTargets } from "../src/deployments/targets.js";
import { deployQueueName } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";
import { jobId } from "./job-data.js";

/** Runs deployments: one queue an environment, one deployment at a time, first come first served. */
export const deploy: JobDefinition = {
  queues: (config) => allTargets(config).map(deployQueueName),
  concurrency: 1,
  oneAtATime: true,

  async process(job, parts, token) {
    if ((await runDeployment(parts, jobId(job), token)) === "done") return;
    // This process ends. Given back, the job comes to the next one at once; otherwise its lock would have to expire.
    await job.moveToDelayed(parts.now(), token);
    throw new DelayedError();
  },
};
