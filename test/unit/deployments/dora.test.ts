import { describe, expect, it } from "vitest";
import { doraFigures, type Incident } from "../../../src/deployments/dora.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { Sha } from "../../../src/deployments/release.js";
import { aRecord, aRelease } from "./samples.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const target = { project: "shop", environment: "uat" };
/** The 10th of June 2026, at noon. */
const NOW = Date.UTC(2026, 5, 10, 12);

let made = 0;
/** A deployment that ran for a minute, of a commit of its own that was an hour old. */
function ended(at: number, changes: Partial<DeploymentRecord> = {}): DeploymentRecord {
  const number = ++made;
  const sha = Sha.parse(number.toString(16).padStart(40, "0"));
  return aRecord({
    number,
    state: "succeeded",
    release: aRelease({ sha, committedAt: at - HOUR }),
    createdAt: at - 2 * MINUTE,
    startedAt: at - MINUTE,
    finishedAt: at,
    ...changes,
  });
}

const at = (day: number, hour = 0, month = 6) => Date.UTC(2026, month - 1, day, hour);
const down = (startedAt: number, endedAt?: number): Incident => ({
  target,
  startedAt,
  ...(endedAt !== undefined && { endedAt }),
});

function figures(
  records: readonly DeploymentRecord[],
  incidents: readonly Incident[] = [],
  {
    watched = false,
    ...period
  }: { months?: number; timeZone?: string; now?: number; watched?: boolean } = {},
) {
  return doraFigures(
    { records, incidents, watched },
    { now: NOW, months: 1, timeZone: "UTC", bakeMs: 10 * MINUTE, ...period },
  );
}

const june = (records: readonly DeploymentRecord[], incidents: readonly Incident[] = []) =>
  figures(records, incidents)[0];

describe("the months", () => {
  it("are the last ones, over the turn of a year, the oldest first", () => {
    const months = figures([], [], { now: Date.UTC(2026, 1, 3), months: 4 }).map(({ month }) => month);

    expect(months).toEqual(["2025-11", "2025-12", "2026-01", "2026-02"]);
  });

  it("have nothing but zero deployments where nothing happened", () => {
    expect(figures([])).toEqual([{ month: "2026-06", deployments: 0 }]);
  });

  it("begin by the clocks of the time zone", () => {
    const lastOfMay = ended(Date.UTC(2026, 4, 31, 22, 30));
    const counts = (timeZone: string) =>
      figures([lastOfMay], [], { months: 2, timeZone }).map(({ deployments }) => deployments);

    expect(counts("UTC")).toEqual([1, 0]);
    expect(counts("Europe/Paris")).toEqual([0, 1]);
    expect(counts("America/New_York")).toEqual([1, 0]);
  });

  it("put a deployment where it ended", () => {
    const overMidnight = ended(at(1) + MINUTE, { startedAt: at(1) - MINUTE });

    expect(figures([overMidnight], [], { months: 2 }).map(({ deployments }) => deployments)).toEqual([0, 1]);
  });
});

describe("the deployments", () => {
  it("are those that succeeded, promotions among them, rollbacks not", () => {
    const records = [
      ended(at(1)),
      ended(at(2), { kind: "promote" }),
      ended(at(3), { kind: "rollback" }),
      ended(at(4), { state: "failed" }),
      ended(at(5), { state: "indeterminate" }),
    ];

    expect(june(records)?.deployments).toBe(2);
  });

  it("are not those that never ran or were stopped", () => {
    const states = ["queued", "running", "superseded", "cancelled", "refused", "expired", "void"] as const;

    expect(june(states.map((state) => ended(at(1), { state })))).toEqual({
      month: "2026-06",
      deployments: 0,
    });
  });
});

describe("the lead time", () => {
  const lead = (hours: number, changes: Partial<DeploymentRecord> = {}) => {
    const record = ended(at(5), changes);
    return { ...record, release: { ...record.release, committedAt: at(5) - hours * HOUR } };
  };

  it("is the median from commit to running", () => {
    expect(june([lead(1), lead(100), lead(3)])?.leadTimeMs).toBe(3 * HOUR);
    expect(june([lead(1), lead(4)])?.leadTimeMs).toBe(2.5 * HOUR);
  });

  it("counts a commit the first time that it runs, not when it is deployed again", () => {
    const first = lead(1);
    const again = { ...ended(at(9)), release: first.release };

    expect(june([again, first])?.leadTimeMs).toBe(HOUR);
  });

  it("does not count failures, rollbacks, or commits whose time is not known", () => {
    const { committedAt: _, ...unknown } = lead(5).release;
    const records = [
      lead(5, { state: "failed" }),
      lead(5, { kind: "rollback" }),
      ended(at(5), { release: unknown }),
    ];

    expect(june(records)).not.toHaveProperty("leadTimeMs");
  });

  it("is never negative, whatever the committer's clock said", () => {
    expect(june([lead(-7)])?.leadTimeMs).toBe(0);
  });
});

