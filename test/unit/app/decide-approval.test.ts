import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { cancelDeployment } from "../../../src/app/cancel-deployment.js";
import { approve, expireApproval, mayApprove, refuse } from "../../../src/app/decide-approval.js";
import type { Person } from "../../../src/app/request-deployment.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { sha } from "../deployments/samples.js";
import type { World } from "./ports.js";
import {
  APPROVE_ROLE,
  approver,
  asker,
  DEPLOY_ROLE,
  found,
  lead,
  MINUTE,
  prod,
  productionConfig,
  productionWorld,
  reconfigured,
  requested,
  secondApprover,
  stranger,
  uat,
} from "./production.js";

const actorOf = ({ id, name }: Person) => ({ userId: id, userName: name });

let fixture: RedisFixture;
let world: World;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  world = productionWorld(fixture);
});
afterAll(() => fixture.close());

const withQuorum = (quorum: number, approval: object = {}) =>
  productionWorld(fixture, productionConfig({}, { quorum, ...approval }));

const presses = (record: DeploymentRecord, person: Person, word = "DEPLOY") =>
  approve(world.parts, record.id, person, word);

async function expectWaiting(record: DeploymentRecord): Promise<void> {
  expect(await found(world, record)).toEqual(record);
  expect(world.queues.deployments).toEqual(new Set());
}

describe("approve", () => {
  it("queues the deployment when an approver types DEPLOY, and writes it down", async () => {
    const record = await requested(world);

    const outcome = await presses(record, approver);

    const given = [{ ...actorOf(approver), at: world.clock.now }];
    expect(outcome).toMatchObject({ kind: "done", record: { state: "queued", approval: { given } } });
    expect(world.queues.deployments).toEqual(new Set([`shop/prod ${record.id}`]));
    expect((await world.audit.entries()).at(-1)).toEqual({
      action: "approval",
      actor: { kind: "person", ...actorOf(approver) },
      ...{ source: "discord", target: prod, deployment: record.number, details: { sha } },
    });
  });

  it.each([
    "deploy",
    "Deploy",
    "DEPLOY ",
    " DEPLOY",
    "DEPLOY\n",
    "DEPL0Y",
    "DEPLOYDEPLOY",
    "ＤＥＰＬＯＹ",
    "",
  ])("changes nothing for the word %j, and says what was typed", async (word) => {
    const record = await requested(world);

    expect(await presses(record, approver, word)).toEqual({
      kind: "refused",
      refusal: { code: "wrong-word", typed: word },
    });
    await expectWaiting(record);
  });

  it.each([
    ["a stranger", stranger],
    ["somebody who may only ask", { ...asker, id: "101" }],
    ["somebody without a role", { ...approver, roles: [] }],
  ])("takes no approval from %s", async (_who, person) => {
    const record = await requested(world);

    const refusal = { code: "not-approver", environment: "prod", roles: [APPROVE_ROLE] };
    expect(await mayApprove(world.parts, record.id, person)).toEqual(refusal);
    expect(await presses(record, person)).toEqual({ kind: "refused", refusal });
    await expectWaiting(record);
  });

  it("takes no approval from the person who asked", async () => {
    const record = await requested(world, { person: lead });

    expect(await mayApprove(world.parts, record.id, lead)).toEqual({ code: "own-request" });
    expect(await presses(record, lead)).toEqual({ kind: "refused", refusal: { code: "own-request" } });
    await expectWaiting(record);
  });

  it("takes it where the configuration says so", async () => {
    world = withQuorum(1, { requesterMayApprove: true });
    const record = await requested(world, { person: lead });

    expect(await presses(record, lead)).toMatchObject({ kind: "done", record: { state: "queued" } });
  });

  it("counts one person once, and is done with the second one of two", async () => {
    world = withQuorum(2);
    const record = await requested(world);

    expect(await presses(record, approver)).toMatchObject({ kind: "counted", missing: 1 });
    expect(await presses(record, approver)).toEqual({
      kind: "refused",
      refusal: { code: "approved-already" },
    });
    expect(world.queues.deployments).toEqual(new Set());
    expect(await presses(record, secondApprover)).toMatchObject({ kind: "done" });
    expect((await world.audit.lines()).slice(1)).toEqual(
      ["approval", "refusal", "approval"].map((action) => `${record.number} ${action}`),
    );
  });

  it("counts a person once who presses twice at the same time", async () => {
    world = withQuorum(2);
    const record = await requested(world);

    const outcomes = await Promise.all([presses(record, approver), presses(record, approver)]);

    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["counted", "refused"]);
    expect((await found(world, record)).approval?.given).toHaveLength(1);
  });

  it("says that it is decided to somebody who comes too late", async () => {
    const record = await requested(world);
    await presses(record, approver);

    const refusal = { code: "already-decided", state: "queued" };
    expect(await mayApprove(world.parts, record.id, secondApprover)).toEqual(refusal);
    expect(await presses(record, secondApprover)).toEqual({ kind: "refused", refusal });
  });

  it("makes one deployment of fifty people who press at once, and answers each of them", async () => {
    const record = await requested(world);
    const people = Array.from({ length: 50 }, (_, index) => ({ ...approver, id: `${1000 + index}` }));

    const resolve = vi.spyOn(world.parts.refs, "resolve");

    const outcomes = await Promise.all(people.map((person) => presses(record, person)));

    // Not once for each of them: GitHub would not answer fifty times in time.
    expect(resolve.mock.calls.length).toBeLessThan(5);
    expect(outcomes.filter(({ kind }) => kind === "done")).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === "refused")).toHaveLength(49);
    expect(world.queues.calls.filter((call) => call === `deploy ${record.id}`)).toHaveLength(1);
    expect((await world.audit.lines()).filter((line) => line.endsWith(" approval"))).toHaveLength(1);
    expect((await found(world, record)).approval?.given).toHaveLength(1);
  });

  it.each(["not-known", "f".repeat(24)])("knows nothing of the deployment %s", async (id) => {
    const refusal = { code: "not-found" };
    expect(await mayApprove(world.parts, id, approver)).toEqual(refusal);
    expect(await approve(world.parts, id, approver, "DEPLOY")).toEqual({ kind: "refused", refusal });
  });

  it("knows nothing of an environment that left the configuration", async () => {
    const record = await requested(world);
    const config = { ...world.parts.config, projects: {} };

    expect(await approve({ ...world.parts, config }, record.id, approver, "DEPLOY")).toMatchObject({
      refusal: { code: "not-found" },
    });
    await expectWaiting(record);
  });
});

