import { EventEmitter, once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { HealthCheck } from "../../../src/config/health-checks.js";
import { HealthCheckConfig } from "../../../src/config/health-schema.js";
import type { ProbeResult } from "../../../src/health/probe-result.js";
import { sweepProbes } from "../../../src/health/sweep-probes.js";

const HEALTHY: ProbeResult = { kind: "healthy", latencyMs: 1 };

interface Item {
  readonly name: string;
  readonly check: HealthCheck;
}

function itemsOf(names: readonly string[]): readonly Item[] {
  const check = HealthCheckConfig.parse({ url: "http://127.0.0.1/" });
  if (check.type !== "http") throw new Error("This is another check");
  return names.map((name) => ({ name, check: { ...check, url: `http://127.0.0.1/${name}` } }));
}

const nameOf = (check: HealthCheck) => (check.type === "http" ? check.url.slice(17) : "");

/** Probes that end when the test says so. */
class Probes {
  readonly begun: string[] = [];
  readonly aborted: string[] = [];
  readonly #end = new EventEmitter();

  readonly probe = async (check: HealthCheck, signal?: AbortSignal): Promise<ProbeResult> => {
    const name = nameOf(check);
    this.begun.push(name);
    signal?.addEventListener("abort", () => this.aborted.push(name));
    const [result] = (await once(this.#end, name)) as [ProbeResult | Error];
    if (result instanceof Error) throw result;
    return result;
  };

  end(name: string, result: ProbeResult | Error = HEALTHY): void {
    this.#end.emit(name, result);
  }
}

const immediately = async (): Promise<ProbeResult> => HEALTHY;

async function namesOf(sweep: AsyncIterable<{ readonly item: Item }>): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { item } of sweep) names.push(item.name);
  return names;
}

describe("a sweep", () => {
  it("gives the result of every probe", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `p${index}`);

    const swept = await namesOf(sweepProbes(itemsOf(names), immediately));

    expect(swept.toSorted()).toEqual(names.toSorted());
  });

  it("of nothing is over at once", async () => {
    expect(await namesOf(sweepProbes([], immediately))).toEqual([]);
  });

  it("makes no more probes at once than it may", async () => {
    const probes = new Probes();
    const sweep = sweepProbes(itemsOf(["a", "b", "c"]), probes.probe, { concurrency: 2 });

    const first = sweep.next();
    const begun = [...probes.begun];
    probes.end("a");
    await first;
    await sweep.return();

    expect(begun).toEqual(["a", "b"]);
  });

  it("is not held up by a slow probe", async () => {
    const probes = new Probes();
    const fast = Array.from({ length: 100 }, (_, index) => `f${index}`);
    const probe = (check: HealthCheck) => (nameOf(check) === "slow" ? probes.probe(check) : immediately());
    const sweep = sweepProbes(itemsOf(["slow", ...fast]), probe, { concurrency: 2 });

    const names: string[] = [];
    for await (const { item } of sweep) {
      names.push(item.name);
      if (names.length === fast.length) probes.end("slow");
    }

    expect(names).toEqual([...fast, "slow"]);
  });

  it("begins nothing that there is no room for", async () => {
    let begun = 0;
    const probe = () => {
      begun++;
      return immediately();
    };
    const sweep = sweepProbes(itemsOf(["a", "b", "c", "d", "e"]), probe, { concurrency: 2 });

    await sweep.next();

    // One was taken and made room for no other yet, since nobody asked for more.
    expect(begun).toBe(2);
    await sweep.return();
  });

  it("goes on when a probe breaks", async () => {
    const broken = new Error("a fault of our own");
    const probe = (check: HealthCheck) =>
      nameOf(check) === "a" ? Promise.reject(broken) : Promise.resolve(HEALTHY);

    const swept = [];
    for await (const { kind, item } of sweepProbes(itemsOf(["a", "b"]), probe)) swept.push([item.name, kind]);

    expect(Object.fromEntries(swept)).toEqual({ a: "failed", b: "probed" });
  });

  it("lets all its probes listen without a warning of Node", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    const probe = async (_check: HealthCheck, signal?: AbortSignal) => {
      signal?.addEventListener("abort", () => undefined);
      return HEALTHY;
    };

    await namesOf(sweepProbes(itemsOf(Array.from({ length: 50 }, String)), probe));
    await setImmediate();
    process.off("warning", note);

    expect(warnings).toEqual([]);
  });

  it("ends its probes when nobody wants the rest", async () => {
    const probes = new Probes();
    const sweep = sweepProbes(itemsOf(["a", "b", "c"]), probes.probe, { concurrency: 3 });
    const first = sweep.next();
    probes.end("a");
    await first;

    await sweep.return();

    expect(probes.aborted).toContain("b");
    expect(probes.aborted).toContain("c");
  });

  it("ends its probes, and itself, with the reason of its caller", async () => {
    const caller = new AbortController();
    const probe = (_check: HealthCheck, signal?: AbortSignal) =>
      new Promise<ProbeResult>((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
    const sweep = sweepProbes(itemsOf(["a"]), probe, { signal: caller.signal });

    const first = sweep.next();
    caller.abort(new Error("enough"));

    await expect(first).rejects.toThrow("enough");
  });
});
