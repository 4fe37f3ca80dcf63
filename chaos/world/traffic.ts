import { setTimeout as pause } from "node:timers/promises";
import {
  hasEnded,
  isAbout,
  type RecordedDeployment,
  type Sample,
  type Shipment,
} from "../history/history.js";
import { drawSteps, stepsBeforeAll } from "../oracle/shipped-steps.js";
import type { Random } from "../random.js";
import type { Subject } from "../subjects/subject.js";
import type { Lane } from "./lane.js";
import { REPOSITORY } from "./names.js";
import { type Decision, People } from "./people.js";
import type { World } from "./start-world.js";

const LOOK_EVERY_MS = 100;
/** A rollback that was accepted is there by then, whatever became of the answer. */
const ROLLBACK_LIMIT_MS = 3_000;
/** Both at once is what may go wrong; without approvals nothing would run. */
const WISHES: readonly Decision["wish"][] = ["approve", "approve", "refuse", "both"];
/** About as long as it takes to fill in the form. */
const LONGEST_DELAY_MS = 1_000;
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
  /** Whether people act between the deployments, and the last lane needs an approval. */
  readonly peopled: boolean;
  /** Ends everything half-way. */
  readonly signal: AbortSignal;
}

/** Keeps one lane deploying: a commit of its own each time, and the next one when it has ended. */
export class Traffic {
  readonly lane: Lane;
  readonly shipments: Shipment[] = [];
  readonly samples: Sample[] = [];
  /** Absent where nobody but pushes asks for anything. */
  readonly people: People | undefined;
  readonly #parts: TrafficParts;
  readonly #random: Random;
  /** What people do follows from numbers of its own, so that the commits stay the same. */
  readonly #whims: Random;
  readonly #between: (() => Promise<void>)[] = [];
  #underWay: readonly Shipment[] = [];
  #stopping = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(lane: Lane, parts: TrafficParts) {
    this.lane = lane;
    this.#parts = parts;
    this.#random = parts.random.fork(lane.environment);
    this.#whims = this.#random.fork("people");
    this.people = parts.peopled ? new People(parts.world, lane, parts.signal) : undefined;
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
      const moved = this.#between.length > 0;
      for (let action = this.#between.shift(); action; action = this.#between.shift()) await action();
      // Until the host was read, nobody can know that a person moved the checkout.
      if (moved && this.people !== undefined) await this.#sample({ onlyRead: true });
      if (this.people !== undefined) await this.#act(this.people);
      const commits = this.#random.integer(1, this.isProtected ? 1 : this.#parts.burst);
      for (let commit = 1; commit <= commits; commit++) await this.#ship(commit < commits);
      await this.#untilAllEnded();
      await this.#sample();
    }
  }

  /** What waits for an approval there would be void once the branch has moved on. */
  get isProtected(): boolean {
    return this.#parts.peopled && this.lane === this.#parts.world.lanes.at(-1);
  }

  async #untilAllEnded(): Promise<void> {
    const newest = this.#underWay.at(-1);
    for (const shipment of this.#underWay) {
      const end = await this.#untilEnded(shipment, newest ?? shipment);
      if (end?.state !== "succeeded") await this.lane.mendCheckout();
      this.#underWay = this.#underWay.filter((other) => other !== shipment);
    }
  }

  async #act(people: People): Promise<void> {
    const whim = this.#whims.next();
    if (whim < 0.25) {
      if (await people.lock()) await this.#sample({ isLocked: true });
      await people.unlock();
    } else if (whim < 0.5 && this.shipments.length > 0) {
      await this.#rollBack(people);
      const { state, isRollback } = (await this.#newest()).at(-1) ?? {};
      const isLocked = state === "succeeded" && isRollback === true;
      await this.#sample({ isLocked });
      await people.unlock();
    }
  }

  async #rollBack(people: People): Promise<void> {
    const before = (await this.#newest()).at(-1)?.number ?? 0;
    const number = await people.rollBack();
    const end = performance.now() + ROLLBACK_LIMIT_MS;
    let record: RecordedDeployment | undefined;
    while (record === undefined && performance.now() < end) {
      record = (await this.#newest()).find((each) => each.number > before);
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#parts.signal });
    }
    if (record === undefined) {
      if (number !== undefined) throw new Error(`Nothing is there of the rollback #${number}.`);
      return;
    }
    const { environment, sha, id: rollback } = record;
    const { steps } = this.shipments.find((shipment) => shipment.sha === sha) ?? stepsBeforeAll;
    const shipment: Shipment = { environment, sha, steps, rollback };
    this.#underWay = [shipment];
    this.shipments.push(shipment);
    await this.#untilAllEnded();
  }

  #newest(): Promise<readonly RecordedDeployment[]> {
    const { world, subject } = this.#parts;
    return subject.deployments(world, this.lane.environment, NEWEST);
  }

  /**
   * Nothing is under way: what the subject says is held against what the host has.
   * @param isLocked by a person
   * @param onlyRead not at all where `/status` brings no answer, and so did not read the host
   */
  async #sample({ isLocked = false, onlyRead = false } = {}): Promise<void> {
    const { world, subject } = this.#parts;
    const { environment } = this.lane;
    const { sha } = this.shipments.at(-1) ?? {};
    if (subject.claim === undefined || sha === undefined) return;
    // It reads the host, and what is stored of it may change by that.
    const text = await this.people?.status();
    if (text === undefined && onlyRead) return;
    const [host, claim] = await Promise.all([this.lane.truth(), subject.claim(world, environment)]);
    this.samples.push({ environment, sha, host, claim, ...(text && { status: { text, isLocked } }) });
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
    const { signal } = this.#parts;
    for (;;) {
      const newest = await this.#newest();
      const found = newest.find(isAbout(shipment));
      if (found?.state === "awaiting-approval") {
        const delayMs = this.#whims.integer(0, LONGEST_DELAY_MS);
        await this.people?.decide(found, { wish: this.#whims.pick(WISHES), delayMs });
      }
      if (found !== undefined && hasEnded(found)) return found;
      const after = newest.find(isAbout(last));
      if (found === undefined && after !== undefined && hasEnded(after)) return undefined;
      await pause(LOOK_EVERY_MS, undefined, { signal });
    }
  }
}
