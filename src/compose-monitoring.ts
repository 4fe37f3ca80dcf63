import type { Redis } from "ioredis";
import { createDeploymentWatcher } from "./app/monitoring/deployment-watcher.js";
import type { Changes } from "./changes/changes.js";
import { createIncidentMessages, type IncidentAnnouncerParts } from "./discord/incident-announcer.js";
import { HealthHistory } from "./health/history-store.js";
import { IncidentStore } from "./health/incidents/incident-store.js";
import { watchOf } from "./health/incidents/watched.js";
import { ProbeTurns } from "./health/probe-turns.js";
import type { Queues } from "./queue.js";

export interface MonitoringNeeds extends Omit<IncidentAnnouncerParts, "incidents"> {
  readonly redis: Redis;
  readonly changes: Changes;
  readonly queues: Queues;
}

/** What watches environments between their deployments, and tells of it. */
export function composeMonitoring({ redis, changes, queues, ...needs }: MonitoringNeeds) {
  const { config, now } = needs;
  const watch = watchOf(config);
  const incidents = new IncidentStore(redis, changes);
  return {
    ...{ watch, incidents },
    history: new HealthHistory(redis),
    turns: new ProbeTurns(redis),
    messages: createIncidentMessages({ ...needs, incidents }),
    watcher: createDeploymentWatcher({ watch, incidents, queues, now }),
  };
}
