import { resumeDeployments } from "../src/app/resume-deployments.js";
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
  process: (job, parts, token) => runDeployment(parts, jobId(job), token),

  prepare: resumeDeployments,
};
