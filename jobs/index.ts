import type { JobDefinition } from "../src/worker.js";
import { announce } from "./announce.js";
import { checkBranch } from "./check-branch.js";
import { deploy } from "./deploy.js";
import { dropped } from "./dropped.js";
import { expire } from "./expire.js";
import { githubWebhook } from "./github-webhook.js";
import { incidentEffects } from "./incident-effects.js";
import { monitor } from "./monitor.js";
import { notice } from "./notice.js";
import { probe } from "./probe.js";
import { reconcile } from "./reconcile.js";
import { repositories } from "./repositories.js";
import { schedule } from "./schedule.js";
import { stop } from "./stop.js";
import { tendLocks } from "./tend-locks.js";

/** Every kind of background work of Slipway. */
export const jobs: readonly JobDefinition[] = [
  deploy,
  announce,
  githubWebhook,
  checkBranch,
  schedule,
  expire,
  tendLocks,
  stop,
  reconcile,
  probe,
  monitor,
  incidentEffects,
  notice,
  dropped,
  repositories,
];
