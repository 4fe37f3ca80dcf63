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
    await reconcileDeployments(parts, "newest");
    await parts.queues
      .get(RECONCILE_QUEUE)
      .upsertJobScheduler("reconcile", { every: EVERY_MS }, { name: "reconcile", opts: TICKING });
  },
};
