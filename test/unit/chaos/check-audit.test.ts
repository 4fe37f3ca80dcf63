import { describe, expect, it } from "vitest";
import { checkAudit } from "../../../chaos/history/check-audit.js";
import type { Act, AuditAccount, AuditedEntry, History } from "../../../chaos/history/history.js";
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

  describe("of what people do besides", () => {
    const lock: Act = { action: "lock", environment: "e1", answer: "done" };
    const approve: Act = { action: "approve", environment: "e1", deployment: 7, answer: "done" };
    const told = { action: "lock", environment: "e1" };
    const approval = { action: "approval", environment: "e1", deployment: 7 };
    const approved = { ...succeeded, approvals: 1 };

    it("tells of each act that was answered as done", () => {
      const acts = [lock, { ...lock, answer: "nothing" }, approve] as const;

      expect(judged({ entries: [...entries, told, approval] }, { acts, deployments: [approved] })).toEqual(
        [],
      );
      expect(judged({ entries: [...entries, approval] }, { acts, deployments: [approved] })).toHaveLength(1);
      expect(judged({ entries: [...entries, told] }, { acts, deployments: [approved] })).not.toEqual([]);
    });

    it("may tell of an act whose answer was lost, once", () => {
      const acts = [{ ...lock, answer: "unclear" }] as const;

      expect(judged({}, { acts })).toEqual([]);
      expect(judged({ entries: [...entries, told] }, { acts })).toEqual([]);
      expect(judged({ entries: [...entries, told, told] }, { acts })).toHaveLength(1);
    });

    it.each<[string, AuditedEntry, Partial<History>]>([
      ["a lock that nobody set", told, {}],
      [
        "a lock that was answered with “nothing was changed”",
        told,
        { acts: [{ ...lock, answer: "nothing" }] },
      ],
      ["a lock somewhere else", { ...told, environment: "e2" }, { acts: [{ ...lock, answer: "nothing" }] }],
      ["a lock of a deployment that is no rollback", { ...told, deployment: 7 }, {}],
      ["an approval that nobody gave", approval, {}],
      ["a refusal to approve", { action: "approval-refused", deployment: 7 }, {}],
      ["a refused press that nobody made", { action: "refusal", deployment: 7 }, {}],
      ["a refused command that nobody sent", { action: "refusal", environment: "e1" }, {}],
      ["a stop that nobody asked for", { action: "stop", deployment: 7 }, {}],
      ["a request that became void", { action: "void", deployment: 7 }, {}],
      ["a freeze", { action: "freeze", environment: "e1" }, {}],
    ])("is broken by %s", (_what, entry, changes) => {
      expect(judged({ entries: [...entries, entry] }, changes)).not.toEqual([]);
    });

    it("tells of the press that came too late", () => {
      const late: Act = { action: "refuse", environment: "e1", deployment: 7, answer: "refused" };
      const acts = [approve, late];
      const both = [...entries, approval, { action: "refusal", deployment: 7 }];

      expect(judged({ entries: both }, { acts, deployments: [approved] })).toEqual([]);
      expect(judged({ entries: both.slice(0, -1) }, { acts, deployments: [approved] })).toHaveLength(1);
    });

    it("tells of the lock that a rollback leaves", () => {
      const deployments = [{ ...succeeded, isRollback: true }];

      expect(judged({ entries: [...entries, { ...told, deployment: 7 }] }, { deployments })).toEqual([]);
      expect(judged({}, { deployments })).toHaveLength(1);
    });
  });
});
