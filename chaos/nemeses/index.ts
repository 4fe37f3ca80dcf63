import { changeHosts } from "./change-hosts.js";
import { disturbDiscord } from "./disturb-discord.js";
import { freezeWorker } from "./freeze-worker.js";
import { killBot } from "./kill-bot.js";
import { killRunner } from "./kill-runner.js";
import type { Nemesis } from "./nemesis.js";
import { spendDayWithDiscord } from "./spend-day-with-discord.js";
import { spoilAnswers } from "./spoil-answers.js";
import { spoilLinks } from "./spoil-links.js";
import { stopRedis } from "./stop-redis.js";

/** In the order in which they are reported. */
export const nemeses: readonly Nemesis[] = [
  killBot,
  spoilLinks,
  freezeWorker,
  stopRedis,
  killRunner,
  disturbDiscord,
  spendDayWithDiscord,
  changeHosts,
  spoilAnswers,
];
