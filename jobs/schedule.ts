import { z } from "zod";
import { deployScheduled } from "../src/app/deploy-scheduled.js";
import { allTargets } from "../src/deployments/targets.js";
import { RETRIED, SCHEDULE_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";

/** About ten minutes: what comes much later than its time is not what was asked for. */
const ATTEMPTS = 15;

const ScheduledTarget = z.object({ project: z.string(), environment: z.string() });

/** Deploys environments at the times of their schedule. */
export const schedule: JobDefinition = {
  queues: () => [SCHEDULE_QUEUE],
  concurrency: 5,

  async process(job, parts) {
    await deployScheduled(parts, ScheduledTarget.parse(job.data), job.id ?? "");
  },

  /** Makes the schedulers those of the configuration. */
  async prepare({ config, queues }) {
    const queue = queues.get(SCHEDULE_QUEUE);
    const wanted = new Set<string>();
    for (const { project, environment, config: settings } of allTargets(config)) {
      if (settings.triggers.schedule === undefined) continue;
      const { cron, timeZone } = settings.triggers.schedule;
      const id = `${project}.${environment}`;
      wanted.add(id);
      await queue.upsertJobScheduler(
        id,
        { pattern: cron, tz: timeZone },
        { name: "deploy", data: { project, environment }, opts: { ...RETRIED, attempts: ATTEMPTS } },
      );
    }
    for (const scheduler of await queue.getJobSchedulers()) {
      if (!wanted.has(scheduler.key)) await queue.removeJobScheduler(scheduler.key);
    }
  },
};
