import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cancelDeployment } from "../../../src/app/cancel-deployment.js";
import { approve } from "../../../src/app/decide-approval.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import type { RemoteCommand } from "../../../src/execution/remote-runner.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { otherSha } from "../deployments/samples.js";
import { MemoryQueues, ScriptedRunner, type World } from "./ports.js";
import {
  approver,
  asker,
  DEPLOY_ROLE,
  deployed,
  found,
  lead,
  productionConfig,
  productionWorld,
  reconfigured,
  requested,
  stranger,
  uat,
} from "./production.js";

const byAsker = { userId: asker.id, userName: asker.name };

let fixture: RedisFixture;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
});
afterAll(() => fixture.close());

function startWorld(answer: (command: RemoteCommand) => Promise<void> = async () => undefined) {
  const runner = new ScriptedRunner((command) => answer(command).then(() => undefined));
  return { ...productionWorld(fixture, productionConfig(), runner), runner };
}

const cancel = ({ parts }: World, { id }: { readonly id: string }, person = asker) =>
  cancelDeployment(parts, id, person);

describe("cancelling what waits", () => {
  it.each([
    ["for its approval", "prod"],
    ["in the queue", "uat"],
  ])("%s ends it at once: it never runs", async (_where, environment) => {
    const world = startWorld();
    const record = await requested(world, { environment });

    const outcome = await cancel(world, record);
    await runDeployment(world.parts, record.id, "worker");

    const end = { state: "cancelled", endedBy: byAsker, finishedAt: world.clock.now };
    expect(outcome).toMatchObject({ kind: "done", record: end });
    expect(await found(world, record)).toMatchObject(end);
    expect(world.runner.commands).toEqual([]);
    expect(await world.audit.lines()).toEqual([`${record.number} request`, `${record.number} cancel`]);
    expect(world.queues.calls.at(-1)).toBe(`announce ${record.id} now`);
  });

  it("takes the approval away from those who come later", async () => {
    const world = startWorld();
    const record = await requested(world);
    await cancel(world, record);

    expect(await approve(world.parts, record.id, approver, "DEPLOY")).toMatchObject({
      refusal: { code: "already-decided", state: "cancelled" },
    });
  });

  it("twice does it once", async () => {
    const world = startWorld();
    const record = await requested(world);

    const outcomes = await Promise.all([cancel(world, record), cancel(world, record, lead)]);

    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["done", "refused"]);
    expect((await world.audit.lines()).filter((line) => line.endsWith(" cancel"))).toHaveLength(1);
  });

  it.each([
    ["who may only approve", approver],
    ["who may deploy there, and did not ask", { ...asker, id: "101" }],
  ])("is for somebody %s", async (_who, person) => {
    const world = startWorld();

    expect(await cancel(world, await requested(world), person)).toMatchObject({ kind: "done" });
  });

  it("is for nobody else", async () => {
    const world = startWorld();
    const record = await requested(world);

    expect(await cancel(world, record, stranger)).toEqual({
      kind: "refused",
      refusal: { code: "role-missing", environment: "prod", roles: [DEPLOY_ROLE] },
    });
    expect(await found(world, record)).toEqual(record);
  });

  it("finds nothing of an unknown deployment, or of one whose environment is gone", async () => {
    const world = startWorld();
    const record = await requested(world);
    const without = reconfigured(world, { ...world.parts.config, projects: {} });

    const refused = { kind: "refused", refusal: { code: "not-found" } };
    expect(await cancel(world, { id: "f".repeat(24) })).toEqual(refused);
    expect(await cancel(without, record)).toEqual(refused);
  });

  it("leaves what has ended as it is", async () => {
    const world = startWorld();
    const record = await deployed(world);

    expect(await cancel(world, record)).toEqual({
      kind: "refused",
      refusal: { code: "already-decided", state: "succeeded" },
    });
    expect(await found(world, record)).toEqual(record);
  });
});

