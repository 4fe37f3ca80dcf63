import { z } from "zod";
import { deployPush } from "../src/app/deploy-push.js";
import { readPush } from "../src/github/push-event.js";
import { WEBHOOK_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";

const Delivery = z.object({ id: z.string(), event: z.literal("push"), payload: z.unknown() });

/** Reads persisted GitHub deliveries; a push to a configured branch becomes deployments. */
export const githubWebhook: JobDefinition = {
  queues: () => [WEBHOOK_QUEUE],
  // In the order of arrival, so that the newer of two pushes replaces the older.
  concurrency: 1,
  oneAtATime: true,

  async process(job, parts) {
    const { id, payload } = Delivery.parse(job.data);
    const event = readPush(payload);
    if (event.kind === "ignored") {
      parts.logger.info({ delivery: id, reason: event.reason }, "ignored a delivery");
      return;
    }
    const outcomes = await deployPush(parts, event.push);
    const { repository, branch, release } = event.push;
    const facts = { delivery: id, repository, branch, sha: release.sha };
    if (outcomes.length === 0) parts.logger.info(facts, "ignored a push that no environment follows");
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
