import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approve } from "../../../src/app/decide-approval.js";
import { promote } from "../../../src/app/request-deployment.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import type { DeploymentRecord, VoidReason } from "../../../src/deployments/record.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { otherSha, sha } from "../deployments/samples.js";
import { ScriptedRunner, type World } from "./ports.js";
import {
  APPROVE_ROLE,
  aLock,
  approver,
  asker,
  DAY,
  DEPLOY_ROLE,
  deployed,
  found,
  newRequestId,
  prod,
  productionConfig,
  productionWorld,
  reconfigured,
  requested,
  secondApprover,
  stranger,
} from "./production.js";

let fixture: RedisFixture;
let runner: ScriptedRunner;
let world: World;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  runner = new ScriptedRunner(async () => undefined);
  world = productionWorld(fixture, productionConfig({}, { quorum: 2 }), runner);
});
afterAll(() => fixture.close());

const strategy = { type: "git", directory: "/srv/shop", restart: { run: ["another", "command"] } };

/** What may happen to a deployment that has one approval of two, or both, before it runs. */
const events: readonly (readonly [string, (world: World) => unknown, VoidReason])[] = [
  ["its branch moves", ({ github }) => github.refs.set("main", otherSha), moved(otherSha)],
  ["its branch is deleted", ({ github }) => github.refs.set("main", "deleted"), moved("0".repeat(40))],
  ["a step of its plan changes", reconfigure({ strategy }), { code: "plan-changed" }],
  ["its hosts change", reconfigure({ hosts: ["web-1", "web-2"] }), { code: "plan-changed" }],
  ["a backup is configured", reconfigure({ backup: aBackup() }), { code: "plan-changed" }],
  ["more people must approve", reconfigure({}, { quorum: 3 }), { code: "plan-changed" }],
  ["somebody locks the environment", (each) => each.locks.take(aLock(each)), gate("locked")],
  [
    "somebody locks the project",
    (each) => each.locks.take(aLock(each, { environment: undefined })),
    gate("locked"),
  ],
  ["somebody stops the line", freezeProd, gate("frozen")],
  ["a freeze window opens", reconfigure({ freeze: [always()] }), gate("frozen")],
  ["the first approver loses the role", strip(approver.id, DEPLOY_ROLE), lost(approver.id)],
  ["the first approver leaves the server", strip(approver.id), lost(approver.id)],
  ["the person who asked loses the role", strip(asker.id, APPROVE_ROLE), gate("role-missing")],
  ["the person who asked leaves the server", strip(asker.id), gate("role-missing")],
  ["Discord is silent", silenceDiscord, unverifiable("roles")],
  ["GitHub is silent", ({ github }) => Object.assign(github, { silent: true }), unverifiable("ref")],
];

function moved(to: string): VoidReason {
  return { code: "ref-moved", ref: "main", sha: to as typeof sha };
}

function gate(refusal: string): VoidReason {
  return { code: "gate", refusal };
}

function lost(userId: string): VoidReason {
  return { code: "role-lost", userId };
}

function unverifiable(what: "roles" | "ref"): VoidReason {
  return { code: "unverifiable", what };
}

function aBackup() {
  return { run: ["pg_dump"], artifact: "/backup/shop.sql" };
}

function always() {
  return { starts: "* * * * *", lasts: "1d", reason: "always" };
}

/** Answers with another world: the same stores, another configuration. */
function reconfigure(changes: object, approval: object = {}) {
  return (each: World) => reconfigured(each, productionConfig(changes, { quorum: 2, ...approval }));
}

function strip(userId: string, ...left: readonly string[]) {
  return ({ members }: World) => members.roles.set(userId, left.length === 0 ? undefined : left);
}

function silenceDiscord({ members }: World) {
  members.silent = true;
}

function freezeProd({ locks, clock }: World) {
  const by = { userId: "900", userName: "ken" };
  return locks.freeze({ ...prod, by, reason: "the sales", since: clock.now });
}

async function worldAfter(event: (world: World) => unknown): Promise<World> {
  const changed = await event(world);
  return isWorld(changed) ? changed : world;
}

function isWorld(value: unknown): value is World {
  return typeof value === "object" && value !== null && "parts" in value;
}

async function approvedBy(...people: readonly (typeof approver)[]): Promise<DeploymentRecord> {
  const record = await requested(world);
  for (const person of people) await approve(world.parts, record.id, person, "DEPLOY");
  return found(world, record);
}