describe("a confirmation for a release that was taken back", () => {
  const another = { ...asker, id: "101" };

  beforeEach(() => world.badReleases.mark(uat, sha, { by: actorOf(approver), at: 1, deployment: 1 }));

  it.each([
    ["the person who asked", asker],
    ["another one who may deploy", another],
    ["an approver", approver],
  ])("may come from %s", async (_who, person) => {
    const record = await requested(world, { environment: "uat" });

    expect(await presses(record, person)).toMatchObject({ kind: "done", record: { state: "queued" } });
  });

  it("may not come from anybody else", async () => {
    const record = await requested(world, { environment: "uat" });

    expect(await presses(record, stranger)).toMatchObject({
      refusal: { code: "not-approver", roles: [APPROVE_ROLE, DEPLOY_ROLE] },
    });
  });
});

describe("a broken glass", () => {
  const breakGlass = "it burns";
  const another = { ...asker, id: "101" };

  it("needs somebody else, who may deploy or approve there", async () => {
    const record = await requested(world, { environment: "uat", breakGlass });

    expect(await presses(record, asker)).toMatchObject({ refusal: { code: "own-request" } });
    expect(await presses(record, stranger)).toMatchObject({ refusal: { code: "not-approver" } });
    expect(await presses(record, another)).toMatchObject({ kind: "done" });
  });

  it("needs an approver where the environment is protected: it opens the freeze alone", async () => {
    const record = await requested(world, { breakGlass });

    expect(await presses(record, another)).toMatchObject({
      refusal: { code: "not-approver", roles: [APPROVE_ROLE] },
    });
    expect(await presses(record, approver)).toMatchObject({ kind: "done" });
  });
});

