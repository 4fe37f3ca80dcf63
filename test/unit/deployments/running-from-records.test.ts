import { describe, expect, it } from "vitest";
import type { DeploymentRecord, StepRecord } from "../../../src/deployments/record.js";
import { entryFromRecords } from "../../../src/deployments/running-from-records.js";
import { aRecord, aRelease, aStep, otherSha, sha } from "./samples.js";

const id = (number: number) => number.toString(16).padStart(24, "0");

/** A deployment of before `running` was kept, whose steps ended so. */
function deployment(
  number: number,
  [checkout, restart]: readonly [StepRecord["state"], StepRecord["state"]],
  changes: Partial<DeploymentRecord> = {},
): DeploymentRecord {
  const step = (name: string, effect: "files" | "application", state: StepRecord["state"]) =>
    aStep({
      ...{ id: `${name}:web-1`, effect, state },
      ...(state !== "skipped" && state !== "pending" && { run: `${id(number)}.${name}`, startedAt: number }),
    });
  return aRecord({
    ...{ id: id(number), number, startedAt: number * 10, finishedAt: number * 10 + 5, state: "failed" },
    steps: [step("checkout", "files", checkout), step("restart", "application", restart)],
    ...changes,
  });
}

const good = deployment(1, ["succeeded", "succeeded"], { state: "succeeded" });
const release = aRelease({ sha: otherSha });

describe("what runs, by records of an earlier version", () => {
  it("is the release of the last restart that ended well, also where the health check failed after it", () => {
    const unhealthy = deployment(2, ["succeeded", "succeeded"], { release });

    expect(entryFromRecords([unhealthy, good], "web-1")).toMatchObject({
      application: { kind: "release", release: { sha: otherSha }, deployment: { number: 2 } },
      files: { kind: "at", sha: otherSha },
    });
  });

  it("stays the earlier one after a deployment that failed before the restart", () => {
    const stopped = deployment(2, ["succeeded", "skipped"], { release });

    expect(entryFromRecords([good, stopped], "web-1")).toMatchObject({
      application: { kind: "release", release: { sha }, deployment: { number: 1 } },
      files: { kind: "at", sha: otherSha },
    });
  });

  it("is not known after a restart that failed, and the last release stays known", () => {
    const failed = deployment(2, ["succeeded", "failed"], { release });

    expect(entryFromRecords([failed, good], "web-1")?.application).toMatchObject({
      ...{ kind: "unknown", last: { sha }, deployment: { number: 2 } },
    });
  });

  it("stays the earlier one when the host of the restart could not be reached", () => {
    const failure = { code: "unreachable", host: "web-1", reason: "refused" } as const;
    const failed = deployment(2, ["succeeded", "failed"], { release, failure, failedStep: "restart:web-1" });

    expect(entryFromRecords([failed, good], "web-1")?.application).toMatchObject({ release: { sha } });
  });

  it("is between two releases while a restart of that version runs", () => {
    const running = deployment(2, ["succeeded", "running"], { release, state: "running" });

    expect(entryFromRecords([running, good], "web-1")?.application).toMatchObject({
      ...{ kind: "between", to: { sha: otherSha }, before: { kind: "unknown", last: { sha } } },
    });
  });

  it("goes by the start, not by the number: one may have waited for its approval", () => {
    const late = deployment(1, ["succeeded", "succeeded"], { startedAt: 90, finishedAt: 95 });
    const early = deployment(2, ["succeeded", "succeeded"], { release });

    expect(entryFromRecords([early, late], "web-1")?.application).toMatchObject({ release: { sha } });
  });

  it("is the release of a success whose steps had no effects yet", () => {
    const old = deployment(1, ["succeeded", "succeeded"], { state: "succeeded" });
    const steps = old.steps.map(({ effect: _, ...step }) => step);

    expect(entryFromRecords([{ ...old, steps }], "web-1")?.application).toMatchObject({ release: { sha } });
  });

  it("is nothing that is known on a host that no deployment touched", () => {
    expect(entryFromRecords([good], "web-2")).toBeUndefined();
    expect(entryFromRecords([], "web-1")).toBeUndefined();
  });
});
