import { describe, expect, it } from "vitest";
import { checkHistory } from "../../../chaos/history/check-history.js";
import type { History } from "../../../chaos/history/history.js";
import type { Violation } from "../../../chaos/history/violation.js";
import {
  history,
  historyOfKilledRunner,
  ID,
  indeterminate,
  lineOf,
  message,
  shipment,
  succeeded,
} from "./histories.js";
import { OTHER_SHA, SHA } from "./message-texts.js";

/** Every account but the words of messages, which have a test of their own. */
function judge(judged: History): readonly Violation[] {
  return checkHistory(judged).filter(({ kind }) => kind !== "words");
}

/** What is found, as `kind: detail`. */
function findings(judged: History): readonly string[] {
  return judge(judged).map(({ kind, detail }) => `${kind}: ${detail}`);
}

describe("a history without a violation", () => {
  it("is a deployment that ran once, is recorded as the host saw it, and is announced once", () => {
    expect(judge(history())).toEqual([]);
  });

  it("is a killed runner that led to indeterminate and asks a person", () => {
    expect(judge(historyOfKilledRunner())).toEqual([]);
  });

  it("is a killed runner whose step had ended just before", () => {
    const executions = ["before-1", "restart"].flatMap((step) => [
      lineOf("begin", step),
      lineOf("end", step),
    ]);

    expect(judge(historyOfKilledRunner({ executions }))).toEqual([]);
  });

  it("is a host that was out of reach, so that nothing began there", () => {
    const failed = { ...succeeded, state: "failed", failure: "unreachable", failedStep: "fetch:host" };
    const steps = succeeded.steps.map(({ id }) => ({
      id,
      state: id === "fetch:host" ? "failed" : "skipped",
    }));

    const judged = history({
      executions: [],
      deployments: [{ ...failed, steps }],
      messages: [{ ...message, state: "failed" }],
      log: "",
    });

    expect(judge(judged)).toEqual([]);
  });

  it("needs neither messages nor logs of a subject that has none", () => {
    const { messages: _, logs: __, ...control } = history();

    expect(judge(control)).toEqual([]);
  });
});

describe("what ran", () => {
  it("is a violation when a step began twice", () => {
    const executions = [...history().executions, lineOf("begin", "restart", 3), lineOf("end", "restart", 3)];

    expect(findings(history({ executions }))).toEqual([
      "ran-twice: restart began 2 times, as the processes 2, 3",
    ]);
  });

  it("is a violation when two steps ran on one environment at the same time", () => {
    const executions = [
      lineOf("begin", "before-1", 1),
      lineOf("begin", "restart", 2),
      lineOf("end", "before-1", 1),
      lineOf("end", "restart", 2),
    ];

    expect(findings(history({ executions }))).toEqual([
      "overlapped: restart began while before-1 of aaaaaaa had not ended",
    ]);
  });

  it("may begin after a step whose runner was killed, which never says that it ended", () => {
    const next = { ...succeeded, id: "f".repeat(24), number: 8, sha: OTHER_SHA };
    const killed = historyOfKilledRunner();
    const executions = ["before-1", "restart"].flatMap((step, pid) => [
      lineOf("begin", step, pid + 10, OTHER_SHA),
      lineOf("end", step, pid + 10, OTHER_SHA),
    ]);

    const judged = historyOfKilledRunner({
      shipments: [shipment, { ...shipment, sha: OTHER_SHA }],
      executions: [...killed.executions, ...executions],
      deployments: [indeterminate, next],
    });

    expect(findings(judged).filter((finding) => finding.startsWith("overlapped"))).toEqual([]);
  });

  it("may begin after a step that was stopped, while somebody had moved the checkout", () => {
    const stopped = { ...succeeded, id: "f".repeat(24), number: 6, sha: OTHER_SHA, state: "cancelled" };
    const cut = { ...lineOf("begin", "before-1", 9, "c".repeat(40)), deployment: stopped.id };
    const { executions } = history();

    const judged = history({
      executions: [cut, ...executions],
      deployments: [stopped, succeeded],
      cancelled: new Set([stopped.id]),
    });

    expect(findings(judged).filter((finding) => finding.startsWith("overlapped"))).toEqual([]);
  });
});

