import {
  type DeploymentRecord,
  type Failure,
  provesUntouched,
  type StepEffect,
} from "../deployments/record.js";
import { Sha } from "../deployments/release.js";
import { certainOf, lastCertain, type RunningStep, releaseOf, type StepEnd } from "../deployments/running.js";
import type { StoredHost } from "../deployments/running-store.js";
import type { CommandStep, Step } from "../strategies/step.js";
import { deriveRunning } from "./look-up-running.js";
import type { RunParts } from "./run-parts.js";

/**
 * Keeps `running` in step with one worker's part in a deployment. Each write comes before the record's own change, and
 * repeated it changes nothing: what a crash leaves out between the two, the worker that goes on makes up for.
 */
export class RunningHosts {
  readonly #parts: Pick<RunParts, "store" | "running" | "now">;

  constructor(parts: Pick<RunParts, "store" | "running" | "now">) {
    this.#parts = parts;
  }

  /** Takes over what older records tell of the plan's hosts. */
  async derive(record: DeploymentRecord): Promise<void> {
    const hosts = new Set(record.steps.flatMap(({ host }) => host ?? []));
    await deriveRunning(this.#parts, record, [...hosts]);
  }

  /** A step is about to begin. */
  async begins(record: DeploymentRecord, step: CommandStep, run: string): Promise<void> {
    const change = this.#change(record, step, false, run);
    if (change !== undefined) await this.#parts.running.begin(record, step.host, change);
  }

  /** A step has ended. */
  async ended(record: DeploymentRecord, step: Step, failure: Failure | undefined): Promise<void> {
    const end = failure === undefined ? "succeeded" : provesUntouched(failure) ? "untouched" : "failed";
    await this.#end(record, step, end);
  }

  /** A step that was about to begin never began on its host. */
  async neverBegan(record: DeploymentRecord, step: CommandStep): Promise<void> {
    await this.#end(record, step, "untouched");
  }

  /** A worker may have died before the record said that the step begins: it never did. */
  async settle(record: DeploymentRecord): Promise<void> {
    for (const [index, { host, effect, state }] of record.steps.entries()) {
      if (host === undefined || effect !== "application" || state !== "pending") continue;
      await this.#parts.running.neverBegan(record, host, runName(record, index), this.#order(record, index));
    }
  }

  /** The commit that the host had before, by host name; nothing where it is not known. */
  async before(target: DeploymentRecord, host: string): Promise<Readonly<Record<string, Sha>>> {
    const stored = await this.#stored(target, host);
    const application = stored && certainOf(stored.entry);
    return application?.kind === "release" ? { [host]: application.release.sha } : {};
  }

  /** What ran on the host for certain last. */
  async rollbackPoint(target: DeploymentRecord, host: string): Promise<Sha | undefined> {
    const stored = await this.#stored(target, host);
    return stored && lastCertain(certainOf(stored.entry))?.sha;
  }

  /** HEAD of the checkout, as the step that looked at the host printed it. */
  async noteHead(record: DeploymentRecord, host: string, output: string): Promise<void> {
    const lines = output.split("\n").flatMap((line) => HEAD_LINE.exec(line)?.[1] ?? []);
    const sha = Sha.safeParse(lines.at(-1));
    if (!sha.success) return;
    const reading = { kind: "checkout", release: { sha: sha.data } } as const;
    const { fence = 0 } = record;
    await this.#parts.running.noteOwnReading(record, host, { reading, fence, at: this.#parts.now() });
  }

  async #end(record: DeploymentRecord, step: Step, end: StepEnd): Promise<void> {
    if (step.kind !== "command") return;
    const run = record.steps.find(({ id }) => id === step.id)?.run ?? "";
    const change = this.#change(record, step, true, run);
    if (change !== undefined) await this.#parts.running.end(record, step.host, change, end);
  }

  #change(
    record: DeploymentRecord,
    step: { readonly id: string; readonly effect?: StepEffect },
    ended: boolean,
    run: string,
  ): RunningStep | undefined {
    if (step.effect === undefined) return undefined;
    const index = record.steps.findIndex(({ id }) => id === step.id);
    const { id, number } = record;
    return {
      ...{ effect: step.effect, deployment: { id, number }, release: releaseOf(record), run },
      order: { ...this.#order(record, index), ended },
      at: this.#parts.now(),
    };
  }

  #order({ fence = 0 }: DeploymentRecord, step: number) {
    return { fence, step, ended: true };
  }

  async #stored(
    target: DeploymentRecord,
    host: string,
  ): Promise<Extract<StoredHost, { kind: "known" }> | undefined> {
    const stored = (await this.#parts.running.read(target)).get(host);
    return stored?.kind === "known" ? stored : undefined;
  }
}

/** What the preflight check prints. */
const HEAD_LINE = /^HEAD is ([0-9a-f]{40})$/;

/** The same for whoever works on this attempt of the step: the host lets it run once. */
export function runName({ id, steps }: DeploymentRecord, index: number): string {
  return `${id}.${index + 1}.${steps[index]?.attempt ?? 1}`;
}
