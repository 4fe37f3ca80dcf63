import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EnvironmentHeldError } from "../../../src/app/hold-environment.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { start } from "../../../src/deployments/transitions.js";
import type { CommandOutcome } from "../../../src/execution/remote-runner.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { otherSha } from "../deployments/samples.js";
import { failingAt, PlannedFault, ScriptedRunner, type World } from "./ports.js";
import {
  aLock,
  found,
  productionConfig,
  productionWorld,
  reconfigured,
  requested,
  uat,
} from "./production.js";

let fixture: RedisFixture;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
});
afterAll(() => fixture.close());

type Answer = () => Promise<CommandOutcome | undefined>;

function startWorld(answer: Answer = async () => undefined): World & { readonly runner: ScriptedRunner } {
  const runner = new ScriptedRunner(answer);
  return { ...productionWorld(fixture, productionConfig(), runner), runner };
}

const queued = (world: World, environment = "uat", ref = "main") =>
  requested(world, { environment, ref, person: { id: "100", name: "ada", roles: ["223344556677889900"] } });

describe("a running deployment", () => {
  it("holds its environment: another one of the same environment waits, and one elsewhere does not", async () => {
    let second: DeploymentRecord | undefined;
    const seen: unknown[] = [];
    const world = startWorld(async () => {
      const waiting = second;
      if (waiting === undefined || seen.length > 0) return undefined;
      seen.push(await world.locks.holder(uat));
      seen.push(await runDeployment(world.parts, waiting.id, "two").catch((error: unknown) => error));
      return undefined;
    });
    const first = await queued(world);
    second = await queued(world, "uat", otherSha);

    await runDeployment(world.parts, first.id, "one");

    expect(seen).toEqual([first.id, new EnvironmentHeldError(first.id)]);
    expect(await found(world, second)).toEqual(second);
    await runDeployment(world.parts, second.id, "two");
    expect((await found(world, second)).state).toBe("succeeded");
  });

  it.each<readonly [string, Answer, string]>([
    ["succeeds", async () => undefined, "succeeded"],
    ["fails", async () => ({ kind: "exited", code: 1 }), "failed"],
    ["loses its host", async () => ({ kind: "lost", reason: "cut" }), "indeterminate"],
    ["breaks", () => Promise.reject(new TypeError("a fault of ours")), "indeterminate"],
  ])("lets its environment go when it %s", async (_what, answer, state) => {
    const world = startWorld(answer);
    const record = await queued(world);

    await runDeployment(world.parts, record.id, "worker");

    expect((await found(world, record)).state).toBe(state);
    expect(await world.locks.holders()).toEqual([]);
  });

  it("lets its environment go when it turns out to be void", async () => {
    const world = startWorld();
    const record = await queued(world);
    await world.locks.take(aLock(world, uat));

    await runDeployment(world.parts, record.id, "worker");

    expect((await found(world, record)).state).toBe("void");
    expect(await world.locks.holders()).toEqual([]);
  });

  it("tells those who wait that they move up, also when it turns out to be void", async () => {
    const world = startWorld();
    const record = await queued(world);
    const waiting = await queued(world);
    await world.locks.take(aLock(world, uat));
    world.queues.announcements.clear();

    await runDeployment(world.parts, record.id, "worker");

    expect(world.queues.announcements).toEqual(new Set([record.id, waiting.id]));
  });

  it("lets its environment go when the worker that ran it was killed", async () => {
    const world = startWorld();
    const record = await queued(world);
    await world.locks.hold(uat, record.id);
    await world.store.update(record.id, (each) =>
      start(each, { claim: "killed worker", fence: 1 }, { steps: [], planHash: "plan" }, 1),
    );

    await runDeployment(world.parts, record.id, "next");

    expect((await found(world, record)).state).toBe("failed");
    expect(await world.locks.holders()).toEqual([]);
  });

  it("can be taken up again after a fault before its start, and lets go at its end", async () => {
    const world = startWorld();
    const record = await queued(world);
    const locks = failingAt(world.locks, 1, "before");

    const attempt = runDeployment({ ...world.parts, locks }, record.id, "one");

    await expect(attempt).rejects.toThrow(PlannedFault);
    expect(await found(world, record)).toEqual(record);
    await runDeployment(world.parts, record.id, "two");
    expect((await found(world, record)).state).toBe("succeeded");
    expect(await world.locks.holders()).toEqual([]);
  });

  it("does not run where its environment cannot be held", async () => {
    const world = startWorld();
    const record = await queued(world);
    const locks = failingAt(world.locks, 0, "before");

    await expect(runDeployment({ ...world.parts, locks }, record.id, "one")).rejects.toThrow(PlannedFault);

    expect(world.runner.commands).toEqual([]);
    expect(await found(world, record)).toEqual(record);
  });
});

describe("a holder", () => {
  it.each([
    ["has ended", (world: World) => ended(world)],
    ["is not known", async () => "f".repeat(24)],
  ])("that %s gives way", async (_what, holderOf) => {
    const world = startWorld();
    await world.locks.hold(uat, await holderOf(world));
    const record = await queued(world);

    await runDeployment(world.parts, record.id, "worker");

    expect((await found(world, record)).state).toBe("succeeded");
    expect(await world.locks.holders()).toEqual([]);
  });

  it("that only waits, because its worker died between both, keeps what it holds", async () => {
    const world = startWorld();
    const holder = await queued(world);
    await world.locks.hold(uat, holder.id);
    const record = await queued(world, "uat", otherSha);

    await expect(runDeployment(world.parts, record.id, "worker")).rejects.toEqual(
      new EnvironmentHeldError(holder.id),
    );

    expect(await world.locks.holder(uat)).toBe(holder.id);
    await runDeployment(world.parts, holder.id, "worker");
    expect((await found(world, holder)).state).toBe("succeeded");
  });

  it("that was delivered a second time after its end is let go, and another one's hold is not", async () => {
    const world = startWorld();
    const first = await ended(world);
    const second = await queued(world);
    await world.locks.hold(uat, second.id);

    await runDeployment(world.parts, first, "worker");

    expect(await world.locks.holder(uat)).toBe(second.id);
  });

  async function ended(world: World): Promise<string> {
    const record = await queued(world);
    await runDeployment(world.parts, record.id, "worker");
    return record.id;
  }
});

describe("a deployment whose environment left the configuration", () => {
  it("ends as failed, in the audit trail as well", async () => {
    const world = startWorld();
    const record = await queued(world);
    const { parts } = reconfigured(world, { ...world.parts.config, projects: {} });

    await runDeployment(parts, record.id, "worker");

    expect(await found(world, record)).toMatchObject({
      state: "failed",
      failure: { code: "configuration" },
    });
    expect(await world.audit.lines()).toEqual([`${record.number} request`, `${record.number} ended`]);
    expect(await world.locks.holders()).toEqual([]);
  });
});
