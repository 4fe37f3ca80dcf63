import { stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { hasEnded, type KilledRunner, type RecordedDeployment } from "./history/history.js";
import type { Random } from "./random.js";
import type { Subject } from "./subjects/subject.js";
import type { Lane } from "./world/lane.js";
import type { Member } from "./world/member.js";
import type { World } from "./world/start-world.js";
import type { Traffic } from "./world/traffic.js";

const LOOK_EVERY_MS = 20;
/** Of each environment: never are more under way there. */
const NEWEST = 4;
/** About as long as the steps of a deployment take. */
const LONGEST_WAIT_MS = 2_500;

interface SceneParts {
  readonly world: World;
  readonly subject: Subject;
  readonly members: readonly Member[];
  readonly traffic: readonly Traffic[];
  readonly signal: AbortSignal;
}

/** What a nemesis finds: the world, the processes of the subject, and deployments that run. */
export class Scene {
  readonly world: World;
  readonly members: readonly Member[];
  readonly traffic: readonly Traffic[];
  readonly killedRunners: KilledRunner[] = [];
  /** Ids of the deployments that a person cancelled or stopped. */
  readonly cancelled = new Set<string>();
  readonly signal: AbortSignal;
  readonly #subject: Subject;

  constructor({ world, subject, members, traffic, signal }: SceneParts) {
    this.world = world;
    this.members = members;
    this.traffic = traffic;
    this.signal = signal;
    this.#subject = subject;
  }

  /** The process that takes orders, and works. @throws TypeError without any process */
  get first(): Member {
    const [first] = this.members;
    if (first === undefined) throw new TypeError("The subject has no process.");
    return first;
  }

  /** Whether the subject says which deployments it goes on with. */
  get tellsTakeOver(): boolean {
    return this.#subject.tellsTakeOver === true;
  }

  get lockMs(): number {
    return this.world.timing.lockSeconds * 1_000;
  }

  get stalledCheckMs(): number {
    return this.world.timing.stalledCheckSeconds * 1_000;
  }

  /** @throws AbortError when the campaign is over its limit */
  async pause(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.signal });
  }

  /** Resolves at a random instant after a deployment was seen running. @param lane on this one; on any without it */
  async randomInstant(random: Random, lane?: Lane): Promise<void> {
    const lanes = lane === undefined ? this.world.lanes : [lane];
    while ((await this.running(lanes)).size === 0) await this.pause(LOOK_EVERY_MS);
    await this.pause(random.integer(0, LONGEST_WAIT_MS));
  }

  /** Resolves when a step has begun or ended on any host, or after the limit. */
  async untilProgress(limitMs: number): Promise<void> {
    const end = performance.now() + limitMs;
    const before = await this.#written();
    while (performance.now() < end && (await this.#written()) === before) await this.pause(LOOK_EVERY_MS);
  }

  /** Ids of the deployments that are running by their records. */
  async running(lanes = this.world.lanes): Promise<ReadonlySet<string>> {
    const records = await this.#newest(lanes);
    return new Set(records.filter(({ state }) => state === "running").map(({ id }) => id));
  }

  /** What is running on the lane, by its record. */
  async runningOn(lane: Lane): Promise<RecordedDeployment | undefined> {
    return (await this.#newest([lane])).find(({ state }) => state === "running");
  }

  /** Those of the deployments that have not ended, and are not followed by the process that was started anew. */
  async notTakenUp(ids: ReadonlySet<string>, by: Member): Promise<readonly string[]> {
    const open = (await this.#newest(this.world.lanes)).filter(
      (record) => ids.has(record.id) && !hasEnded(record),
    );
    return open.map(({ id }) => id).filter((id) => !by.takenOver.has(id));
  }

  /** Bytes that the steps have written down about themselves. */
  async #written(): Promise<number> {
    const files = await Promise.all(this.world.lanes.map(({ executions }) => stat(executions)));
    return files.reduce((sum, { size }) => sum + size, 0);
  }

  async #newest(lanes: readonly Lane[]): Promise<readonly RecordedDeployment[]> {
    const newest = ({ environment }: Lane) => this.#subject.deployments(this.world, environment, NEWEST);
    return (await Promise.all(lanes.map(newest))).flat();
  }
}
