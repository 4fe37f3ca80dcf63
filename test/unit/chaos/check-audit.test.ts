import { describe, expect, it } from "vitest";
import { checkAudit } from "../../../chaos/history/check-audit.js";
import type { AuditAccount, AuditedEntry, History } from "../../../chaos/history/history.js";
import { history, succeeded } from "./histories.js";

describe("the audit log", () => {
  const entries: readonly AuditedEntry[] = [
    { action: "request", deployment: 7 },
    { action: "started", deployment: 7 },
    ...succeeded.steps.map(({ id }) => ({ action: "step", deployment: 7, step: id, outcome: "succeeded" })),
    { action: "ended", deployment: 7, state: "succeeded" },
  ];
  const judged = (account: Partial<AuditAccount>, changes: Partial<History> = {}) =>
    checkAudit(history({ ...changes, audit: { entries, ...account } })).map(
      ({ kind, detail }) => `${kind} ${detail}`,
    );

  it("tells of each deployment once", () => {
    expect(judged({})).toEqual([]);
  });

  it("is not judged where nothing is written down", () => {
    expect(checkAudit(history())).toEqual([]);
  });

  it.each(entries.map(({ action, step }, index) => [step ?? action, index] as const))(
    "is broken where the entry of %s is missing",
    (_what, index) => {
      expect(judged({ entries: entries.toSpliced(index, 1) })).not.toEqual([]);
    },
  );

  it.each(entries.map((entry) => [entry.step ?? entry.action, entry] as const))(
    "is broken where the entry of %s is there twice",
    (_what, entry) => {
      expect(judged({ entries: [...entries, entry] })).not.toEqual([]);
    },
  );

  it.each<[string, AuditedEntry]>([
    ["a cancellation that nobody asked for", { action: "cancel", deployment: 7 }],
    ["a replacement that was none", { action: "superseded", deployment: 7 }],
    ["a deployment that is not there", { action: "request", deployment: 8 }],
  ])("is broken by %s", (_what, entry) => {
    expect(judged({ entries: [...entries, entry] })).toHaveLength(1);
  });

  it("is broken where it says another end, or another outcome of a step", () => {
    const failed = entries.map((entry) => (entry.action === "ended" ? { ...entry, state: "failed" } : entry));
    const wrong = entries.map((entry) => (entry.action === "step" ? { ...entry, outcome: "failed" } : entry));

    expect(judged({ entries: failed })).toEqual(["audit #7: ended as failed; it is succeeded"]);
    expect(judged({ entries: wrong })).toHaveLength(succeeded.steps.length);
  });

  it("is broken where the chain is", () => {
    expect(judged({ fault: "changed at 3" })).toEqual(["audit the chain is changed at 3"]);
  });

  it("needs the entry of a person who cancelled", () => {
    const steps = succeeded.steps.map((step) => ({ ...step, state: "skipped" }));
    const deployments = [{ ...succeeded, state: "cancelled", steps }];
    const cancelled = new Set([succeeded.id]);
    const told = [
      ...entries.slice(0, 2),
      { action: "cancel", deployment: 7 },
      { action: "ended", deployment: 7, state: "cancelled" },
    ];

    expect(judged({ entries: told }, { deployments, cancelled })).toEqual([]);
    expect(judged({ entries: told.toSpliced(2, 1) }, { deployments, cancelled })).toHaveLength(1);
  });
});
