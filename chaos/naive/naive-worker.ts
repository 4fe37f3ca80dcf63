/**
 * The control: deployments as one would first write them. A job of BullMQ runs the steps of the plan one after the
 * other over SSH and keeps a record; what was interrupted, BullMQ delivers again, and it begins from the start.
 */
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { pino } from "pino";
import { z } from "zod";
import type { EnvironmentConfig } from "../../src/config/schema.js";
import { Sha } from "../../src/deployments/release.js";
import { createSshRunner } from "../../src/execution/ssh/create-ssh-runner.js";
import { readSetup, type Setup } from "../../src/setup.js";
import { planFor } from "../../src/strategies/plan-for.js";
import type { CommandStep } from "../../src/strategies/step.js";
import { PROJECT } from "../world/names.js";
import { NaiveRecord, naiveQueue, naiveRecordKey } from "./naive-record.js";
import { sshHosts } from "./ssh-hosts.js";
import { readTiming } from "./timing.js";

const JobData = z.object({ sha: Sha });

const setup = await readSetup("worker");
if (setup.kind === "invalid") throw new Error(setup.report);
serve(setup);

function serve({ config, settings, privateKeys }: Setup): void {
  const redis = new Redis(settings.redisUrl?.reveal() ?? "", { maxRetriesPerRequest: null });
  redis.on("error", (error: Error) => console.error(error.message));
  const runner = createSshRunner({ hosts: sshHosts(config, privateKeys), logger: pino({ level: "silent" }) });
  const environments = Object.entries(config.projects[PROJECT]?.environments ?? {});
  for (const [name, environment] of environments) {
    const deploy = ({ data }: { data: unknown }): Promise<void> =>
      runPlan(new NaiveRun(redis, environment, JobData.parse(data).sha), runner);
    const worker = new Worker(naiveQueue(name), deploy, { connection: redis, ...readTiming(process.env) });
    worker.on("error", (error) => console.error(error.message));
  }
}

/** The whole of the naive executor. */
async function runPlan(run: NaiveRun, runner: ReturnType<typeof createSshRunner>): Promise<void> {
  await run.begin();
  for (const step of run.steps) {
    await run.mark(step, "running");
    const outcome = await runner.run(step.host, step, () => undefined);
    const ok = outcome.kind === "exited" && outcome.code === 0;
    await run.mark(step, ok ? "succeeded" : "failed");
    if (!ok) return run.end({ state: "failed", failedStep: step.id, failure: outcome.kind });
  }
  await run.end({ state: "succeeded" });
}

class NaiveRun {
  readonly steps: readonly CommandStep[];
  readonly #redis: Redis;
  readonly #key: string;
  #record: NaiveRecord | undefined;

  constructor(redis: Redis, environment: EnvironmentConfig, sha: Sha) {
    this.#redis = redis;
    this.#key = naiveRecordKey(sha);
    const plan = planFor(environment, { sha, ref: "main", subject: "", author: "" });
    this.steps = plan.steps.filter((step) => step.kind === "command");
  }

  async begin(): Promise<void> {
    const stored = NaiveRecord.parse(JSON.parse((await this.#redis.get(this.#key)) ?? "null"));
    await this.#save({ ...stored, state: "running", steps: [] });
  }

  async mark({ id }: CommandStep, state: NaiveRecord["steps"][number]["state"]): Promise<void> {
    if (this.#record === undefined) return;
    const others = this.#record.steps.filter((step) => step.id !== id);
    await this.#save({ ...this.#record, steps: [...others, { id, state }] });
  }

  async end(how: Pick<NaiveRecord, "state" | "failedStep" | "failure">): Promise<void> {
    if (this.#record !== undefined) await this.#save({ ...this.#record, ...how });
  }

  async #save(record: NaiveRecord): Promise<void> {
    this.#record = record;
    await this.#redis.set(this.#key, JSON.stringify(record));
  }
}
