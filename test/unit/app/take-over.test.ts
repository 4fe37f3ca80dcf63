import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requestDeployment } from "../../../src/app/request-deployment.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import { type Change, Changes } from "../../../src/changes/changes.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { DeploymentStore } from "../../../src/deployments/store.js";
import { changeStep, requestCancel, start } from "../../../src/deployments/transitions.js";
import type { CommandOutcome, OutputListener, RemoteCommand } from "../../../src/execution/remote-runner.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { aStep, configWith, environmentInput } from "../deployments/samples.js";
import { ScriptedRunner, type World, worldOf } from "./ports.js";
import { accepted } from "./production.js";

const strategy = {
  type: "git" as const,
  directory: "/srv/shop",
  restart: { run: ["restart-the-app"] as [string] },
  diagnostics: [{ run: ["look-around"] as [string] }],
};
const config = configWith({ uat: environmentInput({ strategy }) });

let fixture: RedisFixture;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
});
afterAll(() => fixture.close());

type Answer = (command: RemoteCommand, print: OutputListener) => Promise<CommandOutcome | undefined>;
type Scene = World & { readonly runner: ScriptedRunner };

function startWorld(answer: Answer = async () => undefined, using = config): Scene {
  const runner = new ScriptedRunner(answer);
  return { ...worldOf(fixture, using, runner), runner };
}

/** A store that does something else before each change. */
function storeThat(before: (change: Change) => Promise<void>): DeploymentStore {
  class Watched extends Changes {
    override async apply(change: Change): Promise<string> {
      await before(change);
      return super.apply(change);
    }
  }
  return new DeploymentStore(fixture.redis, new Watched(fixture.redis));
}

async function queued({ parts }: World): Promise<string> {
  const person = { id: "1", name: "ada", roles: ["223344556677889900"] };
  return accepted(await requestDeployment(parts, { requestId: "1", person, environment: "uat" })).id;
}

async function found({ store }: World, id: string): Promise<DeploymentRecord> {
  const record = await store.find(id);
  if (record === undefined) throw new Error("The record is gone.");
  return record;
}

/** A process that ends while the step whose command has this word runs. */
async function leftAt(word: string): Promise<{ readonly id: string; readonly before: Scene }> {
  const before = startWorld(async ({ argv }) => (argv.includes(word) ? { kind: "detached" } : undefined));
  const id = await queued(before);
  expect(await runDeployment(before.parts, id, "first worker")).toBe("left");
  return { id, before };
}

const runsOf = (scene: Scene) => scene.runner.commands.flatMap(({ run }) => (run ? [run] : []));
const without = (scene: Scene, word: string) =>
  scene.runner.commands.some(({ argv }) => argv.includes(word)) === false;

