import { DelayedError } from "bullmq";
import { z } from "zod";
import { DROPPED_QUEUE, TICKING } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";

/** Locks end and deployments succeed without a word to this job; a look costs Redis next to nothing. */
const EVERY_MS = 5_000;
const TEND = "tend";

const Environment = z.object({ project: z.string(), environment: z.string() });

/** Keeps the messages about pushes that were not deployed up to date. A fault is tried again. */
export const dropped: JobDefinition = {
  queues: () => [DROPPED_QUEUE],
  concurrency: 5,

  async process(job, parts, token) {
    if (job.name === TEND) return parts.tendDropped();
    const announced = await parts.announceDropped(Environment.parse(job.data));
    if (announced.kind === "done") return;
    await job.moveToDelayed(announced.at, token);
    throw new DelayedError();
  },

  async prepare({ queues }) {
    await queues
      .get(DROPPED_QUEUE)
      .upsertJobScheduler(TEND, { every: EVERY_MS }, { name: TEND, opts: TICKING });
  },
};
