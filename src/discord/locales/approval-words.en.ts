import type { VoidReason } from "../../deployments/record.js";
import { command } from "./command-names.js";
import type { ApprovalWords, EndedWords } from "./words.js";

export const approvalWordsEn: ApprovalWords = {
  why: {
    protected: "This environment is protected: an approver must press **Approve…** and type DEPLOY.",
    "bad-release":
      "⚠️ **This release was taken back here before.** Deploying it again needs a confirmation: press **Approve…** and type DEPLOY.",
    "break-glass": "This goes past a freeze: a second person must press **Approve…** and type DEPLOY.",
  },
  breakGlass: (by) => `**BREAK-GLASS** by ${by}, in spite of a freeze:`,
  behind: (commits) =>
    `**Outdated:** ${commits === 1 ? "1 commit" : `${commits} commits`} of the environment's branch ${commits === 1 ? "is" : "are"} missing from this release.`,
  markedBad: "**Marked as bad:** this release was taken back here before.",
  movedOn: (now, compared) =>
    `**Changed since the request:** ${now} is deployed now; the changes are compared with ${compared}.`,
  ci: {
    passed: "✅ passed",
    failed: "❌ **failed**",
    pending: "⏳ still running",
    missing: "⚪ none found for this commit",
    unknown: "❔ not known: GitHub did not answer",
    "token-refused": "❔ not known: GitHub refuses Slipway's token (401)",
    "not-allowed": "❔ not known: Slipway's token may not read checks on GitHub (403)",
    unseen: "❔ not known: Slipway's token sees no such repository on GitHub (404)",
    "rate-limited": "❔ not known: Slipway has asked GitHub too much (rate limit)",
    ignored: "not checked: `ci: ignored`",
  },
  ciAsked: (at) => `checked ${at}`,
  ciFailed: "**CI failed:** GitHub reports failed checks for this commit.",
  given: (given, quorum) => `${given} of ${quorum}`,
  planOn: (hosts) => `Plan on ${hosts}`,
  thisRelease: "this release",
  unknownRuns: "not known what runs",
  hostsDiffer: "the hosts run different releases",
  nothingRuns: "nothing deployed yet",
  state: {
    "awaiting-approval": "another request is awaiting approval",
    queued: "another one is queued",
    running: "another one is running",
    succeeded: "deployed",
    failed: "the newest deployment failed",
    superseded: "deployed",
    cancelled: "the newest deployment was cancelled",
    refused: "deployed",
    expired: "deployed",
    void: "deployed",
    indeterminate: "the newest deployment was interrupted",
  },
};

export const endedWordsEn: EndedWords = {
  rollbackOf: (number) => `Takes back deployment #${number}.`,
  rollback: "Goes back to an earlier release.",
  willLock: (environment) =>
    `If it succeeds, **${environment}** is locked for 24 hours, unless a lock is there already. Remove the lock with ${command("unlock", "en")}.`,
  promoted: "Promoted: exactly the commit that was validated before.",
  refusedBy: (person) => `Refused by ${person}. Nothing was changed.`,
  expired: (given, quorum) =>
    quorum === 1
      ? "Nobody approved it in time. Nothing was changed."
      : `Not enough people approved it in time (${given} of ${quorum}). Nothing was changed.`,
  cancelledBefore: (person) => `Cancelled by ${person} before it started. Nothing was changed.`,
  cancelledAfter: (person) => `Cancelled by ${person} while it ran. It stopped between two steps.`,
  stopping: (person) => `${person} has cancelled it: it stops after the current step.`,
  stoppingNow: (person) => `${person} has the current step stopped on its host.`,
  stopped: (person) => `Cancelled by ${person} while it ran. Its step was stopped on the host.`,
  markedFailed: (person) => `Nobody knew how it ended; ${person} marked it as failed.`,
  runsAgain: (person) => `It broke off; ${person} had it go on with that step.`,
  void: voidReason,
};

const GATES: Readonly<Record<string, string>> = {
  "role-missing": "the person who asked may not deploy here any more",
  locked: "the environment was locked",
  frozen: "a freeze has begun",
  "not-on-source": "another release runs now on the environment that it must come from",
  "not-validated": "the release is not validated any more",
  outdated: "the environment's branch has moved on",
};

function voidReason(reason: VoidReason, begun: boolean): string {
  const nothing = begun ? "Nothing more was done after it broke off." : "Nothing was changed.";
  switch (reason.code) {
    case "ref-moved":
      return `\`${reason.ref}\` has moved to \`${reason.sha}\` since this was asked for: what was looked at is not what is there now. ${nothing}`;
    case "plan-changed":
      return `The configuration has changed since this was asked for: other hosts or other steps would run. ${nothing}`;
    case "gate":
      return `Meanwhile ${GATES[reason.refusal] ?? "a rule stands in the way"}. ${nothing}`;
    case "newer-ran":
      return `Meanwhile deployment #${reason.number} has run there, so this one cannot go on where it broke off.`;
    case "role-lost":
      return `${reason.userId} approved it but has no approver role any more. ${nothing}`;
    case "unverifiable":
      return reason.what === "ref"
        ? `GitHub did not say whether the branch has moved, and without that nothing runs. ${nothing}`
        : `Discord did not say whether the approvers still have their roles, and without that nothing runs. ${nothing}`;
  }
}
