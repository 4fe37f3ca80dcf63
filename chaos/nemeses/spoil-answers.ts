import type { Random } from "../random.js";
import type { Scene } from "../scene.js";
import { cancel } from "./change-hosts.js";
import type { Nemesis } from "./nemesis.js";

/** The bot waits a few seconds before it tries a job again. */
const PROGRESS_LIMIT_MS = 6_000;

type Spoil = (scene: Scene, random: Random) => Promise<void>;

const SPOILS: readonly Spoil[] = [loseAnswers, loseAnswers, fill, refuseWrites, makeReadOnly];

/** Everything that can happen to a write in Redis but the loss of what was acknowledged. */
export const spoilAnswers: Nemesis = {
  name: "answers",
  title: "Redis answers lost after the write, Redis full, Redis read-only",
  strikes: { short: 8, full: 300 },
  workers: 1,
  burst: 2,
  spoilsAnswers: true,
  peopled: true,
  meets: "world",
  async strike(scene, random) {
    const traffic = random.pick(scene.traffic.filter(({ isProtected }) => !isProtected));
    // A press is a write of a person beside those of the worker.
    const pressed = random.next() < 0.3 ? cancel(scene, random, traffic) : scene.randomInstant(random);
    await Promise.all([pressed, random.pick(SPOILS)(scene, random)]);
    await scene.untilProgress(PROGRESS_LIMIT_MS);
  },
};

/** Many commands are carried out, and their answers never arrive; each is sent again by the client. */
async function loseAnswers(scene: Scene, random: Random): Promise<void> {
  await scene.randomInstant(random);
  const share = random.next();
  const own = random.fork("answers");
  scene.world.loseAnswers(() => own.next() < share);
  await scene.pause(random.integer(200, 1_500));
  scene.world.loseAnswers(undefined);
}

async function fill(scene: Scene, random: Random): Promise<void> {
  await scene.randomInstant(random);
  const { client } = scene.world;
  await client.config("SET", "maxmemory", "1");
  await scene.pause(random.integer(50, 1_500));
  await client.config("SET", "maxmemory", "0");
}

async function refuseWrites(scene: Scene, random: Random): Promise<void> {
  await scene.randomInstant(random);
  const { client } = scene.world;
  await client.config("SET", "min-replicas-to-write", "1");
  await scene.pause(random.integer(50, 1_500));
  await client.config("SET", "min-replicas-to-write", "0");
}

/** A replica of a master that is not there: it answers reads, as after a failover. */
async function makeReadOnly(scene: Scene, random: Random): Promise<void> {
  await scene.randomInstant(random);
  const { client } = scene.world;
  await client.replicaof("127.0.0.1", 1);
  await scene.pause(random.integer(50, 1_500));
  await client.replicaof("NO", "ONE");
}
