import { DelayedError } from "bullmq";
import { z } from "zod";
import { checkBranch as check } from "../src/app/check-branch.js";
import { BRANCH_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";
import { logFollowed } from "./github-webhook.js";

const BranchCheck = z.object({
  id: z.string(),
  repository: z.string(),
  branch: z.string(),
  since: z.number(),
});

/** Reads branches again whose head GitHub had not confirmed. A GitHub that does not answer is asked again. */
export const checkBranch: JobDefinition = {
  queues: () => [BRANCH_QUEUE],
  concurrency: 2,

  async process(job, parts, token) {
    const wanted = BranchCheck.parse(job.data);
    const checked = await check(parts, wanted);
    const { id, repository, branch } = wanted;
    logFollowed(parts.logger, { check: id, repository, branch }, checked.followed);
    if (checked.kind === "done") return;
    await job.moveToDelayed(checked.at, token);
    throw new DelayedError();
  },
};
