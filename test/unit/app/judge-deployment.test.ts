import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approve } from "../../../src/app/decide-approval.js";
import { markDeploymentFailed, runDeploymentAgain } from "../../../src/app/judge-deployment.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import type { Config } from "../../../src/config/schema.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { loseTrack } from "../../../src/deployments/transitions.js";
import type { CommandOutcome } from "../../../src/execution/remote-runner.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { configWith, environmentInput, otherSha } from "../deployments/samples.js";
import { ScriptedRunner, type World } from "./ports.js";
import {
  APPROVE_ROLE,
  aLock,
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
  secondApprover,
  stranger,
  uat,
} from "./production.js";

const DIED: CommandOutcome = { kind: "indeterminate", reason: "the runner was killed" };
const LOST: CommandOutcome = { kind: "lost", reason: "no contact for 900 s" };

let fixture: RedisFixture;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
});
afterAll(() => fixture.close());

type Scene = World & { readonly runner: ScriptedRunner };

/** Commands with the word `fetch` come to the outcomes given, one after the other; all others succeed. */
function startWorld(outcomes: readonly CommandOutcome[] = [DIED], config?: Config): Scene {
  const left = [...outcomes];
  const runner = new ScriptedRunner(async ({ argv }) => (argv.includes("fetch") ? left.shift() : undefined));
  return { ...productionWorld(fixture, config, runner), runner };
}

/** A deployment of uat whose fetch broke off. */
async function brokenOff(scene: Scene): Promise<DeploymentRecord> {
  const record = await deployed(scene);
  expect(record).toMatchObject({ state: "indeterminate", failedStep: "fetch:web-1" });
  scene.clock.now += 1_000;
  return record;
}

const run = (scene: World, { id }: DeploymentRecord) => runDeployment(scene.parts, id, "next worker");
const markFailed = ({ parts }: World, { id }: DeploymentRecord, person = approver) =>
  markDeploymentFailed(parts, id, person);
const runAgain = ({ parts }: World, { id }: DeploymentRecord, person = approver) =>
  runDeploymentAgain(parts, id, person);
const judgements = [
  ["marking it failed", markFailed],
  ["running it again", runAgain],
] as const;
const runsAfter = (scene: Scene, count: number) =>
  scene.runner.commands.slice(count).flatMap((command) => command.run ?? []);

describe.each(judgements)("%s", (_what, judge) => {
  it("is for approvers", async () => {
    const scene = startWorld();

    expect(await judge(scene, await brokenOff(scene))).toMatchObject({
      kind: "done",
      record: { judgedBy: { userId: approver.id, userName: approver.name } },
    });
  });

  it.each([
    ["who asked for it, without a role that approves", asker],
    ["without any role", stranger],
  ])("is refused to somebody %s, and leaves a trace", async (_who, person) => {
    const scene = startWorld();
    const record = await brokenOff(scene);

    expect(await judge(scene, record, person)).toEqual({
      kind: "refused",
      refusal: { code: "not-approver", environment: "uat", roles: [APPROVE_ROLE] },
    });
    expect(await found(scene, record)).toEqual(record);
    expect((await scene.audit.entries()).at(-1)).toMatchObject({
      action: "refusal",
      actor: { kind: "person", userId: person.id },
      deployment: record.number,
      details: { code: "not-approver" },
    });
  });

  it("is for those who deploy where nobody approves", async () => {
    const open = configWith({ uat: environmentInput({ roles: { deploy: [DEPLOY_ROLE] } }) });
    const scene = startWorld([DIED], open);
    const record = await brokenOff(scene);

    expect(await judge(scene, record, stranger)).toMatchObject({
      refusal: { code: "not-approver", roles: [DEPLOY_ROLE] },
    });
    expect(await judge(scene, record, asker)).toMatchObject({ kind: "done" });
  });

  it("is too late for what did not break off", async () => {
    const scene = startWorld([]);
    const record = await deployed(scene);

    expect(await judge(scene, record)).toEqual({
      kind: "refused",
      refusal: { code: "already-decided", state: "succeeded" },
    });
  });

  it("knows nothing of an unknown deployment, or of one whose environment is gone", async () => {
    const scene = startWorld();
    const record = await brokenOff(scene);
    const without = reconfigured(scene, { ...scene.parts.config, projects: {} });
    const refused = { kind: "refused", refusal: { code: "not-found" } };

    expect(await judge(without, record)).toEqual(refused);
    expect(await judge(scene, { ...record, id: "f".repeat(24) })).toEqual(refused);
  });
});

