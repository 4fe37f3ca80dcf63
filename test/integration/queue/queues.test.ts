import { once } from "node:events";
import { DelayedError, type Job, UnrecoverableError, Worker } from "bullmq";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { probe } from "../../../jobs/probe.js";
import { reconcile } from "../../../jobs/reconcile.js";
import { schedule } from "../../../jobs/schedule.js";
import { tendLocks } from "../../../jobs/tend-locks.js";
import type { Target } from "../../../src/deployments/record.js";
import { watchOf } from "../../../src/health/incidents/watched.js";
import {
  ANNOUNCE_QUEUE,
  cappedBackoff,
  deployQueueName,
  EFFECTS_QUEUE,
  PROBE_QUEUE,
  Queues,
  SCHEDULE_QUEUE,
} from "../../../src/queue.js";
import { type JobDefinition, type JobParts, startWorkers } from "../../../src/worker.js";
import { worldOf } from "../../unit/app/ports.js";
import { configWith, environmentInput } from "../../unit/deployments/samples.js";
import { recordingLogger } from "../execution/ssh-fixture.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";

let fixture: RedisFixture;
let queues: Queues;
const workers: Worker[] = [];

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  queues = new Queues(fixture.redis, () => undefined);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.close(true)));
  await queues.close();
});
afterAll(() => fixture.close());

const uat = { project: "shop", environment: "uat" };

function work(process: (job: Job, token: string) => Promise<void>): Worker {
  const worker = new Worker(ANNOUNCE_QUEUE, (job, token) => process(job, token ?? ""), {
    connection: fixture.redis,
    settings: { backoffStrategy: () => 10 },
  });
  worker.on("error", () => undefined);
  workers.push(worker);
  return worker;
}

/** Something that is announced: which state of it was seen last. */
class Subject {
  state = 0;
  shown = -1;
  runs = 0;

  show(): void {
    this.runs++;
    this.shown = this.state;
  }
}

describe("the probe of an environment", () => {
  it("is made while hundreds of others wait for hosts that hang", async () => {
    const seen: string[] = [];
    const stuck = new AbortController();
    const config = configWith({ uat: environmentInput() });
    const definition: JobDefinition = {
      queues: probe.queues,
      concurrency: probe.concurrency,
      async process({ data: { environment } }: Job<Target>) {
        if (environment === "healthy") seen.push(environment);
        else await once(stuck.signal, "abort");
      },
    };
    const { logger } = recordingLogger();
    const started = await startWorkers(
      [definition],
      { config, logger } as unknown as JobParts,
      fixture.redis,
    );
    const hanging = Array.from({ length: 300 }, (_, index) => `stuck-${index}`);
    for (const environment of [...hanging, "healthy"]) await queues.addProbe({ ...uat, environment }, 1);

    await expect.poll(() => seen).toEqual(["healthy"]);
    stuck.abort();
    await started.close(5_000);
  });
});

