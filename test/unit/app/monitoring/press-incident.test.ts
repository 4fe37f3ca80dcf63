import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  acknowledgeIncident,
  readIncidentLogs,
  rollBackIncident,
  snoozeIncident,
} from "../../../../src/app/monitoring/press-incident.js";
import { Sha } from "../../../../src/deployments/release.js";
import { type RedisFixture, startRedisFixture } from "../../../integration/store/redis-fixture.js";
import { APPROVE_ROLE, approver, asker, DEPLOY_ROLE, deployed, prod, stranger, uat } from "../production.js";
import { down, type MonitorWorld, monitorWorld } from "./monitor-world.js";

let fixture: RedisFixture;
let scene: MonitorWorld;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  scene = monitorWorld(fixture);
});
afterAll(() => fixture.close());

const over = { kind: "refused", refusal: { code: "incident-over" } };
const GONE = "0".repeat(24);

describe("acknowledging an incident", () => {
  it.each([asker, approver])("is for those who deploy or approve there: $name", async (person) => {
    const { id } = await down(scene, uat);

    expect(await acknowledgeIncident(scene.parts, id, person)).toEqual({ kind: "acknowledged" });
    expect((await scene.parts.incidents.find(id))?.acknowledged).toMatchObject({ userId: person.id });
    expect(await scene.world.audit.lines()).toEqual(["- acknowledge"]);
  });

  it("is refused to others, which is written down", async () => {
    const { id } = await down(scene, uat);

    expect(await acknowledgeIncident(scene.parts, id, stranger)).toEqual({
      kind: "refused",
      refusal: { code: "not-responsible", roles: [DEPLOY_ROLE, APPROVE_ROLE] },
    });
    expect(await scene.world.audit.lines()).toEqual(["- refusal"]);
  });

  it("counts once, also when several press at the same moment", async () => {
    const { id } = await down(scene, uat);
    const outcomes = await Promise.all(
      [asker, approver].map((person) => acknowledgeIncident(scene.parts, id, person)),
    );

    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(["acknowledged", "refused"]);
    expect(await scene.world.audit.lines()).toEqual(["- acknowledge"]);
  });

  it("says when the incident is over", async () => {
    expect(await acknowledgeIncident(scene.parts, GONE, asker)).toEqual(over);
  });
});

describe("snoozing an incident", () => {
  it("lasts an hour", async () => {
    const { id } = await down(scene, uat);

    expect(await snoozeIncident(scene.parts, id, asker)).toEqual({
      kind: "snoozed",
      until: scene.parts.now() + 3_600_000,
    });
    expect(await scene.world.audit.lines()).toEqual(["- snooze"]);
  });

  it("says when the incident is over", async () => {
    expect(await snoozeIncident(scene.parts, GONE, asker)).toEqual(over);
  });
});

describe("showing the logs of an incident", () => {
  it("reads the first log of the environment", async () => {
    const { id } = await down(scene, uat);

    expect(await readIncidentLogs(scene.parts, id, asker)).toMatchObject({
      kind: "logs",
      outcome: { kind: "read", service: "web", target: uat, hosts: [{ text: "all is well\n" }] },
    });
  });

  it("asks for a role as /logs does", async () => {
    const { id } = await down(scene, uat);

    expect(await readIncidentLogs(scene.parts, id, stranger)).toMatchObject({
      outcome: { kind: "refused", refusal: { code: "role-missing" } },
    });
  });

  it("says when the incident is over", async () => {
    expect(await readIncidentLogs(scene.parts, GONE, asker)).toEqual(over);
  });
});

describe("rolling back from an incident", () => {
  const [a, b] = ["a", "b"].map((digit) => Sha.parse(digit.repeat(40))) as [Sha, Sha];

  it("takes the newest deployment there back", async () => {
    await deployed(scene.world, a);
    const second = await deployed(scene.world, b);
    const { id } = await down(scene, uat);

    expect(await rollBackIncident(scene.parts, id, asker, "request")).toMatchObject({
      kind: "rollback",
      outcome: {
        kind: "started",
        record: { kind: "rollback", release: { sha: a }, rollbackOf: second.number },
      },
    });
  });

  it("asks for a role as every rollback does", async () => {
    await deployed(scene.world, a);
    await deployed(scene.world, b);
    const { id } = await down(scene, uat);

    expect(await rollBackIncident(scene.parts, id, stranger, "request")).toMatchObject({
      outcome: { kind: "refused", refusal: { code: "role-missing" } },
    });
  });

  it("does not guess which environment is meant", async () => {
    await down(scene, uat, "web-1");
    const { id } = await down(scene, prod, "web-1");

    expect(await rollBackIncident(scene.parts, id, asker, "request")).toEqual({
      kind: "refused",
      refusal: { code: "several-environments" },
    });
  });

  it("says when the incident is over", async () => {
    expect(await rollBackIncident(scene.parts, GONE, asker, "request")).toEqual(over);
  });
});