describe("an indeterminate deployment", () => {
  it("has failed once it is marked so, with audit and message, and does not run", async () => {
    const scene = startWorld();
    const record = await brokenOff(scene);
    const before = scene.runner.commands.length;

    await markFailed(scene, record);
    await run(scene, record);

    expect(await found(scene, record)).toMatchObject({
      ...{ state: "failed", failure: { code: "runner-died" } },
      judgedBy: { userId: approver.id },
    });
    expect(scene.runner.commands).toHaveLength(before);
    expect((await scene.audit.entries()).at(-1)).toMatchObject({
      ...{ action: "marked-failed", source: "discord", deployment: record.number },
      actor: { kind: "person", userId: approver.id },
    });
    expect(scene.queues.calls.at(-1)).toBe(`announce ${record.id} now`);
  });

  it("wakes up its queue when it runs again, with audit and message", async () => {
    const scene = startWorld();
    const record = await brokenOff(scene);
    scene.queues.calls.length = 0;

    await runAgain(scene, record);

    expect(scene.queues.calls).toEqual([`deploy ${record.id}`, `announce ${record.id} now`]);
    expect((await scene.audit.lines()).at(-1)).toBe(`${record.number} run-again`);
  });

  it.each([
    ["both mark it failed", markFailed, markFailed],
    ["one marks it failed, one runs it again", markFailed, runAgain],
    ["both run it again", runAgain, runAgain],
  ])("is judged by one of two people at once: %s", async (_what, first, second) => {
    const scene = startWorld();
    const record = await brokenOff(scene);

    const outcomes = await Promise.all([
      first(scene, record, approver),
      second(scene, record, secondApprover),
    ]);

    const [winner, ...others] = outcomes.flatMap((each) => (each.kind === "done" ? [each.record] : []));
    expect(others).toEqual([]);
    expect(await found(scene, record)).toEqual(winner);
    expect(outcomes.filter(({ kind }) => kind === "refused")).toMatchObject([
      { refusal: { code: "already-decided" } },
    ]);
  });

  it("goes on with the very run that was lost, and repeats no step that ended", async () => {
    const scene = startWorld([LOST]);
    const record = await brokenOff(scene);
    const begun = scene.runner.commands.length;
    const lost = runsAfter(scene, 0).at(-1);

    await runAgain(scene, record);
    await run(scene, record);

    const [again, ...rest] = runsAfter(scene, begun);
    expect(again).toMatchObject({ id: lost?.id, resumed: true });
    expect(rest.map(({ id, resumed }) => [id, resumed])).toEqual([
      [`${record.id}.4.1`, undefined],
      [`${record.id}.5.1`, undefined],
    ]);
    expect(await found(scene, record)).toMatchObject({
      state: "succeeded",
      judgedBy: { userId: approver.id },
    });
  });

  it("begins the step anew whose run died", async () => {
    const scene = startWorld([DIED]);
    const record = await brokenOff(scene);
    const begun = scene.runner.commands.length;

    await runAgain(scene, record);
    await run(scene, record);

    const [again, ...rest] = runsAfter(scene, begun);
    expect([again?.id, again?.resumed]).toEqual([`${record.id}.3.2`, undefined]);
    expect(rest.map(({ id }) => id)).toEqual([`${record.id}.4.1`, `${record.id}.5.1`]);
    expect(await found(scene, record)).toMatchObject({ state: "succeeded" });
  });

  it("asks the host for the run of a worker that was gone, before anything is begun anew", async () => {
    const scene = startWorld([{ kind: "detached" }]);
    const left = await deployed(scene);
    const report = { failure: { code: "interrupted" as const }, failedStep: "fetch:web-1" };
    await scene.store.update(left.id, (record) => loseTrack(record, report, scene.clock.now));
    const begun = scene.runner.commands.length;

    await runAgain(scene, left);
    await run(scene, left);

    expect(runsAfter(scene, begun)[0]).toMatchObject({ id: `${left.id}.3.1`, resumed: true });
    expect(await found(scene, left)).toMatchObject({ state: "succeeded" });
  });

  it("may break off and run again as often as somebody says so", async () => {
    const scene = startWorld([DIED, DIED, LOST]);
    const record = await brokenOff(scene);

    for (let round = 1; round <= 3; round++) {
      await runAgain(scene, record);
      await run(scene, record);
    }

    expect(await found(scene, record)).toMatchObject({ state: "succeeded" });
    const fetches = runsAfter(scene, 0).flatMap(({ id }) => (id.startsWith(`${record.id}.3.`) ? [id] : []));
    expect(fetches.map((id) => id.slice(record.id.length))).toEqual([".3.1", ".3.2", ".3.3", ".3.3"]);
  });

  it("does not run again once a newer one has run there", async () => {
    const scene = startWorld();
    const record = await brokenOff(scene);
    const newer = await deployed(scene, otherSha);

    expect(await runAgain(scene, record)).toEqual({
      kind: "refused",
      refusal: { code: "newer-ran", number: newer.number },
    });
    expect(await markFailed(scene, record)).toMatchObject({ kind: "done" });
  });

  it("is asked for its role before it says what has run since", async () => {
    const scene = startWorld();
    const record = await brokenOff(scene);
    await deployed(scene, otherSha);

    expect(await runAgain(scene, record, stranger)).toMatchObject({ refusal: { code: "not-approver" } });
  });
});

