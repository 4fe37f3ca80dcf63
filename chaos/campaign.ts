import { setMaxListeners } from "node:events";
import { checkHistory } from "./history/check-history.js";
import type { History } from "./history/history.js";
import type { Violation } from "./history/violation.js";
import type { Nemesis } from "./nemeses/nemesis.js";
import { Random } from "./random.js";
import { describeOpen } from "./report/describe-open.js";
import { Scene } from "./scene.js";
import type { Subject } from "./subjects/subject.js";
import { untilQuiet, witness } from "./witness.js";
import { Closers } from "./world/closers.js";
import { Member } from "./world/member.js";
import type { Timing } from "./world/slipway-config.js";
import { startWorld, type World } from "./world/start-world.js";
import { Traffic } from "./world/traffic.js";

export interface CampaignOptions {
  readonly subject: Subject;
  readonly nemesis: Nemesis;
  readonly strikes: number;
  readonly seed: number;
  /** Environments that deploy at the same time. */
  readonly lanes: number;
  readonly timing: Timing;
  /** Gets a line now and then. */
  readonly progress: (line: string) => void;
}

export interface CampaignResult {
  readonly strikes: number;
  readonly seconds: number;
  readonly history: History;
  readonly violations: readonly Violation[];
  /** What was still open when the campaign was over its limit; absent when it came to its end. */
  readonly hung?: readonly string[];
  /** How often a process ended though nothing had been done to it. */
  readonly crashes: number;
  /** What the processes printed last, by name. */
  readonly output: Readonly<Record<string, string>>;
}

/** Puts the subject to one test: the world starts, deployments run, the nemesis strikes, all comes to rest, the judge looks. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { nemesis } = options;
  const startedAt = performance.now();
  const closers = new Closers();
  try {
    const world = closers.closing(
      await startWorld({
        ...options,
        spoilsAnswers: nemesis.spoilsAnswers,
        peopled: nemesis.peopled,
        heartbeatMs: nemesis.heartbeatMs,
      }),
    );
    const limit = AbortSignal.timeout(limitMs(options));
    // Everything that waits listens to it.
    setMaxListeners(0, limit);
    const scene = setScene(options, world, limit);
    closers.add(() => Promise.all(scene.members.map((member) => member.stop())));

    const fight = new Fight(options, scene);
    const hung = await toTheEnd(fight, scene, options.subject);
    const history = await witness(scene, options.subject);
    return {
      strikes: fight.strikes,
      seconds: (performance.now() - startedAt) / 1_000,
      history,
      violations: checkHistory(history),
      ...(hung !== undefined && { hung }),
      crashes: scene.members.reduce((sum, { crashes }) => sum + crashes, 0),
      output: Object.fromEntries(scene.members.map((member) => [member.name, member.output()])),
    };
  } finally {
    await closers.closeAll();
  }
}

function setScene(options: CampaignOptions, world: World, signal: AbortSignal): Scene {
  const { subject, nemesis, seed } = options;
  const members = subject.members(world, nemesis.workers).map((plan) => new Member(plan));
  const random = new Random(`${seed}/${nemesis.name}/traffic`);
  const { burst, troubled = false, peopled = false } = nemesis;
  const parts = { world, subject, random, signal, burst, troubled, peopled };
  const traffic = world.lanes.map((lane) => new Traffic(lane, parts));
  return new Scene({ world, subject, members, traffic, signal });
}

/** @returns what is open when it takes too long */
async function toTheEnd(
  fight: Fight,
  scene: Scene,
  subject: Subject,
): Promise<readonly string[] | undefined> {
  try {
    for (const traffic of scene.traffic) traffic.start();
    await fight.strikeAll();
    scene.world.discord.clearFaults();
    await Promise.all(scene.traffic.map((traffic) => traffic.stop()));
    await untilQuiet(scene, subject);
    return undefined;
  } catch (error) {
    if (!scene.signal.aborted) throw error;
    return describeOpen(scene, subject);
  }
}

/** The nemesis at work. */
class Fight {
  readonly #options: CampaignOptions;
  readonly #scene: Scene;
  #begun = 0;
  #done = 0;

  constructor(options: CampaignOptions, scene: Scene) {
    this.#options = options;
    this.#scene = scene;
  }

  get strikes(): number {
    return this.#done;
  }

  async strikeAll(): Promise<void> {
    const { nemesis, seed } = this.#options;
    const random = new Random(`${seed}/${nemesis.name}`);
    if (nemesis.meets === "world") {
      await this.#repeat(() => nemesis.strike(this.#scene, random));
      return;
    }
    const onLane = (traffic: Traffic): Promise<void> => {
      const own = random.fork(traffic.lane.environment);
      return this.#repeat(() => nemesis.strike(this.#scene, own, traffic));
    };
    await Promise.all(this.#scene.traffic.map(onLane));
  }

  async #repeat(strike: () => Promise<void>): Promise<void> {
    while (this.#begun < this.#options.strikes) {
      this.#begun++;
      await strike();
      this.#done++;
      this.#report();
    }
  }

  #report(): void {
    const { strikes, progress } = this.#options;
    if (this.#done % Math.ceil(strikes / 10) !== 0) return;
    const shipped = this.#scene.traffic.reduce((sum, { shipments }) => sum + shipments.length, 0);
    progress(`${this.#done} of ${strikes} strikes, ${shipped} deployments`);
  }
}

/** Far more than it takes: what is not over by then hangs. */
function limitMs({ strikes, timing }: CampaignOptions): number {
  const seconds = 120 + strikes * (12 + 3 * (timing.lockSeconds + timing.stalledCheckSeconds));
  return seconds * 1_000;
}
