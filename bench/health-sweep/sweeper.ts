/**
 * Probes the server on a port with Slipway's own sweep and then in batches, and prints one line of JSON. A process of
 * its own, so that its memory is that of the sweep.
 */
import { type HealthCheck, healthChecksOf } from "../../src/config/health-checks.js";
import { Config } from "../../src/config/schema.js";
import { createProbers } from "../../src/health/create-prober.js";
import { sweepProbes } from "../../src/health/sweep-probes.js";
import { PROBES, SLOW_AT, SLOW_MS } from "./size.js";

const AT_ONCE = 50;
const WARM_UP = 200;

interface Item {
  readonly check: HealthCheck;
}

/** As the configuration gives it; the port comes from the system. */
function checksOf(port: string): readonly Item[] {
  const url = (index: number) => (SLOW_AT.has(index) ? `/slow/${SLOW_MS}` : "/");
  const health = Array.from({ length: PROBES }, (_, index) => ({
    url: `http://127.0.0.1:${port}${url(index)}`,
    json: { path: "status", equals: "ok" },
  }));
  const config = Config.parse({
    discord: { guild: "112233445566778899", channel: "112233445566778899" },
    hosts: { web: { address: "127.0.0.1", user: "deploy", key: { variable: "KEY" } } },
    projects: { shop: { repository: "acme/shop", environments: { uat: { ...ENVIRONMENT, health } } } },
  });
  const environment = config.projects["shop"]?.environments["uat"];
  return environment === undefined ? [] : healthChecksOf(environment).map((check) => ({ check }));
}

const ENVIRONMENT = {
  hosts: ["web"],
  strategy: { type: "git", directory: "/srv/shop", restart: { run: ["true"] } },
  roles: { deploy: ["112233445566778899"] },
};

const { look: probe } = createProbers({
  runner: { run: () => Promise.reject(new Error("No host takes part")) },
  redaction: () => ({ write: (text) => text, end: () => "" }),
  secrets: new Map(),
  origins: new Set(),
  now: Date.now,
});

async function sweep(items: readonly Item[]) {
  const before = process.memoryUsage.rss();
  let peak = before;
  let healthy = 0;
  const startedAt = performance.now();
  for await (const swept of sweepProbes(items, probe, { concurrency: AT_ONCE })) {
    if (swept.kind === "probed" && swept.result.kind === "healthy") healthy++;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  const wallMs = performance.now() - startedAt;
  if (healthy !== items.length)
    throw new Error(`${items.length - healthy} probes did not find what is there`);
  return { wallMs, growthMegabytes: (peak - before) / 1024 ** 2 };
}

/** The obvious way: the next 50 begin when the last of 50 is done. */
async function inBatches(items: readonly Item[]) {
  let slowestMs = 0;
  const startedAt = performance.now();
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const batchStartedAt = performance.now();
    await Promise.all(items.slice(start, start + AT_ONCE).map(({ check }) => probe(check)));
    slowestMs = Math.max(slowestMs, performance.now() - batchStartedAt);
  }
  return { batchesMs: performance.now() - startedAt, slowestBatchMs: slowestMs };
}

const items = checksOf(process.argv[2] ?? "");
await sweep(items.filter((_, index) => !SLOW_AT.has(index)).slice(0, WARM_UP));
console.log(`measured ${JSON.stringify({ ...(await sweep(items)), ...(await inBatches(items)) })}`);
