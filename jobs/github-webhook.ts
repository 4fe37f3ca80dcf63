import type { Logger } from "pino";
import { z } from "zod";
import { type FollowedTarget, Push, receivePush } from "../src/app/deploy-push.js";
import { WEBHOOK_QUEUE } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";
import { logSightings } from "./repositories.js";

const Delivery = z.object({ id: z.string(), push: Push });

/** Reads persisted pushes; the heads of followed branches become deployments. */
export const githubWebhook: JobDefinition = {
  queues: () => [WEBHOOK_QUEUE],
  // Their order does not matter: what is newer is decided by the branch, not by the arrival.
  concurrency: 1,
  oneAtATime: true,

  async process(job, parts) {
    const { id, push } = Delivery.parse(job.data);
    const { repository, branch, release } = push;
    const facts = { delivery: id, repository, branch, sha: release.sha };
    const { followed, seen, foreign } = await receivePush(parts, push, id);
    logSightings(parts.logger, seen);
    if (foreign) {
      const { repositoryId } = push;
      parts.logger.info({ ...facts, repositoryId }, "ignored a push of another repository");
    }
    logFollowed(parts.logger, facts, followed);
  },
};

/** Says what became of a push in each environment. What changes nothing is not worth a line of the usual log. */
export function logFollowed(logger: Logger, facts: object, followed: readonly FollowedTarget[]): void {
  for (const { target, outcome } of followed) {
    const where = { ...facts, project: target.project, environment: target.environment };
    switch (outcome.kind) {
      case "accepted":
        logger.info(
          { ...where, deployment: outcome.record.number, head: outcome.record.release.sha },
          "took a push",
        );
        break;
      case "refused":
        logger.info({ ...where, code: outcome.refusal.code }, "refused a push at a gate");
        break;
      case "known":
        logger.info(where, "ignored a push: the head of the branch was taken before");
        break;
      case "runs":
        logger.info(where, "the head of the branch runs already");
        break;
      case "kept":
        logger.warn(
          where,
          "the branch moved while Slipway was down, and something else than its last head runs: push again or /deploy",
        );
        break;
      case "waits":
        logger.info(where, "ignored a push: its commit is not the head of the branch");
        break;
    }
  }
}
