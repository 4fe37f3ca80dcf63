import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cancelDeployment, stopDeployment } from "../../../src/app/cancel-deployment.js";
import { reconcileDeployments } from "../../../src/app/reconcile-deployments.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import { stopCurrentStep } from "../../../src/app/stop-step.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { HostUnreachableError } from "../../../src/execution/host-unreachable-error.js";
import type { CommandOutcome } from "../../../src/execution/remote-runner.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { configWith, environmentInput } from "../deployments/samples.js";
import { ScriptedRunner, type World } from "./ports.js";
import {
  approver,
  asker,
  DEPLOY_ROLE,
  found,
  productionConfig,
  productionWorld,
  requested,
  stranger,
} from "./production.js";

const byAsker = { userId: asker.id, userName: asker.name };
const byApprover = { userId: approver.id, userName: approver.name };

let fixture: RedisFixture;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
});
afterAll(() => fixture.close());

type Scene = World & { readonly runner: ScriptedRunner };

/** What happens while the fetch runs, and how it then ends. */
type Meanwhile = (scene: Scene, record: DeploymentRecord) => Promise<CommandOutcome | undefined>;

async function played(
  meanwhile: Meanwhile,
  config = productionConfig(),
): Promise<{ scene: Scene; record: DeploymentRecord }> {
  const runner: ScriptedRunner = new ScriptedRunner(async ({ argv }) =>
    argv.includes("fetch") ? meanwhile(scene, record) : undefined,
  );
  const scene: Scene = { ...productionWorld(fixture, config, runner), runner };
  const record = await requested(scene, { environment: "uat" });
  await runDeployment(scene.parts, record.id, "worker");
  return { scene, record };
}

const cancel = ({ parts }: World, { id }: DeploymentRecord, person = asker) =>
  cancelDeployment(parts, id, person);
const stop = ({ parts }: World, { id }: DeploymentRecord, person = asker) =>
  stopDeployment(parts, id, person);
const stopsOf = ({ queues }: World) => queues.calls.filter((call) => call.startsWith("stop "));

/** A host that remembers which runs it was to end. */
function listener({ store }: World) {
  const ended: string[] = [];
  return {
    ended,
    parts: {
      store,
      cancelRun: async (host: string, run: string) => {
        ended.push(`${host} ${run}`);
      },
    },
  };
}

