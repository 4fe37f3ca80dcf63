import type { MessageView } from "../../sandbox/discord/types.js";
import type { Random } from "../random.js";
import type { Scene } from "../scene.js";
import { buttonLabelled, messageOf } from "../subjects/posted-messages.js";
import type { Traffic } from "../world/traffic.js";
import { killBot } from "./kill-bot.js";
import type { Nemesis } from "./nemesis.js";

type Act = (scene: Scene, random: Random, traffic: Traffic) => Promise<void>;

const ACTS: readonly Act[] = [kill, cancel, stop, stop, moveByHand];

/** Deployments that fail, are cancelled, stopped and interrupted, and people who change hosts by hand. */
export const changeHosts: Nemesis = {
  name: "truth",
  title: "failing steps, cancellations, kills, checkouts moved by hand",
  strikes: { short: 12, full: 300 },
  workers: 1,
  burst: 1,
  troubled: true,
  peopled: true,
  meets: "world",
  async strike(scene, random) {
    // What waits for an approval may wait long, and the strike with it.
    const open = scene.traffic.filter(({ isProtected }) => !isProtected);
    await random.pick(ACTS)(scene, random, random.pick(open));
  },
};

async function kill(scene: Scene, random: Random): Promise<void> {
  if (killBot.meets === "world") await killBot.strike(scene, random);
}

/** *Cancel* under the message of a deployment that runs. */
export async function cancel(scene: Scene, random: Random, { lane }: Traffic): Promise<void> {
  await scene.randomInstant(random, lane);
  await press(scene, lane, "Cancel");
}

async function stop(scene: Scene, random: Random, { lane }: Traffic): Promise<void> {
  await scene.randomInstant(random, lane);
  if (await press(scene, lane, "Cancel")) await press(scene, lane, "Stop now");
}

async function moveByHand(scene: Scene, _: Random, traffic: Traffic): Promise<void> {
  const moved = new Promise<void>((resolve) => {
    traffic.beforeNext(async () => {
      await traffic.lane.moveByHand();
      resolve();
    });
  });
  await Promise.race([moved, scene.pause(LONGEST_WAIT_MS)]);
}

const LONGEST_WAIT_MS = 15_000;
const LOOK_EVERY_MS = 50;
/** The message is edited once in two seconds. */
const BUTTON_LIMIT_MS = 4_000;

/** @returns whether the button was there while the deployment ran, and took the press */
async function press(scene: Scene, lane: Traffic["lane"], label: string): Promise<boolean> {
  const { discord, presser } = scene.world;
  const end = performance.now() + BUTTON_LIMIT_MS;
  while (performance.now() < end) {
    const record = await scene.runningOn(lane);
    if (record === undefined) return false;
    const message: MessageView | undefined = messageOf(discord, lane, record.number);
    const button = message && buttonLabelled(message, label);
    if (message !== undefined && button !== undefined) {
      scene.cancelled.add(record.id);
      await discord.pressButton(presser.id, message.id, button).catch(() => undefined);
      return true;
    }
    await scene.pause(LOOK_EVERY_MS);
  }
  return false;
}
