import { DelayedError } from "bullmq";
import { z } from "zod";
import { catchUpBranches } from "../src/app/catch-up-branches.js";
import { checkBranch as check } from "../src/app/check-branch.js";
import { BRANCH_QUEUE, RETRIED } from "../src/queue.js";
import type { JobDefinition, JobParts } from "../src/worker.js";
import { logFollowed } from "./github-webhook.js";

const CATCH_UP = "catch-up";

const BranchCheck = z.object({
  id: z.string(),
  repository: z.string(),
  branch: z.string(),
  since: z.number(),
  onlyFollowed: z.boolean().optional(),
});

/**
 * Reads branches again whose head GitHub had not confirmed, and all of them at the start. A GitHub that does not answer
 * is asked again.
 */
export const checkBranch: JobDefinition = {
  queues: () => [BRANCH_QUEUE],
  concurrency: 2,

  async process(job, parts, token) {
    if (job.name === CATCH_UP) return catchUp(parts);
    const wanted = BranchCheck.parse(job.data);
    const checked = await check(parts, wanted);
    const { id, repository, branch } = wanted;
    logFollowed(parts.logger, { check: id, repository, branch }, checked.followed);
    if (checked.kind === "done") return;
    await job.moveToDelayed(checked.at, token);
    throw new DelayedError();
  },

  async prepare({ queues }) {
    await queues.get(BRANCH_QUEUE).add(CATCH_UP, {}, { ...RETRIED, deduplication: { id: CATCH_UP } });
  },
};

async function catchUp(parts: JobParts): Promise<void> {
  const branches = await catchUpBranches(parts);
  for (const caughtUp of branches) {
    const { repository, branch } = caughtUp;
    if (caughtUp.kind !== "read") {
      const { error } = caughtUp;
      parts.logger.warn(
        { ...(error !== undefined && { err: error }), repository, branch },
        "could not read at the start whether a branch has moved",
      );
      continue;
    }
    const news = caughtUp.followed.filter(({ outcome }) => outcome.kind !== "known");
    logFollowed(parts.logger, { check: CATCH_UP, repository, branch }, news);
  }
  const failed = branches.find(({ kind }) => kind === "failed");
  if (failed?.kind === "failed") throw failed.error;
  if (branches.length > 0) parts.logger.info({ branches: branches.length }, "read the followed branches");
}
