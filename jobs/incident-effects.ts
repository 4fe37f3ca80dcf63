import { DelayedError } from "bullmq";
import { z } from "zod";
import { performEffects } from "../src/app/monitoring/perform-effects.js";
import { EFFECTS_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";

const Lane = z.object({ lane: z.string() });

/** Does what was decided about incidents: messages, calls, probes, rollbacks. A fault is tried again. */
export const incidentEffects: JobDefinition = {
  queues: () => [EFFECTS_QUEUE],
  concurrency: 20,

  async process(job, parts, token) {
    const told = await performEffects(parts, Lane.parse(job.data).lane);
    if (told.kind === "done") return;
    await job.moveToDelayed(told.at, token);
    throw new DelayedError();
  },
};
