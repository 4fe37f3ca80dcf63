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
    bot.start(interrupted);
    if (!random.chance(SPARED_UNTIL_TAKEN_UP)) return;
    // Its own promise is judged at the end; here only the next strike is held back.
    const end = performance.now() + scene.lockMs + 2 * scene.stalledCheckMs;
    while (performance.now() < end && !(await scene.areTakenUp(interrupted, bot))) {
      await scene.pause(LOOK_EVERY_MS);
    }
  },
};