describe("the record", () => {
  it("is lost when there is none", () => {
    expect(findings(history({ deployments: [] }))).toEqual(["lost: there is no record of it"]);
  });

  it("is lost when there are two", () => {
    const deployments = [succeeded, { ...succeeded, id: "f".repeat(24) }];

    expect(findings(history({ deployments }))).toContain("lost: 2 records tell of it");
  });

  it("is lost when it has no end", () => {
    const deployments = [{ ...succeeded, state: "running" }];

    expect(findings(history({ deployments }))).toEqual(["lost: it has no end: running"]);
  });

  it("is lost when it says failed of steps that all succeed", () => {
    const deployments = [{ ...succeeded, state: "failed", failure: "exited", failedStep: "fetch:host" }];

    expect(findings(history({ deployments, messages: [{ ...message, state: "failed" }] }))).toEqual([
      "lost: it ended as failed (exited) at fetch:host, though its steps succeed",
    ]);
  });

  it("is lost when the host finished a step that it calls failed", () => {
    const judged = historyOfKilledRunner({
      executions: history().executions,
      deployments: [{ ...indeterminate, failedStep: "fetch:host" }],
    });

    expect(findings(judged)).toEqual([
      "lost: the host has seen the end of restart, which is recorded as failed",
    ]);
  });

  it("is lost when the host began a step that it calls skipped", () => {
    const steps = indeterminate.steps.map((step) =>
      step.id === "restart:host" ? { ...step, state: "skipped" } : step,
    );
    const judged = historyOfKilledRunner({
      deployments: [{ ...indeterminate, failedStep: "before-1:host", steps }],
    });

    expect(findings(judged)).toEqual(["lost: restart began on the host, and is recorded as skipped"]);
  });

  it("is a false success when a step has not ended on the host", () => {
    const executions = [lineOf("begin", "before-1"), lineOf("end", "before-1"), lineOf("begin", "restart")];

    expect(findings(history({ executions }))).toEqual([
      "false-success: restart is recorded as succeeded; the host has not seen its end",
    ]);
  });

  it("is a violation when a runner was killed and it claims to know the outcome", () => {
    expect(findings(history({ killedRunners: [{ deployment: ID }] }))).toEqual([
      "not-indeterminate: it is succeeded",
    ]);
  });

  it("is a violation when it does not know the outcome though no runner was killed", () => {
    expect(findings(historyOfKilledRunner({ killedRunners: [] }))).toContain(
      "unexplained-indeterminate: indeterminate (lost) at restart:host",
    );
  });
});

describe("the message", () => {
  it.each([
    ["is missing", [], "it has 0 messages"],
    ["is there twice", [message, message], "it has 2 messages"],
    ["shows an earlier state", [{ ...message, state: "running" }], "its message shows running"],
    ["shows nothing", [{ ...message, state: undefined }], "its message shows no state that is known"],
  ])("is a violation when it %s", (_, messages, detail) => {
    expect(findings(history({ messages }))).toEqual([`message: #7 is succeeded; ${detail}`]);
  });

  it("is a violation when nobody can decide what became of an unknown outcome", () => {
    const messages = [{ ...message, state: "indeterminate", buttons: ["Run again"] }];

    expect(findings(historyOfKilledRunner({ messages }))).toEqual([
      "message: #7 is indeterminate; its message lacks the buttons Mark failed",
    ]);
  });
});

describe("the output", () => {
  const tail = "restart 1/1 é\n";

  it.each([
    ["is missing in the middle", `before-1 2/2 é\n${tail}`, /^before-1: line 1 of 2 is "before-1 2\/2 é"/],
    ["is missing at the end", `before-1 1/2 é\n${tail}`, /^before-1: 1 of 2 lines are stored$/],
    ["is there twice", `before-1 1/2 é\nbefore-1 1/2 é\nbefore-1 2/2 é\n${tail}`, /^before-1: line 2 of 2/],
    ["is in another order", `before-1 2/2 é\nbefore-1 1/2 é\n${tail}`, /^before-1: line 1 of 2/],
    ["has a torn character", `before-1 1/2 \ufffd\nbefore-1 2/2 é\n${tail}`, /instead of "before-1 1\/2 é"$/],
    ["goes on after its end", `before-1 1/2 é\nbefore-1 2/2 é\n${tail}${tail}`, /instead of nothing$/],
  ])("is a violation when it %s", (_, log, detail) => {
    expect(judge(history({ log }))).toEqual([
      expect.objectContaining({ kind: "output", detail: expect.stringMatching(detail) }),
    ]);
  });
});

