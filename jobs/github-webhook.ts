import { z } from "zod";
import { deployPush, Push } from "../src/app/deploy-push.js";
import { WEBHOOK_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";

const Delivery = z.object({ id: z.string(), push: Push });

/** Reads persisted pushes; what an environment follows becomes deployments. */
export const githubWebhook: JobDefinition = {
  queues: () => [WEBHOOK_QUEUE],
  // In the order of arrival, so that the newer of two pushes replaces the older.
  concurrency: 1,
  oneAtATime: true,

  async process(job, parts) {
    const { id, push } = Delivery.parse(job.data);
    const { repository, branch, release } = push;
    const outcomes = await deployPush(parts, push);
    const facts = { delivery: id, repository, branch, sha: release.sha };
    for (const outcome of outcomes) {
      if (outcome.kind === "accepted") {
        parts.logger.info({ ...facts, deployment: outcome.record.number }, "took a push");
      } else {
        const { target, refusal } = outcome;
        const refused = { ...facts, environment: target.environment, code: refusal.code };
        parts.logger.info(refused, "ignored a push that a gate refused");
      }
    }
  },
};
