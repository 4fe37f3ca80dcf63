import type { Logger } from "pino";
import type { Config } from "../config/schema.js";
import { DeploymentLog } from "../deployments/deployment-log.js";
import type { LogStore } from "../deployments/log-store.js";
import { type DeploymentRecord, type Failure, isFinal, type StepRecord } from "../deployments/record.js";
import { Sha } from "../deployments/release.js";
import { type DeploymentStore, StaleRecordError } from "../deployments/store.js";
import { lookUpTarget } from "../deployments/targets.js";
import {
  changeStep,
  type FailureReport,
  fail,
  loseTrack,
  start,
  succeed,
} from "../deployments/transitions.js";
import {
  executePlan,
  type PlanOutcome,
  type PlanProgress,
  type PlanTools,
} from "../execution/execute-plan.js";
import { planFor } from "../strategies/plan-for.js";
import type { Plan, Step } from "../strategies/step.js";
import type { WorkQueue } from "./admit-deployment.js";

export interface RunParts {
  readonly config: Config;
  readonly store: DeploymentStore;
  readonly logs: LogStore;
  readonly queues: Pick<WorkQueue, "addAnnouncement">;
  readonly tools: PlanTools;
  readonly now: () => number;
  readonly logger: Logger;
}

/**
 * Runs a queued deployment to its end. May be called twice at any time: the claim on the record lets one caller
 * run it. A deployment that is found running was interrupted; nobody knows how far its last step came, so it is
 * declared indeterminate and never run again by itself.
 */
export async function runDeployment(parts: RunParts, id: string, claim: string): Promise<void> {
  const record = await parts.store.find(id);
  if (record === undefined || isFinal(record)) return;
  if (record.state === "running") return declareInterrupted(parts, id);

  const target = lookUpTarget(parts.config, record);
  if (target === undefined) return refuseUnconfigured(parts, id);

  const plan = planFor(target.config, record.release);
  const steps = plan.steps.map(toStepRecord);
  const started = await parts.store.update(id, (queued) => start(queued, claim, steps, parts.now()));
  if (started === undefined) return;

  const run = new DeploymentRun(parts, started);
  const ended = await run.execute(plan);
  const { number, project, environment, state } = ended;
  parts.logger.info({ deployment: id, number, project, environment, state }, "a deployment ended");
  await announceWaiting(parts, started);
}

/** One run in this process: keeps the record in step with the plan. */
class DeploymentRun implements PlanProgress {
  readonly #parts: RunParts;
  readonly #log: DeploymentLog;
  #record: DeploymentRecord;

