import type { Command } from "../src/discord/command.js";
import { deploy } from "./deploy.js";
import { history } from "./history.js";
import { status } from "./status.js";

/** Every slash command of Slipway. */
export const commands: readonly Command[] = [deploy, status, history];
