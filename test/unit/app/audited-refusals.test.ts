import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cancelDeployment } from "../../../src/app/cancel-deployment.js";
import { approve, mayApprove, refuse } from "../../../src/app/decide-approval.js";
import { type Person, promote, requestDeployment } from "../../../src/app/request-deployment.js";
import { retryDeployment, rollBack, rollBackDeployment } from "../../../src/app/roll-back.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import type { World } from "./ports.js";
import {
  approver,
  asker,
  lead,
  newRequestId,
  prod,
  productionWorld,
  requested,
  stranger,
} from "./production.js";

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

type Press = (record: DeploymentRecord, person: Person) => Promise<unknown>;

const presses: Readonly<Record<string, Press>> = {
  "opens the form": ({ id }, person) => mayApprove(world.parts, id, person),
  approves: ({ id }, person) => approve(world.parts, id, person, "DEPLOY"),
  "types another word": ({ id }, person) => approve(world.parts, id, person, "deploy"),
  refuses: ({ id }, person) => refuse(world.parts, id, person),
  cancels: ({ id }, person) => cancelDeployment(world.parts, id, person),
  "rolls back": ({ id }, person) => rollBackDeployment(world.parts, id, person, newRequestId()),
  retries: ({ id }, person) => retryDeployment(world.parts, id, person, newRequestId()),
};

describe("a press that changes nothing is in the audit trail", () => {
  it.each([
    ["a stranger", "opens the form", stranger, "not-approver"],
    ["a stranger", "approves", stranger, "not-approver"],
    ["the person who asked", "opens the form", lead, "own-request"],
    ["the person who asked", "approves", lead, "own-request"],
    ["an approver", "types another word", approver, "wrong-word"],
    ["a stranger", "refuses", stranger, "not-approver"],
    ["a stranger", "cancels", stranger, "role-missing"],
    ["a stranger", "rolls back", stranger, "role-missing"],
    ["a stranger", "retries", stranger, "role-missing"],
  ])("when %s %s", async (_who, what, person, code) => {
    const record = await requested(world, { person: lead });

    await presses[what]?.(record, person);

    const { action, actor, source, target, details } = (await world.audit.entries()).at(-1) ?? {};
    expect(await world.audit.entries()).toHaveLength(2);
    expect({ action, actor, source, target, details }).toEqual({
      action: "refusal",
      actor: { kind: "person", userId: person.id, userName: person.name },
      source: "discord",
      target: prod,
      details: { code },
    });
  });

  it("names the deployment that it was about", async () => {
    const record = await requested(world);

    await approve(world.parts, record.id, stranger, "DEPLOY");

    expect(await world.audit.lines()).toEqual([`${record.number} request`, `${record.number} refusal`]);
  });

  it("and so is one that comes too late", async () => {
    const record = await requested(world);
    await approve(world.parts, record.id, approver, "DEPLOY");

    await approve(world.parts, record.id, lead, "DEPLOY");

    expect((await world.audit.entries()).at(-1)).toMatchObject({
      ...{ action: "refusal", actor: { userId: lead.id }, details: { code: "already-decided" } },
    });
  });

  it("and is not, when the deployment is one that nobody knows", async () => {
    await approve(world.parts, "f".repeat(24), approver, "DEPLOY");
    await cancelDeployment(world.parts, "f".repeat(24), approver);

    expect(await world.audit.entries()).toEqual([]);
  });
});

describe("a command that names what is not there is in the audit trail", () => {
  const request = () => ({ requestId: newRequestId(), person: asker });

  it.each([
    ["/deploy", () => requestDeployment(world.parts, { ...request(), environment: "nowhere" })],
    ["/promote from", () => promote(world.parts, { ...request(), from: "nowhere", to: "prod" })],
    ["/promote to", () => promote(world.parts, { ...request(), from: "uat", to: "nowhere" })],
    ["/rollback", () => rollBack(world.parts, { ...request(), environment: "nowhere" })],
  ])("%s", async (_command, ask) => {
    await ask();

    expect(await world.audit.entries()).toEqual([
      {
        action: "refusal",
        actor: { kind: "person", userId: asker.id, userName: asker.name },
        source: "discord",
        details: { code: "unknown-environment" },
      },
    ]);
  });

  it("and so is a broken glass without a reason", async () => {
    await requestDeployment(world.parts, { ...request(), environment: "prod", breakGlass: " " });

    expect(await world.audit.entries()).toMatchObject([
      { action: "refusal", target: prod, details: { code: "break-glass-reason" } },
    ]);
  });
});