describe("stopping now", () => {
  it("needs a cancellation first", async () => {
    const outcomes: unknown[] = [];
    const { scene, record } = await played(async (world, running) => {
      outcomes.push(await stop(world, running));
      return undefined;
    });

    expect(outcomes).toMatchObject([{ kind: "refused" }]);
    expect(stopsOf(scene)).toEqual([]);
    expect(await found(scene, record)).toMatchObject({ state: "succeeded" });
  });

  it("asks for the end of the step once, says who wanted it, and ends the deployment as cancelled", async () => {
    const outcomes: unknown[] = [];
    const { scene, record } = await played(async (world, running) => {
      await cancel(world, running);
      outcomes.push(await stop(world, running, approver), await stop(world, running));
      return { kind: "cancelled" };
    });

    expect(outcomes).toMatchObject([
      { kind: "done", record: { state: "running", stopRequestedBy: byApprover } },
      { kind: "refused" },
    ]);
    expect(stopsOf(scene)).toEqual([`stop ${record.id}`]);
    expect((await scene.audit.lines()).filter((line) => line.endsWith(" stop"))).toHaveLength(1);
    const ended = await found(scene, record);
    expect(ended).toMatchObject({ state: "cancelled", endedBy: byAsker, stopRequestedBy: byApprover });
    expect(ended.steps.map(({ state }) => state)).toEqual([
      ...["succeeded", "succeeded", "failed"],
      ...["skipped", "skipped"],
    ]);
    expect(await scene.locks.holders()).toEqual([]);
  });

  it("is for nobody who may neither deploy nor approve there", async () => {
    const outcomes: unknown[] = [];
    const { scene } = await played(async (world, running) => {
      await cancel(world, running);
      outcomes.push(await stop(world, running, stranger));
      return undefined;
    });

    expect(outcomes).toEqual([
      { kind: "refused", refusal: { code: "role-missing", environment: "uat", roles: [DEPLOY_ROLE] } },
    ]);
    expect(stopsOf(scene)).toEqual([]);
  });

  it("does not hide that the step failed by itself before", async () => {
    const { scene, record } = await played(async (world, running) => {
      await cancel(world, running);
      await stop(world, running);
      return { kind: "exited", code: 3 };
    });

    expect(await found(scene, record)).toMatchObject({
      state: "failed",
      failure: { code: "exited", exitCode: 3 },
    });
  });

  it("leaves the deployment cancelled between two steps where the step ended well before", async () => {
    const { scene, record } = await played(async (world, running) => {
      await cancel(world, running);
      await stop(world, running);
      return undefined;
    });

    const ended = await found(scene, record);
    expect(ended.state).toBe("cancelled");
    expect(ended.steps.map(({ state }) => state)).toEqual([
      ...["succeeded", "succeeded", "succeeded"],
      ...["skipped", "skipped"],
    ]);
  });

  it("is in the record with its time, so that the wait for the host ends after a restart, too", async () => {
    const { scene, record } = await played(async (world, running) => {
      await cancel(world, running);
      await stop(world, running);
      return { kind: "cancelled" };
    });

    const { stopRequestedAt } = await found(scene, record);
    expect(stopRequestedAt).toBe(scene.parts.now());
  });

  it("ends a deployment as interrupted where the host does not confirm it in time", async () => {
    const { scene, record } = await played(async (world, running) => {
      await cancel(world, running);
      await stop(world, running);
      return { kind: "lost", reason: "not stopped in time", cause: "stop" };
    });

    expect(await found(scene, record)).toMatchObject({
      state: "indeterminate",
      failure: { code: "lost", cause: "stop" },
    });
    expect(await scene.locks.holders()).toEqual([]);
  });

  it("is too late for what has ended", async () => {
    const { scene, record } = await played(async (world, running) => {
      await cancel(world, running);
      return undefined;
    });

    expect(await stop(scene, record)).toEqual({
      kind: "refused",
      refusal: { code: "already-decided", state: "cancelled" },
    });
  });

  it("is asked for again and again, as long as the deployment runs", async () => {
    const { scene, record } = await played(async (world, running) => {
      await cancel(world, running);
      await stop(world, running);
      return { kind: "detached" };
    });
    scene.queues.calls.length = 0;

    await reconcileDeployments(scene.parts, "lately-ended");

    expect(scene.queues.calls).toContain(`deploy ${record.id}`);
    expect(stopsOf(scene)).toEqual([`stop ${record.id}`]);
  });
});

describe("the end of the current step", () => {
  it("reaches the run on its host", async () => {
    const heard: string[] = [];
    const { record } = await played(async (world, running) => {
      const { parts, ended } = listener(world);
      await stopCurrentStep(parts, running.id);
      heard.push(...ended);
      return undefined;
    });

    expect(heard).toEqual([`web-1 ${record.id}.3.1`]);
  });

  it("is tried again where the host cannot be reached", async () => {
    const unreachable = new HostUnreachableError("web-1", "timeout");
    const faults: unknown[] = [];
    await played(async ({ store }, { id }) => {
      const cancelRun = () => Promise.reject(unreachable);
      await stopCurrentStep({ store, cancelRun }, id).catch((error: unknown) => faults.push(error));
      return undefined;
    });

    expect(faults).toEqual([unreachable]);
  });

  it("is nothing for a health check, which is Slipway's own", async () => {
    const check = { url: "http://127.0.0.1:1/health" };
    const config = configWith({
      uat: environmentInput({ roles: { deploy: [DEPLOY_ROLE] }, health: [check] }),
    });
    const scene = productionWorld(fixture, config);
    const { ended, parts } = listener(scene);
    const record = await requested(scene, { environment: "uat" });
    const probeStep = async () => {
      await stopCurrentStep(parts, record.id);
      return { kind: "healthy" as const, latencyMs: 1 };
    };

    await runDeployment({ ...scene.parts, tools: { ...scene.parts.tools, probeStep } }, record.id, "worker");

    expect(await found(scene, record)).toMatchObject({ state: "succeeded" });
    expect(ended).toEqual([]);
  });

  it("is nothing for what waits, has ended or is gone", async () => {
    const { scene, record } = await played(async () => undefined);
    const { ended, parts } = listener(scene);
    const waiting = await requested(scene, { environment: "uat" });

    for (const id of [record.id, waiting.id, "f".repeat(24)]) await stopCurrentStep(parts, id);

    expect(ended).toEqual([]);
  });
});
