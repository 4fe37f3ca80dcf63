import { z } from "zod";
import { watchEnvironment } from "../src/app/monitoring/watch-environment.js";
import { PROBE_QUEUE, PROBED } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";

/** `at`: outside of the schedule, and only while it is still wanted. */
const Probe = z.object({ project: z.string(), environment: z.string(), at: z.number().optional() });

/** Probes the environments that are watched: at the times of their schedules, and more often while they are down. */
export const probe: JobDefinition = {
  queues: () => [PROBE_QUEUE],
  // Each probe ends within its time-out, and waits for its own host alone: hosts that hang keep no healthy one from
  // being probed.
  concurrency: 1_000,

  async process(job, parts) {
    const { at, ...target } = Probe.parse(job.data);
    await watchEnvironment(parts, target, at);
  },

  /** Makes the schedulers those of the configuration. */
  async prepare({ watch, queues }) {
    const queue = queues.get(PROBE_QUEUE);
    const wanted = new Set<string>();
    for (const { project, environment, monitor } of watch.values()) {
      const id = `${project}.${environment}`;
      wanted.add(id);
      await queue.upsertJobScheduler(
        id,
        { pattern: monitor.schedule, tz: monitor.timeZone },
        { name: "probe", data: { project, environment }, opts: PROBED },
      );
    }
    for (const { key } of await queue.getJobSchedulers()) {
      if (!wanted.has(key)) await queue.removeJobScheduler(key);
    }
  },
};