describe("a deployment whose worker is gone", () => {
  it("stays running when the process ends, and holds its environment", async () => {
    const { id, before } = await leftAt("fetch");

    const record = await found(before, id);
    expect(record).toMatchObject({ state: "running", claim: "first worker" });
    expect(record.steps.map(({ state }) => state)).toEqual([
      "succeeded",
      "succeeded",
      "running",
      "pending",
      "pending",
    ]);
    expect(await before.locks.holder({ project: "shop", environment: "uat" })).toBe(id);
  });

  it("goes on with the step that runs, and repeats none that ended", async () => {
    const { id, before } = await leftAt("fetch");
    const after = startWorld();

    expect(await runDeployment(after.parts, id, "second worker")).toBe("done");

    expect(await found(after, id)).toMatchObject({ state: "succeeded", claim: "second worker" });
    const [resumed, ...rest] = runsOf(after);
    const left = runsOf(before).at(-1);
    expect(resumed).toMatchObject({ id: left?.id, resumed: true });
    expect(rest.every((run) => run.resumed === undefined)).toBe(true);
    expect(after.runner.commands).toHaveLength(3);
    expect(resumed?.fence?.token).toBeGreaterThan(left?.fence?.token ?? Number.POSITIVE_INFINITY);
  });

  it("is left alone by one that was frozen while a newer one took it over", async () => {
    const { id } = await leftAt("fetch");
    const newer = startWorld(async () => ({ kind: "detached" }));
    const frozen = startWorld();
    const nextFence = frozen.locks.nextFence.bind(frozen.locks);
    frozen.locks.nextFence = async (target) => {
      const fence = await nextFence(target);
      await runDeployment(newer.parts, id, "newer worker");
      return fence;
    };

    expect(await runDeployment(frozen.parts, id, "frozen worker")).toBe("done");

    expect(await found(frozen, id)).toMatchObject({ state: "running", claim: "newer worker" });
    expect(frozen.runner.commands).toEqual([]);
  });

  it("gives each step a run of its own, and one token to all of a claim", async () => {
    const scene = startWorld();
    const id = await queued(scene);

    await runDeployment(scene.parts, id, "worker");

    const runs = runsOf(scene);
    expect(runs.map((run) => run.id)).toEqual([1, 2, 3, 4, 5].map((index) => `${id}.${index}.1`));
    expect(new Set(runs.map(({ fence }) => JSON.stringify(fence)))).toHaveLength(1);
    expect(runs[0]?.fence?.key).toBe("shop.uat");
  });

  it("goes on in the log where its output was certain, without a gap or a line twice", async () => {
    const before = startWorld(async ({ argv }, print) => {
      if (!argv.includes("fetch")) return undefined;
      print("one\n", 4);
      print("two\n", 8);
      print("and half of");
      return { kind: "detached" };
    });
    const id = await queued(before);
    await runDeployment(before.parts, id, "first worker");
    const after = startWorld(async ({ run }, print) => {
      if (run?.resumed) print("and half of a line\n", 27);
      return undefined;
    });

    await runDeployment(after.parts, id, "second worker");

    expect(runsOf(after)[0]?.offset).toBe(8);
    const log = (await after.parts.logs.read(id)).toString();
    expect(log).toContain("== web-1: fetch:web-1\none\ntwo\nand half of a line\n-- exit code 0\n");
    expect(log.match(/== web-1: fetch:web-1/g)).toHaveLength(1);
  });

  it("has the whole output of a step in the log before its end is written down: nobody asks for it again", async () => {
    const world = startWorld(async ({ argv }, print) => {
      if (argv.includes("fetch")) print("all of it\n", 10);
      return undefined;
    });
    const id = await queued(world);
    const atEnd: string[] = [];
    const store = storeThat(async ({ entry }) => {
      if (entry?.details?.["step"] === "fetch:web-1") atEnd.push(String(await world.parts.logs.read(id)));
    });

    await runDeployment({ ...world.parts, store }, id, "worker");

    expect(atEnd).toEqual([expect.stringMatching(/all of it\n-- exit code 0\n$/)]);
  });

  it("keeps what a worker that was overtaken prints out of the log", async () => {
    let overtake = async () => undefined as unknown;
    const first = startWorld(async ({ argv, run }, print) => {
      if (!argv.includes("fetch") || run?.resumed) return undefined;
      await overtake();
      print("late\n", 5);
      return undefined;
    });
    const id = await queued(first);
    overtake = () => runDeployment(first.parts, id, "second worker");

    await runDeployment(first.parts, id, "first worker");

    expect(await found(first, id)).toMatchObject({ state: "succeeded", claim: "second worker" });
    expect((await first.parts.logs.read(id)).toString()).not.toContain("late");
    expect(first.runner.commands.filter(({ argv }) => argv[0] === "restart-the-app")).toHaveLength(1);
  });

  it("is left to the one that a host has seen", async () => {
    const scene = startWorld(async ({ argv }) =>
      argv.includes("fetch") ? { kind: "fenced", token: 9 } : undefined,
    );
    const id = await queued(scene);

    expect(await runDeployment(scene.parts, id, "frozen worker")).toBe("done");

    expect(await found(scene, id)).toMatchObject({ state: "running" });
    expect(without(scene, "restart-the-app")).toBe(true);
  });

  it("begins nothing when this process ends", async () => {
    const closing = AbortSignal.abort();
    const scene = startWorld();
    const id = await queued(scene);
    const parts = { ...scene.parts, tools: { ...scene.parts.tools, closing } };

    expect(await runDeployment(parts, id, "worker")).toBe("left");

    expect(scene.runner.commands).toEqual([]);
    expect(await found(scene, id)).toMatchObject({ state: "running" });
  });

  it("looks around and ends as it failed, when its worker died right after the failure", async () => {
    const closing = new AbortController();
    const before = startWorld(async ({ argv }, print) => {
      // The failure is in the record by now.
      if (argv[0] === "look-around") closing.abort();
      if (argv[0] !== "restart-the-app") return undefined;
      print("it says why\n");
      return { kind: "exited", code: 3 };
    });
    const id = await queued(before);
    const parts = { ...before.parts, tools: { ...before.parts.tools, closing: closing.signal } };
    expect(await runDeployment(parts, id, "first worker")).toBe("left");
    const after = startWorld();

    await runDeployment(after.parts, id, "second worker");

    const record = await found(after, id);
    expect(record).toMatchObject({
      state: "failed",
      failure: { code: "exited", exitCode: 3 },
      failedStep: "restart:web-1",
    });
    expect(record.tail).toContain("it says why");
    expect(after.runner.commands.map(({ argv }) => argv[0])).toEqual(["look-around"]);
  });

  it("stops after the step that runs, when it was cancelled meanwhile", async () => {
    const { id, before } = await leftAt("fetch");
    await before.store.update(id, (record) => requestCancel(record, { userId: "1", userName: "ada" }, 5));
    const after = startWorld();

    await runDeployment(after.parts, id, "second worker");

    expect(await found(after, id)).toMatchObject({ state: "cancelled" });
    expect(runsOf(after)).toHaveLength(1);
  });

  describe("under a configuration that would run other steps now", () => {
    const restart = { run: ["another-way"] as [string] };
    const changed = configWith({ uat: environmentInput({ strategy: { ...strategy, restart } }) });

    async function takenOver(fate: ScriptedRunner["fate"]) {
      const { id, before } = await leftAt("fetch");
      const after = startWorld(undefined, changed);
      after.runner.fate = fate;
      const delivered = await runDeployment(after.parts, id, "second worker");
      const left = runsOf(before).at(-1);
      expect(after.runner.commands).toEqual([]);
      expect(after.runner.followed).toMatchObject([{ id: left?.id, resumed: true }]);
      return { record: await found(after, id), after, delivered };
    }

    it("waits for its step, runs no other one, and says so", async () => {
      const { record, after } = await takenOver({ kind: "exited", code: 0 });

      expect(record).toMatchObject({ state: "failed", failure: { code: "plan-changed" }, settled: true });
      expect(record).not.toHaveProperty("failedStep");
      expect(record.steps.map(({ state }) => state)).toEqual([
        "succeeded",
        "succeeded",
        "succeeded",
        "skipped",
        "skipped",
      ]);
      expect(String(await after.parts.logs.read(record.id))).toContain("the end of it");
      expect(await after.locks.holders()).toEqual([]);
    });

    it("fails with its step", async () => {
      const { record } = await takenOver({ kind: "exited", code: 3 });

      const failed = {
        failure: { code: "exited", exitCode: 3 },
        failedStep: "fetch:web-1",
        tail: "the end of it\n-- exit code 3",
      };
      expect(record).toMatchObject({ state: "failed", ...failed });
    });

    it.each([
      { kind: "lost", reason: "no contact" },
      { kind: "indeterminate", reason: "killed" },
    ] as const)("is indeterminate where nobody knows what its step did: $kind", async (fate) => {
      const { record } = await takenOver(fate);

      expect(record).toMatchObject({ state: "indeterminate", failedStep: "fetch:web-1" });
    });

    it("says of a step that was never begun that it did not run", async () => {
      const { record } = await takenOver({ kind: "absent" });

      expect(record).toMatchObject({ state: "failed", failure: { code: "plan-changed" } });
      expect(record.steps[2]?.state).toBe("skipped");
    });

    it("stays with the next process when this one ends, too", async () => {
      const { record, delivered } = await takenOver({ kind: "detached" });

      expect(delivered).toBe("left");
      expect(record).toMatchObject({ state: "running", steps: [{}, {}, { state: "running" }, {}, {}] });
    });

    it("is cancelled where somebody asked for that", async () => {
      const { id, before } = await leftAt("fetch");
      const by = { userId: "7", userName: "lin" };
      await before.store.update(id, (record) => requestCancel(record, by, 1));
      const after = startWorld(undefined, changed);

      await runDeployment(after.parts, id, "second worker");

      expect(await found(after, id)).toMatchObject({ state: "cancelled", endedBy: by });
    });
  });

  it("is indeterminate when an earlier version began its step, without a run id", async () => {
    const scene = startWorld();
    const id = await queued(scene);
    const steps = [aStep({ id: "one", host: "web-1", state: "pending" }), aStep({ id: "two" })];
    const plan = { steps, planHash: "" };
    await scene.store.update(id, (record) => start(record, { claim: "old", fence: 1 }, plan, 1));
    await scene.store.update(id, (record) => changeStep(record, "one", { state: "running", startedAt: 1 }));

    await runDeployment(scene.parts, id, "next");
    await runDeployment(scene.parts, id, "one more");

    expect(scene.runner.commands).toEqual([]);
    expect(await found(scene, id)).toMatchObject({
      state: "indeterminate",
      failure: { code: "interrupted" },
      failedStep: "one",
      steps: [{ state: "failed" }, { state: "skipped" }],
    });
    expect(scene.queues.announcements).toContain(id);
  });
});

