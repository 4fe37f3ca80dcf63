import { z } from "zod";
import { reportLostMemory } from "../src/app/memory-lost.js";
import { NOTICES_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";

const LostMemory = z.object({ instance: z.string(), certain: z.boolean() });

/** Tells people what no message of its own shows. A fault is tried again. */
export const notice: JobDefinition = {
  queues: () => [NOTICES_QUEUE],
  concurrency: 5,
  process: (job, { memory }) => reportLostMemory(memory, LostMemory.parse(job.data)),
};