describe("cancelling what runs", () => {
  it("lets the current step finish, stops before the next one and says what was reached", async () => {
    const outcomes: unknown[] = [];
    const world = startWorld(async ({ argv }) => {
      if (argv.includes("fetch"))
        outcomes.push(await cancel(world, record), await cancel(world, record, lead));
    });
    const record = await requested(world, { environment: "uat" });

    await runDeployment(world.parts, record.id, "worker");

    expect(outcomes).toMatchObject([
      { kind: "done", record: { state: "running", cancelRequestedBy: byAsker } },
      { kind: "refused", refusal: { code: "cancel-requested-already" } },
    ]);
    const ended = await found(world, record);
    expect(ended).toMatchObject({ state: "cancelled", endedBy: byAsker, finishedAt: world.clock.now });
    expect(ended.steps.map(({ id, state }) => `${id} ${state}`)).toEqual([
      "check-host:web-1 succeeded",
      "save-rollback-point:web-1 succeeded",
      "fetch:web-1 succeeded",
      "checkout:web-1 skipped",
      "restart:web-1 skipped",
    ]);
    expect(world.runner.commands).toHaveLength(3);
    expect(await world.locks.holders()).toEqual([]);
    expect(await world.store.current(uat)).toBeUndefined();
    expect((await world.audit.entries()).at(-1)).toMatchObject({
      action: "ended",
      details: { state: "cancelled" },
    });
  });

  it("stops before the first step when it comes in the moment of the start", async () => {
    const world = startWorld();
    const record = await requested(world, { environment: "uat" });

    await runDeployment(pressedAtAnnouncement(1), record.id, "worker");

    expect(await found(world, record)).toMatchObject({ state: "cancelled", endedBy: byAsker });
    expect(world.runner.commands).toEqual([]);

    function pressedAtAnnouncement(count: number) {
      return { ...world.parts, queues: new PressingQueues(count, () => cancel(world, record)) };
    }
  });

  it.each([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])(
    "comes to an end wherever it comes between two steps (%i)",
    async (count) => {
      const world = startWorld();
      const record = await requested(world, { environment: "uat" });
      const queues = new PressingQueues(count, () => cancel(world, record));

      await runDeployment({ ...world.parts, queues }, record.id, "worker");

      const { state, steps } = await found(world, record);
      const done = steps.filter((step) => step.state === "succeeded").length;
      expect([state, world.runner.commands.length]).toEqual([
        done === steps.length ? "succeeded" : "cancelled",
        done,
      ]);
      expect(await world.locks.holders()).toEqual([]);
    },
  );

  it("comes too late in the last step: what has succeeded has succeeded", async () => {
    const world = startWorld(async ({ argv }) => {
      if (argv.includes("restart")) await cancel(world, record);
    });
    const record = await requested(world, { environment: "uat" });

    await runDeployment(world.parts, record.id, "worker");

    expect((await found(world, record)).state).toBe("succeeded");
  });

  it("does not hide that the current step failed", async () => {
    const runner = new ScriptedRunner(async ({ argv }) => {
      if (!argv.includes("fetch")) return undefined;
      await cancel(world, record);
      return { kind: "exited", code: 1 };
    });
    const world = productionWorld(fixture, productionConfig(), runner);
    const record = await requested(world, { environment: "uat" });

    await runDeployment(world.parts, record.id, "worker");

    expect(await found(world, record)).toMatchObject({ state: "failed", failedStep: "fetch:web-1" });
  });

  it("leaves the next one in the queue alone", async () => {
    const world = startWorld(async () => {
      if (world.runner.commands.length === 1) await cancel(world, first);
    });
    const first = await requested(world, { environment: "uat" });
    const second = await requested(world, { environment: "uat", ref: otherSha });

    await runDeployment(world.parts, first.id, "worker");
    await runDeployment(world.parts, second.id, "worker");

    expect((await found(world, first)).state).toBe("cancelled");
    expect((await found(world, second)).state).toBe("succeeded");
  });
});

/** Does something when the message is to be changed for the nth time: between two steps. */
class PressingQueues extends MemoryQueues {
  readonly #count: number;
  readonly #press: () => Promise<unknown>;
  #announcements = 0;

  constructor(count: number, press: () => Promise<unknown>) {
    super();
    this.#count = count;
    this.#press = press;
  }

  override async addAnnouncement(id: string, when: "now" | "soon"): Promise<void> {
    this.#announcements += 1;
    if (this.#announcements === this.#count) await this.#press();
    await super.addAnnouncement(id, when);
  }
}