describe("an announcement", () => {
  it("is made once of many quick changes, and shows the last", async () => {
    const subject = new Subject();
    for (subject.state = 0; subject.state < 20; subject.state++) await queues.addAnnouncement("id", "soon");

    const worker = work(async () => subject.show());
    await once(worker, "completed");

    expect(subject).toMatchObject({ shown: 20, runs: 1 });
  });

  it.each(["now", "soon"] as const)(
    "comes again after a change (%s) that came while it was being written",
    async (when) => {
      const subject = new Subject();
      work(async () => {
        subject.show();
        if (subject.runs > 1) return;
        subject.state = 1;
        await queues.addAnnouncement("id", when);
      });

      await queues.addAnnouncement("id", "now");

      await expect.poll(() => subject.shown).toBe(1);
    },
  );

  it("shows the last of many changes that come at any time", async () => {
    const subject = new Subject();
    work(async () => {
      subject.show();
      await new Promise((resolve) => setImmediate(resolve));
    });

    for (let change = 1; change <= 100; change++) {
      subject.state = change;
      await queues.addAnnouncement("id", change % 7 === 0 ? "now" : "soon");
    }

    await expect.poll(() => subject.shown).toBe(100);
  });

  it("that is asked for now overtakes one that waits", async () => {
    const queue = queues.get(ANNOUNCE_QUEUE);
    await queues.addAnnouncement("id", "soon");
    expect(await queue.getJobCountByTypes("delayed")).toBe(1);

    await queues.addAnnouncement("id", "now");

    expect(await queue.getJobCounts("delayed", "waiting")).toMatchObject({ delayed: 0, waiting: 1 });
  });

  it("that is asked for now overtakes one that was put off", async () => {
    const queue = queues.get(ANNOUNCE_QUEUE);
    let runs = 0;
    const hour = 3_600_000;
    work(async (job, token) => {
      if (++runs > 1) return;
      await job.moveToDelayed(Date.now() + hour, token);
      throw new DelayedError();
    });
    await queues.addAnnouncement("id", "now");
    await expect.poll(() => queue.getJobCountByTypes("delayed")).toBe(1);

    await queues.addAnnouncement("id", "now");

    await expect.poll(() => runs).toBe(2);
  });

  it("of one deployment does not hold back another's", async () => {
    await queues.addAnnouncement("one", "soon");
    await queues.addAnnouncement("two", "soon");

    expect(await queues.get(ANNOUNCE_QUEUE).getJobCountByTypes("delayed")).toBe(2);
  });

  it("is tried again after a fault", async () => {
    let runs = 0;
    work(async () => {
      if (++runs === 1) throw new Error("Discord is away");
    });

    await queues.addAnnouncement("id", "now");

    await expect.poll(() => runs).toBe(2);
  });

  it("is tried until Discord is back, however long that takes, and keeps the last fault alone", async () => {
    const subject = new Subject();
    const traces: number[] = [];
    const worker = new Worker(
      ANNOUNCE_QUEUE,
      async (job) => {
        traces.push(job.stacktrace?.length ?? 0);
        if (traces.length <= 150) throw new Error("Discord is away");
        subject.show();
      },
      { connection: fixture.redis, settings: { backoffStrategy: () => 1 } },
    );
    worker.on("error", () => undefined);
    workers.push(worker);

    await queues.addAnnouncement("id", "now");

    await expect.poll(() => subject.shown).toBe(0);
    expect(Math.max(...traces)).toBe(1);
  });
});

describe("a deployment", () => {
  it("is in the queue of its environment once", async () => {
    for (let time = 0; time < 3; time++) await queues.addDeployment(uat, "0123456789abcdef01234567");

    const jobs = await queues.get(deployQueueName(uat)).getJobs();

    expect(jobs.map(({ id, data }) => ({ id, data }))).toEqual([
      { id: "0123456789abcdef01234567", data: { id: "0123456789abcdef01234567" } },
    ]);
  });
});

describe("the schedules", () => {
  const daily = { schedule: { cron: "30 6 * * *", timeZone: "Europe/Paris" } };
  const prepare = (triggers: object) => {
    const config = configWith({ uat: environmentInput({ triggers }), prod: environmentInput() });
    return schedule.prepare?.({ config, queues } as unknown as JobParts);
  };
  const schedulers = () => queues.get(SCHEDULE_QUEUE).getJobSchedulers();

  it("are those of the configuration, however often the bot starts", async () => {
    await prepare(daily);
    await prepare(daily);

    expect(await schedulers()).toMatchObject([
      { key: "shop.uat", pattern: "30 6 * * *", tz: "Europe/Paris", template: { data: uat } },
    ]);
  });

  it("end with the configuration that named them", async () => {
    await prepare(daily);

    await prepare({});

    expect(await schedulers()).toEqual([]);
    expect(await queues.get(SCHEDULE_QUEUE).getJobCountByTypes("delayed")).toBe(0);
  });

  it("try again when GitHub does not answer at that time", async () => {
    await prepare(daily);

    const [job] = await queues.get(SCHEDULE_QUEUE).getDelayed();

    expect(job?.opts).toMatchObject({ attempts: expect.any(Number), backoff: { type: "capped" } });
  });
});

