import type { Logger } from "pino";
import { DeploymentLog } from "../deployments/deployment-log.js";
import type { LogStore } from "../deployments/log-store.js";
import { type DeploymentRecord, type Failure, isFinal } from "../deployments/record.js";
import { Sha } from "../deployments/release.js";
import { StaleRecordError } from "../deployments/store.js";
import {
  changeStep,
  type FailureReport,
  fail,
  loseTrack,
  stopCancelled,
  succeed,
} from "../deployments/transitions.js";
import {
  executePlan,
  type PlanOutcome,
  type PlanProgress,
  type PlanTools,
} from "../execution/execute-plan.js";
import type { Plan, Step } from "../strategies/step.js";
import type { AppParts } from "./ports.js";

export interface RunParts extends AppParts {
  readonly logs: LogStore;
  readonly tools: PlanTools;
  readonly logger: Logger;
}

/** One run in this process: keeps the record in step with the plan. */
export class DeploymentRun implements PlanProgress {
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
      await this.#change((record) => this.#finish(record, outcome));
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

  #finish(
    record: DeploymentRecord,
    outcome: PlanOutcome | { kind: "broken"; error: unknown },
  ): DeploymentRecord | undefined {
    const at = this.#parts.now();
    switch (outcome.kind) {
      case "succeeded":
        return succeed(record, at);
      case "stopped":
        return stopCancelled(record, at);
      case "broken":
        return loseTrack(record, { failure: { code: "internal", message: errorName(outcome.error) } }, at);
    }
    const { failure, step } = outcome;
    const report = { failure, failedStep: step.id, ...this.#explanation(failure) };
    return outcome.kind === "failed" ? fail(record, report, at) : loseTrack(record, report, at);
  }

  #tail = "";
  #diagnosing = false;

  /** The lines that explain a failure: for an application that is not healthy, they are in its own log. */
  #explanation({ code }: Failure): Pick<FailureReport, "tail" | "tailOf"> {
    if (code === "unhealthy" && this.#diagnosing) return { tail: this.#log.tail(), tailOf: "diagnostics" };
    return { tail: this.#tail, tailOf: "step" };
  }

  async stepStarted(step: Step): Promise<void> {
    const startedAt = this.#parts.now();
    await this.#change((record) => changeStep(record, step.id, { state: "running", startedAt }));
  }

  async stepFinished(step: Step, state: "succeeded" | "failed"): Promise<void> {
    this.#tail = this.#log.tail();
    const finishedAt = this.#parts.now();
    await this.#change((record) => {
      const changed = changeStep(record, step.id, { state, finishedAt });
      return changed && withBefore(changed, step, this.#tail);
    });
    await auditRun(this.#parts, "step", this.#record, { step: step.id, outcome: state });
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

  async stopRequested(): Promise<boolean> {
    const now = await this.#parts.store.find(this.#record.id);
    return now?.cancelRequestedBy !== undefined;
  }

  /** Others may ask for a cancellation meanwhile; only a record that this run does not hold any more stops it. */
  async #change(transition: (record: DeploymentRecord) => DeploymentRecord | undefined): Promise<void> {
    const { store } = this.#parts;
    const { id, claim } = this.#record;
    const mine = (record: DeploymentRecord) => (record.claim === claim ? transition(record) : undefined);
    const next = await store.update(id, mine, this.#record);
    if (next === undefined) throw new StaleRecordError(id);
    this.#record = next;
    await announce(this.#parts, id, isFinal(next) ? "now" : "soon");
  }
}

/** Keeps the commit that the host had, where the step reports it. */
function withBefore(record: DeploymentRecord, step: Step, output: string): DeploymentRecord {
  if (step.kind !== "command" || step.reportsBefore !== true) return record;
  const sha = Sha.safeParse(output.split("\n").findLast((line) => Sha.safeParse(line).success));
  return sha.success ? { ...record, before: { ...record.before, [step.host]: sha.data } } : record;
}

/** Writes down what a worker did. */
export async function auditRun(
  { audit }: RunParts,
  action: "started" | "ended" | "void" | "step",
  record: DeploymentRecord,
  details: Readonly<Record<string, string | number | boolean>>,
): Promise<void> {
  const { project, environment, number, release } = record;
  await audit.append({
    action,
    actor: { kind: "slipway" },
    source: "worker",
    target: { project, environment },
    deployment: number,
    details: { sha: release.sha, ...details },
  });
}

/** A message that cannot be asked for never changes what becomes of the deployment. */
export async function announce(
  { queues, logger }: RunParts,
  id: string,
  when: "now" | "soon",
): Promise<void> {
  try {
    await queues.addAnnouncement(id, when);
  } catch (error) {
    logger.error({ err: error, deployment: id }, "a deployment's message could not be asked for");
  }
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "unknown error";
}
