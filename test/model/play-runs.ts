import { EnvironmentHeldError } from "../../src/app/hold-environment.js";
import { runDeployment } from "../../src/app/run-deployment.js";
import { isFinal } from "../../src/deployments/record.js";
import type { Meanwhile, SimpleAction, StepFault } from "./actions.js";
import { type Model, type Moment, ONE_AT_A_TIME } from "./model.js";
import { type ExecutedStep, type Known, placeOf } from "./oracle.js";
import { SimulatedProcess } from "./simulated-process.js";
import { snapshotOf } from "./world.js";

type Delivery = Omit<Extract<SimpleAction, { readonly type: "deliver" }>, "pick" | "type">;

/** A delivery in which nothing goes wrong. */
export const PLAIN: Delivery = { kill: undefined, fault: undefined, meanwhile: undefined };

/**
 * A queue delivers a deployment's job to a worker. A job whose worker died, or that the use case threw back, stays in
 * the queue.
 */
export async function deliver(
  model: Model,
  id: string,
  { kill, fault, meanwhile }: Delivery,
  moment: Moment,
  play: (action: Meanwhile["action"]) => Promise<void>,
): Promise<void> {
  const known = model.oracle.known.get(id);
  if (known === undefined) return;
  const during = async (number: number) => {
    if (meanwhile?.step === number) await play(meanwhile.action);
  };
  const process = new SimulatedProcess(kill, moment.jitter);
  const started = (step: ExecutedStep) => {
    model.underWay.set(process, known);
    return stepStarted(model, step, moment);
  };
  model.requests += 1;
  const claim = `worker-${model.requests}`;
  known.deliveredTo = claim;
  model.words.touch(known);
  const parts = model.parts({ deployment: id, fault, started, during });
  try {
    const done = await process.run(() => runDeployment(parts, id, claim));
    if (done === "killed") known.killed = true;
    else if (done === "done" && known.deliveredTo === claim) {
      model.queue.jobs.delete(id);
      if (!moment.crowd) await judgeDelivered(model, known);
    }
  } catch (error) {
    // The queue tries again later, whatever it was.
    model.count(error instanceof EnvironmentHeldError ? "held" : `threw ${String(error)}`);
  } finally {
    model.underWay.delete(process);
    const record = await model.store.find(id);
    if (record?.startedAt !== undefined) known.startedIn ??= moment.before;
  }
}

/** Nobody delivers the job again: what it leaves open stays open. */
async function judgeDelivered({ oracle, store }: Model, known: Known): Promise<void> {
  const record = await store.find(known.id);
  const left = record === undefined || record.state === "queued" || record.state === "running";
  if (left) oracle.violate("a job that is done leaves nothing open", { known, state: record?.state });
}

/** Everything that waits, oldest first. */
export async function deliverAll(model: Model, fault?: StepFault): Promise<void> {
  for (const id of [...model.queue.jobs]) {
    const moment = { before: snapshotOf(model.world), jitter: 0, crowd: false };
    await deliver(model, id, { ...PLAIN, fault }, moment, async () => undefined);
    await model.settle();
  }
}

async function stepStarted(model: Model, step: ExecutedStep, { before, crowd }: Moment): Promise<void> {
  const { oracle, store } = model;
  const known = oracle.known.get(step.deployment);
  const { startedIn } = known ?? {};
  if (startedIn === undefined) oracle.stepStarted(step, before, model.world, !crowd);
  else oracle.stepStarted(step, startedIn, startedIn, false);
  if (known === undefined) return;
  // The order counts: who ends a deployment lets go of its environment afterwards.
  const holder = await model.locks.holder(known);
  const record = await store.find(step.deployment);
  // A second delivery may end it between its note and its step; the run finds that out before its next step.
  if (record === undefined || isFinal(record)) {
    noteLate(model, step);
    return;
  }
  if (holder !== known.id) oracle.violate("what runs holds its environment", { step, holder });
  for (const other of model.underWay.values()) {
    if (other.id === known.id || placeOf(other) !== placeOf(known)) continue;
    const theirs = await store.find(other.id);
    if (theirs !== undefined && !isFinal(theirs)) oracle.violate(ONE_AT_A_TIME, { step, other });
  }
}

function noteLate(model: Model, step: ExecutedStep): void {
  const late = (model.lateSteps.get(step.deployment) ?? 0) + 1;
  model.lateSteps.set(step.deployment, late);
  if (late > 1) model.oracle.violate("nothing runs after its end", { step, late });
}
