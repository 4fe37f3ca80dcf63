import { describe, expect, it } from "vitest";
import { StopWatch } from "../../../src/app/stop-watch.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { silent } from "../../integration/execution/ssh-fixture.js";
import { aRecord } from "../deployments/samples.js";

const grace = { userId: "1", userName: "Grace" };
const NOW = 1_800_000_000_000;

function watching(find: () => Promise<DeploymentRecord | undefined>): StopWatch {
  return new StopWatch({ store: { find }, now: () => NOW, logger: silent, graceMs: 10_000 }, "a".repeat(24));
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

describe("the wait for a step that is to be stopped", () => {
  it("is over at once for a worker that takes over, or was frozen, long after the request", async () => {
    const record = aRecord({ stopRequestedBy: grace, stopRequestedAt: NOW - 60_000 });
    const watch = watching(async () => record);
    const overdue = aborted(watch.overdue);

    watch.start();
    await overdue;

    expect(watch.requested.aborted).toBe(true);
    watch.close();
  });

  it("goes on until the host has had its time", async () => {
    const watch = watching(async () => aRecord({ stopRequestedBy: grace, stopRequestedAt: NOW }));
    const requested = aborted(watch.requested);

    watch.start();
    await requested;

    expect(watch.overdue.aborted).toBe(false);
    watch.close();
  });

  it("is not kept from ending by a Redis that fails in between", async () => {
    const answers = [() => Promise.reject(new Error("READONLY")), async () => aRecord({})];
    const record = aRecord({ stopRequestedBy: grace, stopRequestedAt: NOW - 60_000 });
    const watch = watching(() => answers.shift()?.() ?? Promise.resolve(record));
    const overdue = aborted(watch.overdue);

    watch.start();

    await overdue;
    watch.close();
  });
});
