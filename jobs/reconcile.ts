import { reconcileDeployments } from "../src/app/reconcile-deployments.js";
import { RECONCILE_QUEUE, TICKING } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";

/** Soon enough for a deployment whose worker died; looking at what is open costs Redis next to nothing. */
const EVERY_MS = 3_000;

/** Takes up whatever a crash or a Redis that lost its jobs left asleep: once at the start, and again and again. */
export const reconcile: JobDefinition = {
  queues: () => [RECONCILE_QUEUE],
  concurrency: 1,

  async process(_job, parts) {
    await parts.sealAudit();
    await reconcileDeployments(parts, "lately-ended");
  },

  async prepare(parts) {
    await parts.queues
      .get(RECONCILE_QUEUE)
      .upsertJobScheduler("reconcile", { every: EVERY_MS }, { name: "reconcile", opts: TICKING });
    // The clock does it again: what cannot be read must not keep the process from starting.
    await reconcileDeployments(parts, "newest").catch((error: unknown) =>
      parts.logger.error({ err: error }, "could not reconcile at the start; trying again"),
    );
  },
};
