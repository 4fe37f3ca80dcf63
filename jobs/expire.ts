import { DelayedError } from "bullmq";
import { expireApproval } from "../src/app/decide-approval.js";
import { EXPIRE_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";
import { jobId } from "./job-data.js";

const AGAIN_AFTER_MS = 1_000;

/** Ends requests for approval whose time is over. */
export const expire: JobDefinition = {
  queues: () => [EXPIRE_QUEUE],
  concurrency: 5,

  async process(job, parts, token) {
    if ((await expireApproval(parts, jobId(job))) === "done") return;
    await job.moveToDelayed(parts.now() + AGAIN_AFTER_MS, token);
    throw new DelayedError();
  },
};