describe("the probes", () => {
  const health = [{ url: "https://shop.example.com/healthz" }];
  const monitor = { schedule: "*/5 * * * *", timeZone: "Europe/Paris" };
  const prepare = (environment: object) => {
    const config = configWith({ uat: environmentInput(environment), prod: environmentInput() });
    return probe.prepare?.({ watch: watchOf(config), queues } as unknown as JobParts);
  };
  const schedulers = () => queues.get(PROBE_QUEUE).getJobSchedulers();

  it("come at the times of the configuration, however often the bot starts", async () => {
    await prepare({ health, monitor });
    await prepare({ health, monitor });

    expect(await schedulers()).toMatchObject([
      { key: "shop.uat", pattern: "*/5 * * * *", tz: "Europe/Paris", template: { data: uat } },
    ]);
  });

  it.each([
    ["its health checks left the configuration", { monitor }],
    ["its monitoring was turned off", { health, monitor: { enabled: false } }],
  ])("end when %s", async (_why, environment) => {
    await prepare({ health, monitor });

    await prepare(environment);

    expect(await schedulers()).toEqual([]);
  });

  it("outside of the schedule are asked for once", async () => {
    const at = Date.now() + 60_000;
    for (let time = 0; time < 3; time++) await queues.addProbe(uat, at);

    const jobs = await queues.get(PROBE_QUEUE).getDelayed();

    expect(jobs.map(({ data }) => data)).toContainEqual({ ...uat, at });
    expect(jobs.filter(({ data }) => data.at === at)).toHaveLength(1);
  });
});

describe("the effects of incidents", () => {
  it("are performed by one job a lane, however often they are asked for", async () => {
    for (const lane of ["one", "two", "one"]) await queues.addEffects(lane);

    const jobs = await queues.get(EFFECTS_QUEUE).getJobs();

    expect(jobs.map(({ data }) => data.lane).sort()).toEqual(["one", "two"]);
  });

  it("are asked for anew once their job was given up", async () => {
    const giveUp = async (): Promise<void> => {
      throw new UnrecoverableError("given up");
    };
    const worker = new Worker(EFFECTS_QUEUE, giveUp, { connection: fixture.redis });
    workers.push(worker);
    const givenUp = once(worker, "failed");
    await queues.addEffects("one");
    await givenUp;
    await worker.close();

    await queues.addEffects("one");

    expect(await queues.get(EFFECTS_QUEUE).getJobCountByTypes("waiting")).toBe(1);
  });
});

describe("cappedBackoff", () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [4, 8_000],
    [50, 60_000],
  ])("is, after %i attempts, about %i ms", (attempts, milliseconds) => {
    expect(Math.abs(cappedBackoff(attempts) - milliseconds)).toBeLessThanOrEqual(milliseconds * 0.05 + 1);
  });
});

describe("the job of a deployment whose worker died", () => {
  it("is freed from that worker alone", async () => {
    const target = { project: "shop", environment: "released" };
    await queues.addDeployment(target, "a".repeat(24));
    const worker = new Worker(deployQueueName(target), null, { connection: fixture.redis });
    const job = await worker.getNextJob("its token");
    const lock = `bull:${deployQueueName(target)}:${job?.id}:lock`;

    await queues.releaseDeployment(target, "a".repeat(24), "another token");
    const before = await fixture.redis.get(lock);
    await queues.releaseDeployment(target, "a".repeat(24), "its token");

    expect(before).toBe("its token");
    expect(await fixture.redis.exists(lock)).toBe(0);
    await worker.close();
  });
});

describe("a job that comes every few seconds", () => {
  it.each([
    ["reconcile", reconcile],
    ["tend-locks", tendLocks],
  ])("leaves nothing behind in Redis once it is done (%s)", async (_name, definition) => {
    const config = configWith({ uat: environmentInput() });
    const [name = ""] = definition.queues(config);
    const { parts } = worldOf(fixture, config);
    await definition.prepare?.({ ...parts, queues } as JobParts);

    const [scheduler] = await queues.get(name).getJobSchedulers();

    expect(scheduler?.template?.opts).toMatchObject({ removeOnComplete: true, removeOnFail: 100 });
  });
});