describe("the change failure rate", () => {
  it("counts what failed and what ended nobody knows how", () => {
    const records = [
      ended(at(1)),
      ended(at(2)),
      ended(at(3), { state: "failed" }),
      ended(at(4), { state: "indeterminate" }),
    ];

    expect(june(records)?.changeFailureRate).toBe(0.5);
  });

  it("counts each attempt that failed before one succeeded", () => {
    const records = [
      ended(at(1), { state: "failed" }),
      ended(at(1, 1), { state: "failed" }),
      ended(at(1, 2)),
    ];

    expect(june(records)?.changeFailureRate).toBeCloseTo(2 / 3);
  });

  it("does not count what failed before anything was changed", () => {
    const { startedAt: _, ...neverBegan } = ended(at(1), { state: "failed" });

    expect(june([neverBegan, ended(at(2))])?.changeFailureRate).toBe(0);
  });

  it("counts a success that was taken back, but not the rollback itself", () => {
    const bad = ended(at(1));

    expect(
      june([bad, ended(at(2), { kind: "rollback", rollbackOf: bad.number }), ended(at(3))])
        ?.changeFailureRate,
    ).toBe(0.5);
  });

  it("does not count a success whose rollback failed", () => {
    const kept = ended(at(1));
    const rollback = ended(at(2), { kind: "rollback", rollbackOf: kept.number, state: "failed" });

    expect(june([kept, rollback])?.changeFailureRate).toBe(0);
  });

  it.each([
    ["right after it", 0, 1],
    ["within the bake time", 9 * MINUTE, 1],
    ["when the bake time is over", 10 * MINUTE, 0],
    ["before it", -1, 0],
  ])("counts an incident that begins %s: %i ms", (_when, after, rate) => {
    expect(june([ended(at(1))], [down(at(1) + after, at(2))])?.changeFailureRate).toBe(rate);
  });

  it("blames the newest deployment for an incident", () => {
    const records = [ended(at(1)), ended(at(1) + 5 * MINUTE)];

    expect(june(records, [down(at(1) + 6 * MINUTE, at(2))])?.changeFailureRate).toBe(0.5);
  });

  it("is in the month of the deployment, not of the rollback", () => {
    const bad = ended(at(31, 23, 5));
    const rollback = ended(at(1, 1), { kind: "rollback", rollbackOf: bad.number });

    const [may, rolledBackIn] = figures([bad, rollback], [], { months: 2 });

    expect(may?.changeFailureRate).toBe(1);
    expect(rolledBackIn).not.toHaveProperty("changeFailureRate");
  });
});

describe("the time to restore", () => {
  const took = (records: readonly DeploymentRecord[], incidents: readonly Incident[] = []) =>
    june(records, incidents)?.timeToRestoreMs;

  it("leaves out the time in which nobody watched", () => {
    const outage = { ...down(at(1), at(2)), unwatchedMs: 23 * HOUR };

    expect(took([], [outage])).toBe(HOUR);
  });

  it("goes from a failed deployment to the next that succeeds", () => {
    expect(took([ended(at(1), { state: "failed" }), ended(at(1, 3))])).toBe(3 * HOUR);
  });

  it("is ended by a rollback", () => {
    const failed = ended(at(1), { state: "failed" });
    const rollback = ended(at(1) + 20 * MINUTE, { kind: "rollback", rollbackOf: failed.number });

    expect(took([failed, rollback])).toBe(20 * MINUTE);
  });

  it("counts retries as one outage", () => {
    const records = [
      ended(at(1), { state: "failed" }),
      ended(at(1, 1), { state: "indeterminate" }),
      ended(at(1, 4)),
    ];

    expect(took(records)).toBe(4 * HOUR);
  });

  it("begins, for what succeeded and was taken back, when somebody asks for the rollback", () => {
    const bad = ended(at(1));
    const rollback = ended(at(3), {
      kind: "rollback",
      rollbackOf: bad.number,
      createdAt: at(3) - 5 * MINUTE,
    });

    expect(took([bad, rollback])).toBe(5 * MINUTE);
  });

  it("is that of an incident", () => {
    expect(took([], [down(at(1), at(1, 2)), down(at(3), at(3, 4)), down(at(5), at(5, 9))])).toBe(4 * HOUR);
  });

  it("counts a failed deployment and the incident that it caused as one outage", () => {
    const records = [ended(at(1, 1), { state: "failed" }), ended(at(1, 3))];

    expect(took(records, [down(at(1), at(1, 2))])).toBe(3 * HOUR);
  });

  it("is not there while an outage lasts", () => {
    expect(took([ended(at(1), { state: "failed" })], [down(at(2))])).toBeUndefined();
  });

  it("is that of later incidents, too, where a deployment failed and none succeeded since", () => {
    const incidents = [down(at(2), at(2, 2)), down(at(3), at(3, 4))];

    expect(took([ended(at(1), { state: "failed" })], incidents)).toBe(3 * HOUR);
  });

  describe("of an environment that is watched", () => {
    const tookWatched = (records: readonly DeploymentRecord[], incidents: readonly Incident[] = []) =>
      figures(records, incidents, { watched: true })[0];
    const failed = ended(at(1), { state: "failed" });

    it("is not that of a failed deployment that brought nothing down, which is a failed change all the same", () => {
      const june = tookWatched([failed, ended(at(9))]);

      expect(june).not.toHaveProperty("timeToRestoreMs");
      expect(june?.changeFailureRate).toBe(0.5);
    });

    it("is that of the incident which a failed deployment caused", () => {
      expect(tookWatched([failed, ended(at(9))], [down(at(1), at(1, 2))])?.timeToRestoreMs).toBe(2 * HOUR);
    });

    it("is that of a rollback, and of the incident that led to it", () => {
      const rollback = ended(at(1, 3), { kind: "rollback", rollbackOf: failed.number, createdAt: at(1, 1) });

      expect(tookWatched([failed, rollback])?.timeToRestoreMs).toBe(2 * HOUR);
      expect(tookWatched([failed, rollback], [down(at(1), at(1, 2))])?.timeToRestoreMs).toBe(3 * HOUR);
    });
  });

  it("is in the month in which it was restored", () => {
    const incidents = [down(at(31, 23, 5), at(1, 1))];

    const [may, restoredIn] = figures([], incidents, { months: 2 });

    expect(may).not.toHaveProperty("timeToRestoreMs");
    expect(restoredIn?.timeToRestoreMs).toBe(2 * HOUR);
  });
});