describe.each(events)("when %s", (_what, event, voidReason) => {
  it("between two approvals, the second one finds the request void", async () => {
    const record = await approvedBy(approver);
    const changed = await worldAfter(event);

    const outcome = await approve(changed.parts, record.id, secondApprover, "DEPLOY");

    expect(outcome).toMatchObject({ kind: "done", record: { state: "void", voidReason } });
    expect(world.queues.deployments).toEqual(new Set());
    expect((await world.audit.lines()).at(-1)).toBe(`${record.number} void`);
    expect(world.queues.calls.at(-1)).toBe(`announce ${record.id} now`);
  });

  it("between the approval and the run, nothing runs", async () => {
    const record = await approvedBy(approver, secondApprover);
    expect(record.state).toBe("queued");
    const changed = await worldAfter(event);

    await runDeployment(changed.parts, record.id, "worker");

    expect(await found(world, record)).toMatchObject({ state: "void", voidReason, steps: [] });
    expect(runner.commands).toEqual([]);
    expect((await world.audit.entries()).at(-1)).toMatchObject({
      ...{ action: "void", deployment: record.number, source: "worker" },
      details: { reason: voidReason.code },
    });
    expect(await world.locks.holder(prod)).toBeUndefined();
  });
});

describe("what was approved", () => {
  it("runs where nothing has changed", async () => {
    const record = await approvedBy(approver, secondApprover);
    world.clock.now += DAY;

    await runDeployment(world.parts, record.id, "worker");

    expect((await found(world, record)).state).toBe("succeeded");
  });

  it("runs as well where less is asked for by now", async () => {
    const record = await approvedBy(approver, secondApprover);
    const changed = reconfigured(world, productionConfig({}, { quorum: 1 }));

    await runDeployment(changed.parts, record.id, "worker");

    expect((await found(world, record)).state).toBe("succeeded");
  });

  it("runs in spite of a branch that moved when it named the commit itself", async () => {
    const record = await requested(world, { ref: sha });
    for (const person of [approver, secondApprover]) await approve(world.parts, record.id, person, "DEPLOY");
    Object.assign(world.github, { head: otherSha, silent: true });

    await runDeployment(world.parts, record.id, "worker");

    expect((await found(world, record)).state).toBe("succeeded");
  });

  it("runs in spite of a branch that moved when it is a promotion", async () => {
    await deployed(world);
    const promotion = { requestId: newRequestId(), person: asker, from: "uat", to: "prod" };
    const outcome = await promote(world.parts, promotion);
    const id = outcome.kind === "accepted" ? outcome.record.id : "";
    world.github.commit = otherSha;

    await approve(world.parts, id, approver, "DEPLOY");
    await approve(world.parts, id, secondApprover, "DEPLOY");
    await runDeployment(world.parts, id, "worker");

    expect(await world.store.find(id)).toMatchObject({ state: "succeeded", release: { sha } });
  });

  it("with a broken glass runs in a freeze, with the second person's role only", async () => {
    await freezeProd(world);
    const approved = async () => {
      const record = await requested(world, { breakGlass: "it burns" });
      for (const each of [approver, secondApprover]) await approve(world.parts, record.id, each, "DEPLOY");
      return record;
    };

    const first = await approved();
    await runDeployment(world.parts, first.id, "worker");
    const second = await approved();
    world.members.roles.set(secondApprover.id, stranger.roles);
    await runDeployment(world.parts, second.id, "worker");

    expect((await found(world, first)).state).toBe("succeeded");
    expect(await found(world, second)).toMatchObject({ state: "void", voidReason: lost(secondApprover.id) });
  });
});

describe("what needed no approval", () => {
  it.each([
    ["a lock", (each: World) => each.locks.take(aLock(each, { environment: "uat" })), gate("locked")],
    ["a lost role", strip(asker.id, APPROVE_ROLE), gate("role-missing")],
    ["Discord's silence", silenceDiscord, unverifiable("roles")],
  ] as const)("is void before it runs because of %s", async (_what, event, voidReason) => {
    const record = await requested(world, { environment: "uat" });
    await event(world);

    await runDeployment(world.parts, record.id, "worker");

    expect(await found(world, record)).toMatchObject({ state: "void", voidReason });
    expect(runner.commands).toEqual([]);
  });

  it("is void where the environment has become a protected one", async () => {
    const open = productionWorld(fixture, productionConfig({ approval: undefined }), runner);
    const record = await requested(open);

    await runDeployment(world.parts, record.id, "worker");

    expect(await found(world, record)).toMatchObject({ state: "void" });
    expect(runner.commands).toEqual([]);
  });
});
