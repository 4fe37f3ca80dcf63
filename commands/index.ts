import type { Command } from "../src/discord/command.js";
import { audit } from "./audit.js";
import { deploy } from "./deploy.js";
import { freeze } from "./freeze.js";
import { health } from "./health.js";
import { history } from "./history.js";
import { lock } from "./lock.js";
import { locks } from "./locks.js";
import { logs } from "./logs.js";
import { promote } from "./promote.js";
import { rollback } from "./rollback.js";
import { stats } from "./stats.js";
import { status } from "./status.js";
import { unfreeze } from "./unfreeze.js";
import { unlock } from "./unlock.js";

/** Every slash command of Slipway. */
export const commands: readonly Command[] = [
  deploy,
  promote,
  rollback,
  status,
  history,
  health,
  stats,
  lock,
  unlock,
  locks,
  freeze,
  unfreeze,
  logs,
  audit,
];
