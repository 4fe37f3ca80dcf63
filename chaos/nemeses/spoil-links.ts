import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Random } from "../random.js";
import type { Scene } from "../scene.js";
import type { Traffic } from "../world/traffic.js";
import type { Nemesis } from "./nemesis.js";

/** About the size of the runner, and of what a new connection says before it. */
const UPLOAD_BYTES = 14_000;
const UPLOAD_LIMIT_MS = 15_000;

type Spoil = (scene: Scene, random: Random, traffic: Traffic) => Promise<void>;

const SPOILS: readonly Spoil[] = [killSession, reset, blackHole, cutUpload];

/** Everything that can happen between the bot and a host. */
export const spoilLinks: Nemesis = {
  name: "links",
  title: "sshd session killed, TCP reset, black hole, upload cut",
  strikes: { short: 40, full: 1_000 },
  workers: 1,
  burst: 2,
  meets: "lane",
  strike: (scene, random, traffic) => random.pick(SPOILS)(scene, random, traffic),
};

async function killSession(scene: Scene, random: Random, { lane }: Traffic): Promise<void> {
  await scene.randomInstant(random, lane);
  await lane.host.cutConnections();
}

async function reset(scene: Scene, random: Random, { lane }: Traffic): Promise<void> {
  await scene.randomInstant(random, lane);
  lane.link.reset();
}

/** What is open when it begins stays silent for good; the bot has to notice by itself. */
async function blackHole(scene: Scene, random: Random, { lane }: Traffic): Promise<void> {
  await scene.randomInstant(random, lane);
  lane.link.blackHole();
  await scene.pause(random.integer(500, 4_000));
  lane.link.heal();
}

/** Takes the runner off the host while nothing runs there, and breaks the link at a random byte of what follows. */
async function cutUpload(scene: Scene, random: Random, traffic: Traffic): Promise<void> {
  const { link, host } = traffic.lane;
  const cut = new Promise<void>((resolve) => {
    traffic.beforeNext(async () => {
      await rm(join(host.home, ".slipway", "bin"), { recursive: true, force: true });
      void link.cutAfter(random.integer(1, UPLOAD_BYTES)).then(resolve);
    });
  });
  await Promise.race([cut, scene.pause(UPLOAD_LIMIT_MS)]);
  link.heal();
}
