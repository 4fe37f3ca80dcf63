import { expireApproval } from "../src/app/decide-approval.js";
import { EXPIRE_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";
import { jobId } from "./job-data.js";

/** Ends requests for approval whose time is over. */
export const expire: JobDefinition = {
  queues: () => [EXPIRE_QUEUE],
  concurrency: 5,
  process: (job, parts) => expireApproval(parts, jobId(job)),
};
