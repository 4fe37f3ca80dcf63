import { once } from "node:events";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { HealthLookUp, type HealthParts } from "../../../src/app/look-up-health.js";
import { checkLabel } from "../../../src/config/health-checks.js";
import type { Target } from "../../../src/deployments/record.js";
import type { Probe } from "../../../src/health/create-prober.js";
import type { ProbeResult } from "../../../src/health/probe-result.js";
import { seriesOf } from "../charts/sample-charts.js";
import { configWith, environmentInput } from "../deployments/samples.js";

const NOW = 1_700_000_000_000;
const series = seriesOf(() => ({ availability: 1 }));
const healthy: ProbeResult = { kind: "healthy", latencyMs: 12 };

const checking = (...hosts: readonly string[]) =>
  environmentInput({ health: hosts.map((host) => ({ url: `https://${host}/health` })) });

function lookUpIn(
  environments: Readonly<Record<string, object>>,
  probe: Probe,
  changes: Partial<HealthParts> = {},
) {
  const read: Target[] = [];
  const parts: HealthParts = {
    config: configWith(environments),
    tools: { probe, closing: new AbortController().signal },
    history: {
      allSeries: async (target) => {
        read.push(target);
        return series;
      },
    },
    now: () => NOW,
    logger: pino({ enabled: false }),
    ...changes,
  };
  return { health: new HealthLookUp(parts), read };
}

/** Probes that end when the test lets them. */
function heldProbes() {
  const begun: string[] = [];
  let letGo: () => void = () => undefined;
  const gate = new Promise<ProbeResult>((resolve) => {
    letGo = () => resolve(healthy);
  });
  const probe: Probe = (check) => {
    begun.push(checkLabel(check));
    return gate;
  };
  return { begun, probe, letGo };
}

describe("looking up the health of one environment", () => {
  const answering =
    (result: ProbeResult): Probe =>
    async () =>
      result;
  const prod = { prod: checking("shop") };

  it("tells of its checks now, and of its history", async () => {
    const { health, read } = lookUpIn(prod, answering(healthy));

    expect(await health.lookUp({ environment: "prod" })).toEqual({
      kind: "one",
      health: {
        target: { project: "shop", environment: "prod" },
        checks: [{ name: "https://shop/health", state: "up", latencyMs: 12 }],
        at: NOW,
        series,
      },
    });
    expect(read).toEqual([{ project: "shop", environment: "prod" }]);
  });

  it.each([
    ["a latency where something answered", { code: "status", expected: 200, got: 500 }, { latencyMs: 12 }],
    ["no latency where nothing did", { code: "no-answer", detail: "ECONNREFUSED" }, {}],
  ] as const)("gives what is down its reason, and %s", async (_what, reason, latency) => {
    const { health } = lookUpIn(prod, answering({ kind: "unhealthy", reason, latencyMs: 12 }));

    expect(await health.lookUp({ environment: "prod" })).toMatchObject({
      health: { checks: [{ name: "https://shop/health", state: "down", reason, ...latency }] },
    });
  });

  it("does not know what Slipway itself could not find out", async () => {
    const { health } = lookUpIn({ prod: checking("shop", "api") }, async (check) => {
      if (checkLabel(check).includes("api")) throw new Error("broken");
      return healthy;
    });

    expect(await health.lookUp({ environment: "prod" })).toMatchObject({
      health: { checks: [{ state: "up" }, { name: "https://api/health", state: "unknown" }] },
    });
  });

  it("knows what answered, and not what takes longer than a person waits", async () => {
    const probe: Probe = (check, signal) =>
      checkLabel(check).includes("slow")
        ? new Promise((_resolve, reject) =>
            signal?.addEventListener("abort", () => reject(new Error("aborted"))),
          )
        : Promise.resolve(healthy);
    const { health } = lookUpIn({ prod: checking("slow", "shop") }, probe, { patienceMs: 1 });

    expect(await health.lookUp({ environment: "prod" })).toMatchObject({
      health: { checks: [{ state: "unknown" }, { state: "up" }] },
    });
  });

  it("ends when Slipway stops", async () => {
    const closing = new AbortController();
    const probe: Probe = (_check, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new Error("aborted")));
        closing.abort(new Error("stopping"));
      });
    const { health } = lookUpIn(prod, probe, { tools: { probe, closing: closing.signal } });

    await expect(health.lookUp({ environment: "prod" })).rejects.toThrow("stopping");
  });

  it("shares a look that is under way, and looks again after it", async () => {
    const { begun, probe, letGo } = heldProbes();
    const { health } = lookUpIn(prod, probe);

    const both = [health.lookUp({ environment: "prod" }), health.lookUp({ environment: "prod" })];
    letGo();
    await Promise.all(both);
    expect(begun).toHaveLength(1);

    await health.lookUp({ environment: "prod" });
    expect(begun).toHaveLength(2);
  });
});

