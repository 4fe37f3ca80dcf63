import { setTimeout as pause } from "node:timers/promises";
import {
  hasEnded,
  isAbout,
  type RecordedDeployment,
  type Sample,
  type Shipment,
} from "../history/history.js";
import { drawSteps } from "../oracle/shipped-steps.js";
import type { Random } from "../random.js";
import type { Subject } from "../subjects/subject.js";
import type { Lane } from "./lane.js";
import { REPOSITORY } from "./names.js";
import type { World } from "./start-world.js";

const LOOK_EVERY_MS = 100;
/** Sees those at the end of a lane's history: never more are under way there. */
const NEWEST = 4;

export interface TrafficParts {
  readonly world: World;
  readonly subject: Subject;
  readonly random: Random;
  /** Most commits that are pushed at once. */
  readonly burst: number;
  /** Whether some of the commits fail. */
  readonly troubled: boolean;
  /** Ends everything half-way. */
  readonly signal: AbortSignal;
}

/** Keeps one lane deploying: a commit of its own each time, and the next one when it has ended. */
export class Traffic {
  readonly lane: Lane;
  readonly shipments: Shipment[] = [];
  readonly samples: Sample[] = [];
  readonly #parts: TrafficParts;
  readonly #random: Random;
  readonly #between: (() => Promise<void>)[] = [];
  #underWay: readonly Shipment[] = [];
  #stopping = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(lane: Lane, parts: TrafficParts) {
    this.lane = lane;
    this.#parts = parts;
    this.#random = parts.random.fork(lane.environment);
  }

  /** What was accepted and, as far as anybody here knows, has not ended. */
  get underWay(): readonly Shipment[] {
    return this.#underWay;
  }

  start(): void {
    this.#ended = this.#run();
    // Whoever stops it is told.
    this.#ended.catch(() => undefined);
  }

  /** Begins nothing new. Resolves when what was under way has ended. @throws AbortError */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#ended;
  }

  /** Runs something while nothing is under way on this lane, before the next commit is pushed. */
  beforeNext(action: () => Promise<void>): void {
    this.#between.push(action);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      for (let action = this.#between.shift(); action; action = this.#between.shift()) await action();
      const commits = this.#random.integer(1, this.#parts.burst);
      for (let commit = 1; commit <= commits; commit++) await this.#ship(commit < commits);
      const newest = this.#underWay.at(-1);
      for (const shipment of this.#underWay) {
        const end = await this.#untilEnded(shipment, newest ?? shipment);
        if (end?.state !== "succeeded") await this.lane.mendCheckout();
        this.#underWay = this.#underWay.filter((other) => other !== shipment);
      }
      await this.#sample();
    }
  }

  /** Nothing is under way: what the subject says is held against what the host has. */
  async #sample(): Promise<void> {
    const { world, subject } = this.#parts;
    const { environment } = this.lane;
    const { sha } = this.shipments.at(-1) ?? {};
    if (subject.claim === undefined || sha === undefined) return;
    const [host, claim] = await Promise.all([this.lane.truth(), subject.claim(world, environment)]);
    this.samples.push({ environment, sha, host, claim });
  }

  /** @param isFollowed another commit is pushed right after it */
  async #ship(isFollowed: boolean): Promise<void> {
    const { world, subject, signal } = this.#parts;
    const { environment } = this.lane;
    const before = await world.github.headOf(REPOSITORY, environment);
    const { files, steps } = drawSteps(environment, this.#random, this.#parts.troubled);
    const message = `Release ${this.shipments.length + 1}`;
    const sha = await world.github.commit(REPOSITORY, { branch: environment, message, files });
    const shipment: Shipment = { environment, sha, steps, ...(isFollowed && { isFollowed }) };
    // Under way as soon as it may have been accepted, whatever became of the answer.
    this.#underWay = [...this.#underWay, shipment];
    await subject.order(world, { environment, sha, before, lane: this.lane }, signal);
    this.shipments.push(shipment);
  }

  /** @returns undefined where the branch had moved on to its newest commit before the push was read */
  async #untilEnded(shipment: Shipment, last: Shipment): Promise<RecordedDeployment | undefined> {
    const { world, subject, signal } = this.#parts;
    for (;;) {
      const newest = await subject.deployments(world, this.lane.environment, NEWEST);
      const found = newest.find(isAbout(shipment));
      if (found !== undefined && hasEnded(found)) return found;
      const after = newest.find(isAbout(last));
      if (found === undefined && after !== undefined && hasEnded(after)) return undefined;
      await pause(LOOK_EVERY_MS, undefined, { signal });
    }
  }
}
