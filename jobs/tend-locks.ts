import { LOCKS_QUEUE, TICKING } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";

/** Often enough for a lock of a minute; a look costs Redis next to nothing. */
const EVERY_MS = 5_000;

/** Looks after locks: reminders before their end, and the end itself. */
export const tendLocks: JobDefinition = {
  queues: () => [LOCKS_QUEUE],
  concurrency: 1,
  process: (_job, parts) => parts.tendLocks(),

  async prepare({ queues }) {
    await queues
      .get(LOCKS_QUEUE)
      .upsertJobScheduler("tend", { every: EVERY_MS }, { name: "tend", opts: TICKING });
  },
};
