import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Comparison, DeploymentRecord } from "../../../src/deployments/record.js";
import { deploymentMessage } from "../../../src/discord/messages/deployment-message.js";
import { acceptedReply } from "../../../src/discord/messages/replies.js";
import { aRecord, otherSha, sha } from "../deployments/samples.js";
import { aComparison, anApproval, aWaitingView, outlook, thirdSha } from "./approval-samples.js";
import { expectHarmless, expectTakenByDiscord, textsOf } from "./check-body.js";
import { hostileText } from "./hostile.js";

const channel = "112233445566778811";
const hotfix = { sha: thirdSha, subject: "Stop the leak", author: "grace", pullRequest: 9 };
const added = `https://github.com/acme/shop/compare/${otherSha}...${sha}`;
const gone = `https://github.com/acme/shop/compare/${sha}...${otherSha}`;

/** Runs: a hotfix that the release does not have. */
const diverged = aComparison({
  relation: "diverged",
  totalCommits: 1,
  commits: aComparison().commits.slice(0, 1),
  files: 1,
  migrations: 0,
  removed: { commits: [hotfix], totalCommits: 1, files: 2 },
  migrationsBack: ["db/migrate/7.sql"],
  totalMigrationsBack: 1,
});
const behind: Comparison = { ...diverged, relation: "behind", totalCommits: 0, commits: [], files: 0 };

function recordWith(comparison: Comparison, changes: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return aRecord({ environment: "prod", comparison, ...changes });
}

function show(record: DeploymentRecord, language: "en" | "fr" = "en"): string {
  const body = deploymentMessage(aWaitingView({ record }), language);
  expectTakenByDiscord(body);
  return textsOf(body).join("\n").replaceAll("\u202f", " ");
}

const waiting = { state: "awaiting-approval", approval: anApproval() } as const;

/** Mentions and links that the message itself means: to Discord's people and times, and to the repository. */
function ours(text: string): readonly string[] {
  const found = [...text.matchAll(/<@&?\d{18}>|https:\/\/github\.com\/acme\/shop\/[^)\s]*/g)];
  return found.map(([match]) => match).filter((match) => !match.includes("112233445566778811"));
}

describe("what a release takes away", () => {
  it.each([
    ["asks for an approval", waiting],
    ["waits for its turn", { state: "queued" }],
    ["runs", { state: "running", startedAt: 1 }],
    ["is a promotion that runs", { state: "running", kind: "promote" }],
    ["is a rollback that runs", { state: "running", kind: "rollback" }],
    ["has succeeded", { state: "succeeded" }],
  ] as const)("is listed while the deployment %s", (_when, changes) => {
    const text = show(recordWith(diverged, changes));

    expect(text).toContain(`Adds [1 commit](${added}) · 1 file · no migration`);
    expect(text).toContain(`⚠️ **Diverged:** removes [1 commit](${gone}) of the current release (2 files)`);
    expect(text).toContain("⚠️ **1 migration file removed or older:** `db/migrate/7.sql`.");
    expect(text).toMatch(/➖ \[`abcdef0`\]\(\S+\) Stop the leak · grace · \[#9\]/);
  });

  it("is said of an older commit, which adds nothing", () => {
    const text = show(recordWith(behind, waiting));

    expect(text).toContain(
      `⚠️ **Behind:** adds nothing and removes [1 commit](${gone}) of the current release (2 files)`,
    );
    expect(text).not.toContain("0 commits");
    expect(text).not.toContain("0 files");
  });

  it.each([
    ["en", "**Diverged:** removes [1 commit]"],
    ["fr", "**Divergence :** retire [1 commit]"],
  ] as const)("is said in the reply to the person who asked, in %s", (language, words) => {
    const reply = acceptedReply({ record: recordWith(diverged) }, channel, language).content.replaceAll(
      "\u202f",
      " ",
    );

    expect(reply).toContain(words);
    expect(reply).toContain("`db/migrate/7.sql`");
  });

  it("is said to be in the release, in other commits", () => {
    const removed = { commits: [hotfix], totalCommits: 1, files: 2, contained: true };

    expect(show(recordWith({ ...diverged, removed }))).toContain("the same changes in other commits");
  });

  it.each([
    ["unrelated", "**Unrelated histories:**", "**Historiques sans lien :**"],
    ["lost", "GitHub does not have the current commit", "GitHub n’a pas le commit actuel"],
  ] as const)("is put into words where the histories are %s", (relation, english, french) => {
    const nothing = { commits: [], totalCommits: 0, files: 0, migrations: 0, behindBy: 0 };
    const record = recordWith({ base: otherSha, relation, ...nothing }, waiting);

    expect(show(record)).toContain(english);
    expect(show(record, "fr")).toContain(french);
    expect(show(record)).not.toMatch(/\b0 (?:commits|files)|no migration/);
  });

  it("is at least so much where GitHub lists no more", () => {
    const removed = { commits: [hotfix], totalCommits: 400, files: 300, filesCut: true };
    const text = show(recordWith({ ...diverged, files: 300, filesCut: true, removed }, waiting));

    expect(text).toContain("at least 300 files · no migration among the files that GitHub lists");
    expect(text).toContain(`[400 commits](${gone}) of the current release (at least 300 files)`);
    expect(text).toContain(`➖ … [399 more commits](${gone})`);
  });

  it("is not mentioned where nothing is taken away", () => {
    const text = show(recordWith(aComparison({ relation: "ahead" }), waiting));

    expect(text).toContain(`\n[12 commits](${added}) · 34 files`);
    expect(text).not.toMatch(/removes|➖|➕/);
  });

  it("has a line for a commit without a message", () => {
    const removed = { commits: [{ ...hotfix, subject: " \u0000" }], totalCommits: 1, files: 0 };

    expect(show(recordWith({ ...diverged, removed }))).toContain("(no message) · grace");
  });

  it("is harmless and fits, whatever commits and files are called", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 0, max: 10 }), (hostile, count) => {
        const commits = Array.from({ length: count }, () => ({
          ...hotfix,
          subject: hostile,
          author: hostile,
        }));
        const removed = { commits, totalCommits: 99_999, files: 300, filesCut: true };
        const paths = Array.from({ length: 10 }, () => hostile);
        const comparison = { ...diverged, removed, migrationsBack: paths, totalMigrationsBack: 99_999 };
        for (const state of [waiting, { state: "running" } as const]) {
          const body = deploymentMessage(
            aWaitingView({ record: recordWith({ ...comparison, commits }, state), outlook }),
            "fr",
          );
          expectTakenByDiscord(body);
          for (const text of textsOf(body)) expectHarmless(text, ours(text));
        }
      }),
      { numRuns: 60 },
    );
  });
});