describe("looking up the health of everything", () => {
  const environmentsOf = (count: number, checks = 1) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `e${index}`,
        checking(...Array.from({ length: checks }, (_unused, check) => `shop${check}.e${index}`)),
      ]),
    );

  it("looks at all environments, also at those without checks", async () => {
    const { health } = lookUpIn({ uat: checking("uat"), docs: environmentInput() }, async () => healthy);

    expect(await health.lookUp({})).toMatchObject({
      kind: "overview",
      overview: {
        environments: [
          { target: { environment: "uat" }, checks: [{ state: "up" }] },
          { target: { environment: "docs" }, checks: [] },
        ],
        left: 0,
      },
    });
  });

  it("looks at the first 25, and counts the others", async () => {
    const { health, read } = lookUpIn(environmentsOf(27), async () => healthy);

    const found = await health.lookUp({ project: "shop" });

    expect(found).toMatchObject({ kind: "overview", overview: { left: 2 } });
    expect(read).toHaveLength(25);
  });

  it("begins no more than 10 probes of one host at once", async () => {
    const { begun, probe, letGo } = heldProbes();
    const paths = Array.from({ length: 30 }, (_, index) => ({
      url: `https://shop:${8000 + index}/${index}`,
    }));
    const { health } = lookUpIn({ prod: environmentInput({ health: paths }) }, probe);

    const looking = health.lookUp({});
    await new Promise(setImmediate);
    expect(begun).toHaveLength(10);

    letGo();
    await looking;
    expect(begun).toHaveLength(30);
  });

  it.each(["another environment", "the same environment"])(
    "finds out about a healthy host of %s while one that hangs has more checks than places",
    async (where) => {
      const stuck = Array.from({ length: 100 }, (_, index) => ({ url: `https://stuck/${index}` }));
      const shop = { url: "https://shop/health" };
      const environments =
        where === "another environment"
          ? { uat: environmentInput({ health: stuck }), prod: environmentInput({ health: [shop] }) }
          : { prod: environmentInput({ health: [...stuck, shop] }) };
      const answered: string[] = [];
      const probe: Probe = async (check, signal) => {
        if (checkLabel(check).includes("stuck")) await once(signal ?? new AbortController().signal, "abort");
        else answered.push(checkLabel(check));
        return healthy;
      };
      const closing = new AbortController();
      const { health } = lookUpIn(environments, probe, { tools: { probe, closing: closing.signal } });

      const looking = health.lookUp({}).catch(() => undefined);
      await expect.poll(() => answered).toEqual(["https://shop/health"]);
      closing.abort();
      await looking;
    },
  );

  it("shows each environment of that name where several projects have one", async () => {
    const environments = { uat: checking("uat") };
    const projects = {
      shop: { repository: "acme/shop", environments },
      site: { repository: "acme/site", environments },
    };
    const config = configWith({}, { projects });
    const { health } = lookUpIn(environments, async () => healthy, { config });

    expect(await health.lookUp({ environment: "uat" })).toMatchObject({
      kind: "overview",
      overview: { environments: [{ target: { project: "shop" } }, { target: { project: "site" } }] },
    });
  });

  it("refuses what is not configured", async () => {
    const { health } = lookUpIn({ uat: checking("uat") }, async () => healthy);

    expect(await health.lookUp({ environment: "moon" })).toEqual({
      kind: "refused",
      refusal: { code: "unknown-environment", environment: "moon", known: ["uat"] },
    });
  });
});
