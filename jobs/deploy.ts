import { wakeUp } from "../src/app/admit-deployment.js";
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

  /** Wakes up what a crash between the record and the queue, or an empty Redis queue, left asleep. */
  async prepare({ config, store, queues }) {
    for (const target of allTargets(config)) {
      for (const record of await store.open(target)) {
        if (record.state === "running") await queues.addDeployment(record, record.id);
        else await wakeUp({ queues }, record);
        await queues.addAnnouncement(record.id, "now");
      }
    }
  },
};
