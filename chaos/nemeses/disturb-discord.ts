import type { FaultRule } from "../../sandbox/discord/types.js";
import type { Random } from "../random.js";
import type { Nemesis } from "./nemesis.js";

const MESSAGES = /\/messages/;
const LONGEST_BREATH_MS = 1_500;

type DrawFault = (random: Random) => FaultRule;

const FAULTS: readonly DrawFault[] = [rateLimitStorm, errorAfterAccepting, gatewayClosed];

/** Discord as it is on a bad day. */
export const disturbDiscord: Nemesis = {
  name: "discord",
  title: "Discord: 429 storm, 500 after accepting, gateway closed",
  strikes: { short: 20, full: 200 },
  workers: 1,
  burst: 2,
  meets: "world",
  async strike(scene, random) {
    await scene.randomInstant(random);
    scene.world.discord.queueFault(random.pick(FAULTS)(random));
    await scene.pause(random.integer(0, LONGEST_BREATH_MS));
  },
};

function rateLimitStorm(random: Random): FaultRule {
  const retryAfterSeconds = random.integer(1, 15) / 10;
  const fault = { kind: "status", status: 429, retryAfterSeconds } as const;
  return { fault, path: MESSAGES, times: random.integer(3, 15) };
}

function errorAfterAccepting(random: Random): FaultRule {
  const fault = { kind: "status-after-accepting", status: 500 } as const;
  return { fault, path: MESSAGES, times: random.integer(1, 5) };
}

function gatewayClosed(random: Random): FaultRule {
  return { fault: { kind: "close-gateway", code: random.pick([4000, 4009, 1001]) } };
}
