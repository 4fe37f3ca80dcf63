import type { Logger } from "pino";
import type { MonitorQueue } from "./monitoring/monitor-parts.js";
import type { WorkQueue } from "./ports.js";

type Wakes = WorkQueue & MonitorQueue;

/**
 * The queues for what people ask for. By the time that somebody is to be woken up, the change is made: a fault of the queue must
 * not be told as one of the request. It is logged, and the reconciler makes up for it within seconds.
 */
export function wakingLater(queues: Wakes, logger: Logger): Wakes {
  const attempt = async (add: Promise<void>): Promise<void> => {
    try {
      await add;
    } catch (error) {
      logger.warn({ err: error }, "could not queue what follows from a change; the reconciler will");
    }
  };
  return {
    addDeployment: (target, id) => attempt(queues.addDeployment(target, id)),
    addAnnouncement: (id, when) => attempt(queues.addAnnouncement(id, when)),
    releaseDeployment: (target, id, claim) => attempt(queues.releaseDeployment(target, id, claim)),
    addStop: (id) => attempt(queues.addStop(id)),
    addExpiry: (id, at) => attempt(queues.addExpiry(id, at)),
    // People ask for none, and nothing makes up for it.
    addBranchCheck: (check) => queues.addBranchCheck(check),
    // The next push, or the next look at the repositories, asks again.
    addRepositoryNotice: (about) => attempt(queues.addRepositoryNotice(about)),
    addDropped: (target) => attempt(queues.addDropped(target)),
    addProbe: (target, at) => attempt(queues.addProbe(target, at)),
    addEffects: (lane) => attempt(queues.addEffects(lane)),
  };
}
