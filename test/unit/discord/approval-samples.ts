import type { Approval, Comparison, DeploymentRecord } from "../../../src/deployments/record.js";
import { Sha } from "../../../src/deployments/release.js";
import type {
  ApprovalOutlook,
  ButtonIds,
  DeploymentView,
} from "../../../src/discord/messages/deployment-view.js";
import {
  aRecord,
  aRelease,
  configWith,
  environmentInput,
  otherSha,
  sha,
  targetOf,
} from "../deployments/samples.js";

export const approverRole = "223344556677889911";
export const thirdSha = Sha.parse("abcdef0123456789abcdef0123456789abcdef01");

/** shop/prod: protected, by two people, with a checklist. */
export const production = targetOf(
  configWith({
    prod: environmentInput({
      hosts: ["web-1", "web-2"],
      roles: { deploy: ["223344556677889900"], approve: [approverRole] },
      approval: {
        quorum: 2,
        checklist: ["The release notes are written", "Support knows about the new basket"],
      },
    }),
  }),
  "shop",
  "prod",
).config;

export function anApproval(changes: Partial<Approval> = {}): Approval {
  return {
    reason: "protected",
    quorum: 2,
    requesterMayApprove: false,
    expiresAt: 1_700_001_800_000,
    planHash: "0".repeat(64),
    given: [],
    ...changes,
  };
}

const subjects = [
  "Show the delivery date in the basket",
  "Fix rounding of the VAT on mixed orders",
  "Speed up the search by caching categories",
  "Move the payment provider's keys to the vault",
  "Add a column for the delivery slot",
  "Translate the order mails",
];

export function aComparison(changes: Partial<Comparison> = {}): Comparison {
  const commits = Array.from({ length: 10 }, (_, index) => ({
    sha: Sha.parse(`${index}`.repeat(8).padEnd(40, "abcdef12")),
    subject: subjects[index % subjects.length] ?? "",
    author: ["Ada Lovelace", "grace-hopper", "Alan Turing"][index % 3] ?? "",
    ...(index % 3 !== 2 && { pullRequest: 140 + index }),
  }));
  return { base: otherSha, commits, totalCommits: 12, files: 34, migrations: 2, behindBy: 0, ...changes };
}

/** A deployment to shop/prod that waits for its approval. */
export function aWaitingRecord(changes: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return aRecord({
    environment: "prod",
    state: "awaiting-approval",
    release: aRelease({ sha, subject: "Show the delivery date in the basket" }),
    approval: anApproval(),
    comparison: aComparison(),
    ...changes,
  });
}

export const outlook: ApprovalOutlook = {
  current: otherSha,
  markedBad: false,
  neighbours: [
    { environment: "uat", sha, state: "succeeded" },
    { environment: "preprod", sha: thirdSha, state: "failed" },
    { environment: "staging", sha: undefined, state: undefined },
  ],
  plan: [
    { title: { code: "backup" } },
    { title: { code: "check-host" } },
    { title: { code: "fetch" } },
    { title: { code: "fetch" } },
    { title: { code: "checkout" } },
    { title: { text: "Run the migrations" } },
    { title: { code: "restart" } },
    { title: { code: "health" } },
  ],
};

/** As the store gives them: 32 hexadecimal digits each. */
export const buttonIds: ButtonIds = {
  approve: "a".repeat(32),
  refuse: "b".repeat(32),
  cancel: "c".repeat(32),
  rollback: "d".repeat(32),
  retry: "e".repeat(32),
};

export function aWaitingView(changes: Partial<DeploymentView> = {}): DeploymentView {
  return { record: aWaitingRecord(), environment: production, buttons: buttonIds, outlook, ...changes };
}
