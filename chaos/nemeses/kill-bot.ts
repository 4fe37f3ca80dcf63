import { REATTACH_LIMIT_MS } from "../history/check-reattachments.js";
import type { Scene } from "../scene.js";
import type { Member } from "../world/member.js";
import type { Nemesis } from "./nemesis.js";

const LONGEST_OUTAGE_MS = 2_000;
const LOOK_EVERY_MS = 50;
/** The rest is struck again before it has taken up what it found. */
const SPARED_UNTIL_TAKEN_UP = 0.75;

/** SIGKILL, as the kernel does it when memory runs out, and a new start up to two seconds later. */
export const killBot: Nemesis = {
  name: "kill",
  title: "SIGKILL of the bot",
  strikes: { short: 40, full: 1_000 },
  workers: 1,
  burst: 2,
  meets: "world",
  async strike(scene, random) {
    const bot = scene.first;
    await scene.randomInstant(random);
    await bot.kill();
    const interrupted = await scene.running();
    await scene.pause(random.integer(0, LONGEST_OUTAGE_MS));
    const spared = random.chance(SPARED_UNTIL_TAKEN_UP);
    // Of those that are struck again only the quick ones would be measured.
    bot.start(spared ? interrupted : new Set());
    if (spared) await untilTakenUp(scene, interrupted, bot);
  },
};

/** Whatever is not taken up within the limit never was, as far as the promise is concerned. */
async function untilTakenUp(scene: Scene, interrupted: ReadonlySet<string>, bot: Member): Promise<void> {
  if (!scene.tellsTakeOver) return untilItWorks(scene);
  const end = performance.now() + REATTACH_LIMIT_MS;
  let open = await scene.notTakenUp(interrupted, bot);
  while (open.length > 0 && performance.now() < end) {
    await scene.pause(LOOK_EVERY_MS);
    open = await scene.notTakenUp(interrupted, bot);
  }
  bot.giveUp(open);
}

/** The control does not say what it follows. Struck before it works again, it would do no harm on a busy machine. */
async function untilItWorks(scene: Scene): Promise<void> {
  await scene.pause(scene.lockMs + 2 * scene.stalledCheckMs);
  await scene.untilProgress(REATTACH_LIMIT_MS);
}