  constructor(parts: RunParts, record: DeploymentRecord) {
    this.#parts = parts;
    this.#record = record;
    this.#log = new DeploymentLog(parts.logs, record.id, (error) =>
      parts.logger.error({ err: error, deployment: record.id }, "the deployment's log could not be stored"),
    );
  }

  /** @returns the record as this run left it */
  async execute(plan: Plan): Promise<DeploymentRecord> {
    try {
      await announce(this.#parts, this.#record.id, "soon");
      const outcome = await this.#executePlan(plan);
      await this.#log.flush();
      await this.#save(this.#finish(outcome));
    } catch (error) {
      if (!(error instanceof StaleRecordError)) throw error;
      this.#parts.logger.warn({ deployment: error.id }, "another worker took this deployment over; stopping");
    }
    return this.#record;
  }

  async #executePlan(plan: Plan): Promise<PlanOutcome | { kind: "broken"; error: unknown }> {
    try {
      return await executePlan(plan, this.#parts.tools, this);
    } catch (error) {
      if (error instanceof StaleRecordError) throw error;
      this.#parts.logger.error({ err: error, deployment: this.#record.id }, "the deployment broke off");
      return { kind: "broken", error };
    }
  }

  #finish(outcome: PlanOutcome | { kind: "broken"; error: unknown }): DeploymentRecord | undefined {
    const at = this.#parts.now();
    if (outcome.kind === "succeeded") return succeed(this.#record, at);
    if (outcome.kind === "broken") {
      return loseTrack(
        this.#record,
        { failure: { code: "internal", message: errorName(outcome.error) } },
        at,
      );
    }
    const report = {
      failure: outcome.failure,
      failedStep: outcome.step.id,
      ...this.#explanation(outcome.failure),
    };
    return outcome.kind === "failed" ? fail(this.#record, report, at) : loseTrack(this.#record, report, at);
  }

  #tail = "";
  #diagnosing = false;

  /** The lines that explain a failure: for an application that is not healthy, they are in its own log. */
  #explanation({ code }: Failure): Pick<FailureReport, "tail" | "tailOf"> {
    if (code === "unhealthy" && this.#diagnosing) return { tail: this.#log.tail(), tailOf: "diagnostics" };
    return { tail: this.#tail, tailOf: "step" };
  }

  async stepStarted(step: Step): Promise<void> {
    await this.#save(changeStep(this.#record, step.id, { state: "running", startedAt: this.#parts.now() }));
  }

  async stepFinished(step: Step, state: "succeeded" | "failed"): Promise<void> {
    this.#tail = this.#log.tail();
    const changed = changeStep(this.#record, step.id, { state, finishedAt: this.#parts.now() });
    await this.#save(changed && withBefore(changed, step, this.#tail));
  }

  heading(text: string): void {
    this.#log.write(`\n== ${text}\n`);
    if (!this.#diagnosing) this.#log.startTail();
  }

  output(text: string): void {
    this.#log.write(text);
  }

  diagnosticsStarted(): void {
    this.#log.write("\n== diagnostics\n");
    this.#log.startTail();
    this.#diagnosing = true;
  }

  async #save(next: DeploymentRecord | undefined): Promise<void> {
    if (next === undefined) throw new StaleRecordError(this.#record.id);
    this.#record = await this.#parts.store.save(next);
    await announce(this.#parts, next.id, isFinal(next) ? "now" : "soon");
  }
}

function toStepRecord(step: Step): StepRecord {
  const { id, title } = step;
  if (step.kind === "health") return { id, title, state: "pending" };
  return { id, title, host: step.host, state: "pending", ...(step.effect && { effect: step.effect }) };
}

/** Keeps the commit that the host had, where the step reports it. */
function withBefore(record: DeploymentRecord, step: Step, output: string): DeploymentRecord {
  if (step.kind !== "command" || step.reportsBefore !== true) return record;
  const sha = Sha.safeParse(output.split("\n").findLast((line) => Sha.safeParse(line).success));
  return sha.success ? { ...record, before: { ...record.before, [step.host]: sha.data } } : record;
}

async function declareInterrupted(parts: RunParts, id: string): Promise<void> {
  const { store, now, logger } = parts;
  logger.warn({ deployment: id }, "found a deployment that was interrupted; its state is indeterminate");
  const record = await store.update(id, (running) => {
    const failedStep = running.steps.find((step) => step.state === "running")?.id;
    const report = { failure: { code: "interrupted" as const }, ...(failedStep && { failedStep }) };
    return loseTrack(running, report, now());
  });
  if (record !== undefined) await announce(parts, id, "now");
}

async function refuseUnconfigured(parts: RunParts, id: string): Promise<void> {
  const report = { failure: { code: "configuration" as const } };
  await parts.store.update(id, (record) =>
    record.state === "queued" ? fail(record, report, parts.now()) : undefined,
  );
  await announce(parts, id, "now");
}

/** Those who wait move up: their messages say so. */
async function announceWaiting(parts: RunParts, finished: DeploymentRecord): Promise<void> {
  for (const waiting of await parts.store.open(finished)) await announce(parts, waiting.id, "soon");
}

/** A message that cannot be asked for never changes what becomes of the deployment. */
async function announce({ queues, logger }: RunParts, id: string, when: "now" | "soon"): Promise<void> {
  try {
    await queues.addAnnouncement(id, when);
  } catch (error) {
    logger.error({ err: error, deployment: id }, "a deployment's message could not be asked for");
  }
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}