describe("what was to run again, when its turn comes", () => {
  /** Brings it to its turn. */
  async function toItsTurn(scene: Scene, change: (record: DeploymentRecord) => Promise<World | undefined>) {
    const record = await brokenOff(scene);
    await runAgain(scene, record);
    const begun = scene.runner.commands.length;
    const changed = await change(record);
    await run(changed ?? scene, record);
    return { record: await found(scene, record), ran: runsAfter(scene, begun) };
  }

  it("is void where other steps would run", async () => {
    const restart = { run: ["another-way"] };
    const strategy = { type: "git", directory: "/srv/shop", restart };
    const roles = { deploy: [DEPLOY_ROLE], approve: [APPROVE_ROLE] };
    const scene = startWorld();

    const { record, ran } = await toItsTurn(scene, async () =>
      reconfigured(scene, configWith({ uat: environmentInput({ roles, strategy }) })),
    );

    expect(record).toMatchObject({ state: "void", voidReason: { code: "plan-changed" } });
    expect(record.steps.map(({ state }) => state)).toEqual([
      ...["succeeded", "succeeded", "failed"],
      ...["skipped", "skipped"],
    ]);
    expect(ran).toEqual([]);
  });

  it("is void where a newer one ran before it", async () => {
    const scene = startWorld();
    let newer: DeploymentRecord | undefined;

    const { record } = await toItsTurn(scene, async () => {
      newer = await deployed(scene, otherSha);
      return undefined;
    });

    expect(newer).toMatchObject({ state: "succeeded" });
    expect(record).toMatchObject({
      state: "void",
      voidReason: { code: "newer-ran", number: newer?.number },
    });
  });

  it.each([
    [
      "somebody has locked the environment",
      (scene: Scene) => scene.locks.take(aLock(scene, uat)),
      { code: "gate", refusal: "locked" },
    ],
    [
      "a freeze has begun",
      ({ locks, clock }: Scene) =>
        locks.freeze({ ...uat, by: { userId: "9", userName: "ken" }, reason: "audit", since: clock.now }),
      { code: "gate", refusal: "frozen" },
    ],
    [
      "the person who asked has lost the role",
      async ({ members }: Scene) => members.roles.set(asker.id, []),
      { code: "gate", refusal: "role-missing" },
    ],
  ] as const)("is void where %s", async (_what, change, voidReason) => {
    const scene = startWorld();

    const { record, ran } = await toItsTurn(scene, async () => {
      await change(scene);
      return undefined;
    });

    expect(record).toMatchObject({ state: "void", voidReason });
    expect(ran).toEqual([]);
    expect(await scene.locks.holders()).toEqual([]);
    expect((await scene.audit.entries()).at(-1)).toMatchObject({ action: "void", deployment: record.number });
  });

  it("is void where an approver has lost the role", async () => {
    const scene = startWorld([DIED], productionConfig());
    const record = await requested(scene);
    await approve(scene.parts, record.id, approver, "DEPLOY");
    await run(scene, record);
    await runAgain(scene, record, lead);
    scene.members.roles.set(approver.id, []);

    await run(scene, record);

    expect(await found(scene, record)).toMatchObject({
      state: "void",
      voidReason: { code: "role-lost", userId: approver.id },
    });
  });
});