describe("a worker that dies between the end of a deployment and what follows from it", () => {
  it("leaves that to the next delivery of the job", async () => {
    const scene = startWorld();
    const id = await queued(scene);
    const store = storeThat(async ({ args }) => {
      if (String(args[2]).includes('"settled":true')) throw new Error("killed");
    });
    await expect(runDeployment({ ...scene.parts, store }, id, "first worker")).rejects.toThrow("killed");
    expect(await found(scene, id)).toMatchObject({ state: "succeeded" });

    await runDeployment(scene.parts, id, "second worker");
    await runDeployment(scene.parts, id, "third worker");

    const ends = (await scene.audit.entries()).filter(({ action }) => action === "ended");
    expect(ends).toHaveLength(1);
    expect(await found(scene, id)).toMatchObject({ settled: true, claim: "first worker" });
    expect(await scene.locks.holders()).toEqual([]);
  });

  it("goes on once a host knows a newer token than Redis", async () => {
    const ahead = Date.now() + 3_600_000;
    const scene = startWorld(async ({ run }) =>
      (run?.fence?.token ?? 0) < ahead ? { kind: "fenced", token: ahead } : undefined,
    );
    const id = await queued(scene);
    await runDeployment(scene.parts, id, "behind");

    await runDeployment(scene.parts, id, "next");

    expect(await found(scene, id)).toMatchObject({ state: "succeeded", claim: "next" });
  });
});
