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
    await parts.queues
      .get(MONITOR_QUEUE)
      .upsertJobScheduler("tick", { every: EVERY_MS }, { name: "tick", opts: TICKING });
    // The clock does it again: what cannot be read must not keep the process from starting.
    await tickMonitoring(parts, true).catch((error: unknown) =>
      parts.logger.error(
        { err: error },
        "could not bring the monitoring up to date at the start; trying again",
      ),
    );
  },
};