describe("refuse", () => {
  it("ends the request for everybody, by an approver", async () => {
    const record = await requested(world);

    const outcome = await refuse(world.parts, record.id, approver);

    expect(outcome).toMatchObject({
      kind: "done",
      record: { state: "refused", endedBy: actorOf(approver), finishedAt: world.clock.now },
    });
    expect(await presses(record, secondApprover)).toMatchObject({
      refusal: { code: "already-decided", state: "refused" },
    });
    expect((await world.audit.lines())[1]).toBe(`${record.number} approval-refused`);
    expect(world.queues.deployments).toEqual(new Set());
  });

  it("is not for those who may only ask", async () => {
    const record = await requested(world);

    expect(await refuse(world.parts, record.id, asker)).toMatchObject({ refusal: { code: "not-approver" } });
    await expectWaiting(record);
  });

  it("leaves what was decided as it is", async () => {
    const record = await requested(world);
    await presses(record, approver);

    expect(await refuse(world.parts, record.id, secondApprover)).toMatchObject({
      refusal: { code: "already-decided", state: "queued" },
    });
  });

  it("and approval, cancellation and expiry at once come to one end", async () => {
    const record = await requested(world);
    const { parts } = world;
    const late = { ...parts, now: () => world.clock.now + 31 * MINUTE };

    await Promise.all([
      presses(record, approver),
      refuse(parts, record.id, secondApprover),
      cancelDeployment(parts, record.id, lead),
      expireApproval(late, record.id),
    ]);

    const { state } = await found(world, record);
    const isEnd = (line: string) => /(?:approval-refused|cancel|expired)$/.test(line);
    const ends = (await world.audit.lines()).filter(isEnd);
    expect(["refused", "cancelled", "expired", "queued"]).toContain(state);
    expect(ends).toHaveLength(state === "queued" ? 0 : 1);
  });
});

describe("expiry", () => {
  it("ends a request when its time is over, once, and tells it", async () => {
    const record = await requested(world);
    world.queues.announcements.clear();
    world.clock.now += 30 * MINUTE;

    await expireApproval(world.parts, record.id);
    await expireApproval(world.parts, record.id);

    expect(await found(world, record)).toMatchObject({ state: "expired", finishedAt: world.clock.now });
    expect(world.queues.announcements).toEqual(new Set([record.id]));
    expect(await world.audit.lines()).toEqual([`${record.number} request`, `${record.number} expired`]);
    expect((await world.audit.entries()).at(-1)).toMatchObject({
      actor: { kind: "slipway" },
      source: "worker",
    });
  });

  it("takes no approval any more, even before anybody has ended the request", async () => {
    const record = await requested(world);
    world.clock.now += 30 * MINUTE;

    const refusal = { code: "already-decided", state: "expired" };
    expect(await mayApprove(world.parts, record.id, approver)).toEqual(refusal);
    expect(await presses(record, approver)).toEqual({ kind: "refused", refusal });
    expect(await refuse(world.parts, record.id, approver)).toEqual({ kind: "refused", refusal });
    await expectWaiting(record);
  });

  it("leaves a request that still has time, and one that was approved", async () => {
    const record = await requested(world);
    world.clock.now += 30 * MINUTE - 1;
    await expireApproval(world.parts, record.id);
    expect((await found(world, record)).state).toBe("awaiting-approval");
    await presses(record, approver);
    world.clock.now += MINUTE;

    await expireApproval(world.parts, record.id);

    expect((await found(world, record)).state).toBe("queued");
  });

  it("needs no configuration of the environment", async () => {
    const record = await requested(world);
    world.clock.now += 30 * MINUTE;

    await expireApproval(reconfigured(world, { ...world.parts.config, projects: {} }).parts, record.id);

    expect((await found(world, record)).state).toBe("expired");
  });
});
