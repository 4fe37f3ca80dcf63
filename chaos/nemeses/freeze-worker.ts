import type { Nemesis } from "./nemesis.js";

const LONGEST_BREATH_MS = 1_000;

/** A worker stands still for twice its lock while another one lives, and then goes on where it was. */
export const freezeWorker: Nemesis = {
  name: "freeze",
  title: "SIGSTOP of a worker for twice the lock, two workers",
  strikes: { short: 20, full: 200 },
  workers: 2,
  burst: 2,
  meets: "world",
  async strike(scene, random) {
    const victim = random.pick(scene.members);
    await scene.randomInstant(random);
    victim.freeze();
    await scene.pause(2 * scene.lockMs);
    victim.thaw();
    await scene.pause(random.integer(0, LONGEST_BREATH_MS));
  },
};