describe("the time until a restarted process follows again", () => {
  it("is a violation when p99 is over 20 s, of those that waited longer", () => {
    const reattachments = [
      { deployment: ID, milliseconds: 900 },
      { deployment: ID, milliseconds: 20_001 },
    ];

    expect(judge(history({ reattachments }))).toEqual([
      expect.objectContaining({ kind: "slow-reattach", sha: SHA, detail: "followed again after 20001 ms" }),
    ]);
  });

  it("is a violation when it never came, also once in a hundred times", () => {
    const quick = Array.from({ length: 199 }, () => ({ deployment: ID, milliseconds: 900 }));
    const reattachments = [...quick, { deployment: ID, milliseconds: Number.POSITIVE_INFINITY }];

    expect(findings(history({ reattachments }))).toEqual([
      "slow-reattach: not followed again within 20000 ms",
    ]);
  });

  it("is a violation when nothing was ever followed again", () => {
    expect(findings(history({ reattachments: [], restarts: 10 }))).toEqual([
      "no-reattach: nothing was followed again after 10 restarts",
    ]);
  });

  it("says nothing after a few restarts, or of a subject that does not tell", () => {
    expect(judge(history({ reattachments: [], restarts: 9 }))).toEqual([]);
    expect(judge(history({ reattachments: [] }))).toEqual([]);
  });

  it("may be longer once in a hundred", () => {
    const quick = Array.from({ length: 99 }, () => ({ deployment: ID, milliseconds: 900 }));
    const reattachments = [...quick, { deployment: ID, milliseconds: 60_000 }];

    expect(judge(history({ reattachments }))).toEqual([]);
  });
});

describe("a step that its commit makes fail", () => {
  const failing: History["shipments"] = [
    {
      ...shipment,
      steps: shipment.steps.map((step) =>
        step.name === "restart" ? { ...step, failure: { when: "late", exitCode: 127 } } : step,
      ),
    },
  ];
  const executions = [lineOf("begin", "before-1"), lineOf("end", "before-1"), lineOf("begin", "restart", 2)];
  const steps = succeeded.steps.map((step) =>
    step.id === "restart:host" ? { ...step, state: "failed" } : step,
  );
  const failed = {
    ...succeeded,
    ...{ state: "failed", failure: "exited", failedStep: "restart:host", steps },
  };
  const messages = [{ ...message, state: "failed" }];

  it("makes its deployment fail at that step", () => {
    const judged = history({ shipments: failing, executions, deployments: [failed], messages });

    expect(findings(judged)).toEqual([]);
  });

  it("is a violation when the deployment succeeded", () => {
    const judged = history({ shipments: failing, executions, deployments: [{ ...succeeded, steps }] });

    expect(findings(judged)).toContain("false-success: it succeeded, though restart fails");
  });

  it("is a violation when the deployment failed for another reason", () => {
    const deployments = [{ ...failed, failure: "timed-out" }];
    const judged = history({ shipments: failing, executions, deployments, messages });

    expect(findings(judged)).toEqual([
      "lost: it ended as failed (timed-out) at restart:host, though restart fails",
    ]);
  });

  it("may be cancelled before", () => {
    const cancelledBefore = { ...succeeded, state: "cancelled", steps: succeeded.steps.slice(0, 2) };
    const judged = history({
      ...{ shipments: failing, executions: executions.slice(0, 2), deployments: [cancelledBefore] },
      messages: [{ ...message, state: "cancelled" }],
      cancelled: new Set([ID]),
    });

    expect(findings(judged)).toEqual([]);
  });
});

describe("a commit that another one followed at once", () => {
  const followed: History["shipments"] = [{ ...shipment, isFollowed: true }];
  const nothing = { deployments: [], messages: [], logs: new Map<string, string>() };

  it("need not be deployed when it was not the head of its branch any more", () => {
    expect(findings(history({ ...nothing, shipments: followed, executions: [] }))).toEqual([]);
  });

  it("is a violation when it ran without a record", () => {
    expect(findings(history({ ...nothing, shipments: followed }))).toContain(
      "lost: there is no record of it",
    );
  });

  it("is a violation without a record when nothing followed it", () => {
    expect(findings(history({ ...nothing, executions: [] }))).toEqual(["lost: there is no record of it"]);
  });
});
