import type { Logger } from "pino";
import { checkRepositories, type ProjectSighting } from "../src/app/repositories.js";
import { REPOSITORIES_QUEUE, TICKING } from "../src/queue.js";
import type { JobDefinition } from "../src/worker.js";

/** A push tells it at once; without a token GitHub answers 60 requests an hour. */
const EVERY_MS = 30 * 60_000;

/** Looks whether the configured names still stand for the same repositories: at the start, and again and again. */
export const repositories: JobDefinition = {
  queues: () => [REPOSITORIES_QUEUE],
  concurrency: 1,

  async process(_job, parts) {
    logSightings(parts.logger, await checkRepositories(parts));
  },

  async prepare({ queues }) {
    const queue = queues.get(REPOSITORIES_QUEUE);
    await queue.upsertJobScheduler("check", { every: EVERY_MS }, { name: "check", opts: TICKING });
    await queue.add("check", {}, { ...TICKING, deduplication: { id: "start" } });
  },
};

/** Says each only once: what is not new is not among them. */
export function logSightings(logger: Logger, seen: readonly ProjectSighting[]): void {
  for (const { kind, ...about } of seen) {
    if (kind === "renamed") {
      logger.warn(
        { ...about, change: `projects.${about.project}.repository`, to: about.name },
        "a configured repository was renamed on GitHub; its pushes are still deployed",
      );
    } else {
      logger.error(
        { ...about, change: `projects.${about.project}.repository` },
        "another repository has the name of a configured one; its pushes are not deployed",
      );
    }
  }
}
