import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type IncidentHistory, lookUpStats } from "../../../src/app/look-up-stats.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { DeploymentStore } from "../../../src/deployments/store.js";
import { aRecord, configWith, environmentInput } from "../../unit/deployments/samples.js";
import { type RedisFixture, startRedisFixture } from "./redis-fixture.js";

const NOW = Date.UTC(2026, 5, 10, 12);
const config = configWith({ uat: environmentInput(), prod: environmentInput() });
let fixture: RedisFixture;
let store: DeploymentStore;
beforeAll(async () => {
  fixture = await startRedisFixture();
  store = new DeploymentStore(fixture.redis);
});
afterEach(() => fixture.redis.flushall());
afterAll(() => fixture.close());

async function deployed(count: number, changes: Partial<DeploymentRecord> = {}): Promise<void> {
  for (let index = 0; index < count; index++) {
    const at = NOW - (count - index) * 60_000;
    const id = `${changes.environment ?? "uat"}${index}`.replace(/[^0-9a-f]/g, "").padStart(24, "0");
    const {
      number: _,
      version: __,
      ...record
    } = aRecord({
      ...{ id, state: "succeeded", createdAt: at, startedAt: at, finishedAt: at },
      ...changes,
    });
    await store.create(record);
  }
}

const lookUp = (request: { environment?: string; project?: string }, incidents?: IncidentHistory) =>
  lookUpStats({ config, store, now: () => NOW, ...(incidents && { incidents }) }, { months: 2, ...request });

describe("lookUpStats", () => {
  it("answers for every environment unless one is named", async () => {
    await deployed(3);

    const all = await lookUp({});
    const one = await lookUp({ environment: "uat" });

    expect(all).toMatchObject({
      stats: {
        environments: [
          {
            target: { project: "shop", environment: "uat" },
            months: [{ deployments: 3 }],
          },
          {
            target: { project: "shop", environment: "prod" },
            months: [{ deployments: 0 }],
          },
        ],
        left: 0,
      },
    });
    expect(one).toMatchObject({ stats: { environments: [{ target: { environment: "uat" } }] } });
  });

  it("begins with the month of the first deployment, and keeps the empty months after it", async () => {
    const at = Date.UTC(2026, 2, 20);
    await deployed(1, { createdAt: at, startedAt: at, finishedAt: at });

    const found = await lookUpStats({ config, store, now: () => NOW }, { months: 12, environment: "uat" });

    const months = found.kind === "found" ? (found.stats.environments[0]?.months ?? []) : [];
    expect(months.map(({ month, deployments }) => `${month}: ${deployments}`)).toEqual([
      "2026-03: 1",
      "2026-04: 0",
      "2026-05: 0",
      "2026-06: 0",
    ]);
  });

  it("refuses an environment that is not configured", async () => {
    expect(await lookUp({ environment: "moon" })).toMatchObject({
      kind: "refused",
      refusal: { code: "unknown-environment" },
    });
  });

  it("reads no more than the newest 500 deployments, and says from when on it counts", async () => {
    await deployed(505);

    const found = await lookUp({ environment: "uat" });

    expect(found).toMatchObject({
      stats: { environments: [{ countedSince: NOW - 500 * 60_000, months: [{}, { deployments: 500 }] }] },
    });
  });

  describe("asks for the incidents", () => {
    const asked: number[] = [];
    const incidents: IncidentHistory = {
      incidentsSince: async (_, at) => {
        asked.push(at);
        return [];
      },
    };
    const may = Date.UTC(2026, 4, 1);
    beforeEach(() => void asked.splice(0));

    it("of all months shown, also where nothing was deployed for longer, or ever", async () => {
      await deployed(1);
      await lookUp({}, incidents);

      expect(asked).toHaveLength(2);
      for (const since of asked) {
        expect(since).toBeLessThanOrEqual(may);
        expect(since).toBeGreaterThan(may - 24 * 3_600_000);
      }
    });

    it("since the oldest deployment that is counted, where there are too many", async () => {
      await deployed(505);
      await lookUp({ environment: "uat" }, incidents);

      expect(asked).toEqual([NOW - 500 * 60_000]);
    });
  });

  it("blames an incident on a release for as long as the environment watches it", async () => {
    await deployed(1);
    const incidents: IncidentHistory = {
      incidentsSince: async (target) => [{ target, startedAt: NOW - 30_000, endedAt: NOW - 20_000 }],
    };
    const rateWith = async (lasts: string) => {
      const watching = { monitor: { bake: { lasts, every: "5s" } } };
      const changed = configWith({ uat: environmentInput(watching) });
      const parts = { config: changed, store, now: () => NOW, incidents };
      return lookUpStats(parts, { months: 1 });
    };

    expect(await rateWith("20s")).toMatchObject({
      stats: { environments: [{ months: [{ changeFailureRate: 0 }] }] },
    });
    expect(await rateWith("40s")).toMatchObject({
      stats: { environments: [{ months: [{ changeFailureRate: 1 }] }] },
    });
  });

  it("takes incidents into account where they are known", async () => {
    await deployed(1);
    const incidents: IncidentHistory = {
      incidentsSince: async (target) => [{ target, startedAt: NOW - 50_000, endedAt: NOW - 20_000 }],
    };

    expect(await lookUp({ environment: "uat" }, incidents)).toMatchObject({
      stats: { environments: [{ months: [{ changeFailureRate: 1, timeToRestoreMs: 30_000 }] }] },
    });
  });
});
