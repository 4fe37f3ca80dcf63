import { z } from "zod";
import { LockNotice, tellLockNotice } from "../src/app/lock-notice.js";
import { reportLostMemory } from "../src/app/memory-lost.js";
import { NOTICES_QUEUE } from "../src/queue.js";
import { Sighting } from "../src/repositories/known-repository.js";
import type { JobDefinition } from "../src/worker.js";

const About = Sighting.extend({ project: z.string(), repository: z.string() });
const LostMemory = z.object({ instance: z.string(), certain: z.boolean() });

/** Tells people what no message of its own shows. A fault is tried again. */
export const notice: JobDefinition = {
  queues: () => [NOTICES_QUEUE],
  // One after the other, as it happened.
  concurrency: 1,

  async process({ name, data }, { memory, lockNotices, reportRepository, now }) {
    if (name === "lock") await tellLockNotice(lockNotices, LockNotice.parse(data), now());
    else if (name === "repository") await reportRepository(About.parse(data));
    else await reportLostMemory(memory, LostMemory.parse(data));
  },
};
