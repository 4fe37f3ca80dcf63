import { tickMonitoring } from "../src/app/monitoring/tick-monitoring.js";
import { MONITOR_QUEUE, TICKING } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";

/** Soon enough for a call after a minute; a look at the board costs Redis next to nothing. */
const EVERY_MS = 15_000;

/** The clock of the monitoring: who is to be called by now, and what a crash has lost. */
export const monitor: JobDefinition = {
  queues: () => [MONITOR_QUEUE],
  concurrency: 1,
  process: (_job, parts) => tickMonitoring(parts),

  async prepare(parts) {
    await tickMonitoring(parts, true);
    await parts.queues
      .get(MONITOR_QUEUE)
      .upsertJobScheduler("tick", { every: EVERY_MS }, { name: "tick", opts: TICKING });
  },
};
