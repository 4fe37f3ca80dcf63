import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ApprovalReason,
  type DeploymentRecord,
  DeploymentState,
  type VoidReason,
} from "../../../src/deployments/record.js";
import { deploymentMessage, rolesToNotify } from "../../../src/discord/messages/deployment-message.js";
import type { DeploymentView } from "../../../src/discord/messages/deployment-view.js";
import {
  aRelease,
  aStep,
  configWith,
  environmentInput,
  otherSha,
  sha,
  targetOf,
} from "../deployments/samples.js";
import {
  aComparison,
  anApproval,
  approverRole,
  aWaitingRecord,
  aWaitingView,
  buttonIds,
  outlook,
  production,
  thirdSha,
} from "./approval-samples.js";
import { expectHarmless, expectTakenByDiscord, textsOf, withCommandNames } from "./check-body.js";
import { hostileText } from "./hostile.js";

const languages = ["en", "fr"] as const;
const alex = { userId: "112233445566778899", userName: "alex" };
const camille = { userId: "112233445566778877", userName: "camille" };
const commit = (of: string) => `https://github.com/acme/shop/commit/${of}`;
const compare = `https://github.com/acme/shop/compare/${otherSha}...${sha}`;

function show(view: Partial<DeploymentView> = {}, language: "en" | "fr" = "en") {
  return deploymentMessage(aWaitingView(view), language);
}
const text = (...args: Parameters<typeof show>) => textsOf(show(...args)).join("\n");
const textOf = (changes: Partial<DeploymentRecord>) => text({ record: aWaitingRecord(changes) });

const voidReasons: readonly VoidReason[] = [
  { code: "ref-moved", ref: "main", sha: thirdSha },
  { code: "plan-changed" },
  { code: "gate", refusal: "locked" },
  { code: "role-lost", userId: camille.userId },
  { code: "unverifiable", what: "ref" },
  { code: "unverifiable", what: "roles" },
];

describe("a deployment that waits for its approval", () => {
  it("shows what runs now, what would run and how much lies between", () => {
    const body = text();

    expect(body).toContain(`Current: [\`fedcba0\`](${commit(otherSha)})`);
    expect(body).toContain(`new: [\`1234567\`](${commit(sha)})`);
    expect(body).toContain(`[12 commits](${compare}) · 34 files · ⚠️ **2 MIGRATIONS**`);
  });

  it("lists the ten commits with author and pull request, and counts the others", () => {
    const body = text();

    expect(body.match(/\[`\d{7}`\]\(\S+\) .+ · (?:Ada Lovelace|grace-hopper|Alan Turing)/g)).toHaveLength(10);
    expect(body).toContain("[#140](https://github.com/acme/shop/pull/140)");
    expect(body).toContain(`… [2 more commits](${compare})`);
  });

  it("keeps whole lines and counts what it leaves out when the repository's name is very long", () => {
    const repository = `${"o".repeat(39)}/${"r".repeat(100)}`;
    const body = show({ record: aWaitingRecord({ repository }) });

    expectTakenByDiscord(body);
    expect(body.embeds?.[0]?.description).toMatch(/… \[\d more commits\]\(\S+\)/);
  });

  it.each([
    ["where nothing runs yet", { comparison: undefined }, undefined, "this is the first release"],
    [
      "when GitHub does not compare",
      { comparison: undefined },
      otherSha,
      "GitHub did not compare the commits, so those that are added and removed are not known",
    ],
    ["when it runs there already", {}, sha, "This commit is already deployed here"],
    ["when something else was deployed meanwhile", {}, thirdSha, "Changed since the request"],
  ])("says so %s", (_what, changes, current, words) => {
    const record = aWaitingRecord(changes);

    expect(text({ record, outlook: { ...outlook, current } })).toContain(words);
  });

  it("tells who asked, until when, and who approved so far", () => {
    const approval = anApproval({ given: [{ ...camille, at: 1 }] });
    const body = textOf({ approval });

    expect(body).toContain(`<@${alex.userId}>`);
    expect(body).toContain("<t:1700001800:R>");
    expect(body).toContain(`1 of 2 · <@${camille.userId}>`);
  });

  it("tells the plan with each step once, its hosts, the checklist and the other environments", () => {
    const body = text();

    expect(body).toContain("Plan on web-1, web-2");
    expect(body).toContain("Make the backup → Check the host → Fetch the commit → Move the checkout");
    expect(body).toContain("☐ Support knows about the new basket");
    expect(body).toContain("**uat** · [`1234567`]");
    expect(body).toContain("**this release**");
    expect(body).toContain("the newest deployment failed");
    expect(body).toContain("**staging** · nothing deployed yet");
  });

  it.each([
    ["is outdated", { comparison: aComparison({ behindBy: 3 }) }, false, "**Outdated:** 3 commits"],
    ["was marked bad", {}, true, "**Marked as bad:**"],
    [
      "needs a confirmation",
      { approval: anApproval({ reason: "bad-release" }) },
      true,
      "was taken back here",
    ],
    ["breaks the glass", { breakGlass: "Shop is down" }, false, "in spite of a freeze:\n> Shop is down"],
  ] as const)("warns of a release that %s", (_what, changes, markedBad, words) => {
    expect(text({ record: aWaitingRecord(changes), outlook: { ...outlook, markedBad } })).toContain(words);
  });

  it.each([
    ["passed", "CI\n✅ passed · checked <t:1700000000:R>"],
    ["failed", "**CI failed:** GitHub reports failed checks for this commit."],
    ["pending", "⏳ still running"],
    ["missing", "⚪ none found for this commit"],
    ["unknown", "❔ not known: GitHub did not answer"],
    ["ignored", "not checked: `ci: ignored`"],
  ] as const)("tells that CI is %s, also where no environment comes before", (state, words) => {
    expect(text({ outlook: { ...outlook, ci: { state, at: 1_700_000_000_000 } } })).toContain(words);
  });

  it.each([
    ["nothing is known", undefined, "unknown", "It is not known what runs here now"],
    ["only the last certain release is known", otherSha, "unknown", "**Not certain:**"],
    ["hosts differ", otherSha, "mixed", "**Hosts differ:**"],
  ] as const)("says so where %s of what runs", (_what, current, runs, words) => {
    const baseIs = runs === "mixed" ? ("mixed" as const) : ("uncertain" as const);
    const { base: _, ...without } = aComparison({ commits: [], totalCommits: 0, baseIs });
    const comparison = current === undefined ? without : { ...without, base: current };
    const shown = text({ record: aWaitingRecord({ comparison }), outlook: { ...outlook, current, runs } });

    expect(shown).toContain(words);
    expect(shown).not.toContain("first release");
  });

  it("does not say that nothing is deployed where it is not known what runs", () => {
    const unknown = { environment: "uat", sha: undefined, runs: "unknown", state: "failed" } as const;

    const shown = text({ outlook: { ...outlook, neighbours: [unknown] } });

    expect(shown).toContain("**uat** · not known what runs · the newest deployment failed");
  });

  it("offers Approve…, Refuse and Cancel", () => {
    const [row] = show().components;

    expect(row?.components.map(({ label, custom_id }) => [label, custom_id])).toEqual([
      ["Approve…", buttonIds.approve],
      ["Refuse", buttonIds.refuse],
      ["Cancel", buttonIds.cancel],
    ]);
  });
});

describe("those who must notice", () => {
  const unprotected = targetOf(configWith({ uat: environmentInput() }), "shop", "uat").config;
  const reason = (of: ApprovalReason) => aWaitingRecord({ approval: anApproval({ reason: of }) });
  const fifty = Array.from({ length: 50 }, (_, index) => `22334455667788${String(index).padStart(4, "0")}`);

  it.each([
    ["the approvers of a protected environment", reason("protected"), production, [approverRole]],
    [
      "those who may deploy, for a break-glass without approvers",
      reason("break-glass"),
      unprotected,
      ["223344556677889900"],
    ],
    ["nobody for a confirmation by the person who asked", reason("bad-release"), production, []],
    [
      "all of fifty roles that approve",
      reason("protected"),
      { ...production, roles: { ...production.roles, approve: fifty } },
      fifty,
    ],
    ["nobody once it is decided", aWaitingRecord({ state: "queued" }), production, []],
  ])("are %s", (_who, record, environment, roles) => {
    const view = aWaitingView({ record, environment });

    expect(rolesToNotify(view)).toEqual(roles);
    expect(deploymentMessage(view, "en").content?.match(/<@&(\d+)>/g) ?? []).toEqual(
      roles.map((id) => `<@&${id}>`),
    );
  });
});

describe("the message after the decision", () => {
  const given = [{ ...camille, at: 1 }];

  it("keeps who approved, and what", () => {
    const body = textOf({ state: "running", startedAt: 1, approval: anApproval({ given }) });

    expect(body).toContain(`Approved by\n<@${camille.userId}>`);
    expect(body).toContain(`[12 commits](${compare})`);
  });

  it("keeps the reason of a break-glass to the end", () => {
    expect(textOf({ state: "succeeded", breakGlass: "Shop is down" })).toContain("> Shop is down");
  });

  it.each([
    ["who refused", { state: "refused", endedBy: camille }, `Refused by <@${camille.userId}>`],
    ["who cancelled before the start", { state: "cancelled", endedBy: camille }, "before it started"],
    ["who cancelled while it ran", { state: "cancelled", endedBy: camille, startedAt: 1 }, "while it ran"],
    [
      "who has cancelled what still runs",
      { state: "running", cancelRequestedBy: camille },
      "stops after the current step",
    ],
    ["how many approved what expired", { state: "expired", approval: anApproval({ given }) }, "(1 of 2)"],
    [
      "that nobody approved what expired",
      { state: "expired", approval: anApproval({ quorum: 1 }) },
      "Nobody approved",
    ],
    [
      "what a rollback takes back",
      { state: "succeeded", kind: "rollback", rollbackOf: 11 },
      "deployment #11",
    ],
    ["that it was promoted", { state: "succeeded", kind: "promote" }, "Promoted"],
    [
      "how to ask again for a promotion",
      { state: "expired", kind: "promote", asked: { from: "uat" } },
      "`/promote` `from:uat to:prod project:shop`",
    ],
  ] as const)("says %s", (_what, changes, words) => {
    expect(withCommandNames(textOf(changes))).toContain(words);
  });

  it.each([
    [voidReasons[0], "`main` has moved to `abcdef0`"],
    [voidReasons[1], "The configuration has changed"],
    [voidReasons[2], "the environment was locked"],
    [voidReasons[3], `<@${camille.userId}> approved it`],
    [voidReasons[4], "whether the branch has moved"],
    [voidReasons[5], "whether the approvers still have their roles"],
  ] as const)("says why it is void: %j", (voidReason, words) => {
    const body = withCommandNames(textOf({ state: "void", ...(voidReason && { voidReason }) }));

    expect(body).toContain(words);
    expect(body).toContain("`/deploy` `environment:prod project:shop ref:main`");
  });

  it("tells the state of each host of a run that was cancelled, and nothing of hosts before the start", () => {
    const steps = [
      aStep({ effect: "files", state: "succeeded" }),
      aStep({ id: "restart:web-1", effect: "application", state: "skipped" }),
    ];
    const started = textOf({ state: "cancelled", endedBy: camille, startedAt: 1, steps });

    expect(started).toContain("**web-1**: the checkout is on `1234567`");
    expect(textOf({ state: "cancelled", endedBy: camille })).not.toContain("web-1");
  });

  it("does not claim that nothing was changed where a run that broke off could not go on", () => {
    const steps = [aStep({ effect: "files", state: "failed" })];
    const voidReason = { code: "plan-changed" } as const;

    const body = textOf({ state: "void", voidReason, startedAt: 1, steps });

    expect(body).not.toContain("Nothing was changed");
    expect(body).toContain("**web-1**: unknown");
  });
});

const hostileRecord: fc.Arbitrary<DeploymentRecord> = fc
  .record({
    state: fc.constantFrom(...DeploymentState.options),
    reason: fc.constantFrom(...ApprovalReason.options),
    voidReason: fc.oneof(
      fc.constantFrom(...voidReasons),
      hostileText.map((ref): VoidReason => ({ code: "ref-moved", ref, sha: thirdSha })),
      hostileText.map((refusal): VoidReason => ({ code: "gate", refusal })),
      hostileText.map((userId): VoidReason => ({ code: "role-lost", userId })),
    ),
    commits: fc.array(fc.record({ subject: hostileText, author: hostileText, pullRequest: fc.nat() }), {
      maxLength: 10,
    }),
    person: hostileText,
    breakGlass: fc.option(hostileText, { nil: undefined }),
    subject: hostileText,
    kind: fc.constantFrom("deploy", "promote", "rollback"),
    cancelled: fc.boolean(),
  })
  .map(({ state, reason, voidReason, commits, person, breakGlass, subject, kind, cancelled }) => {
    const by = { userId: person, userName: person };
    const given = Array.from({ length: 5 }, () => ({ ...by, at: 1 }));
    const compared = commits.map((each) => ({ ...each, sha: thirdSha }));
    return aWaitingRecord({
      ...{
        state,
        kind,
        voidReason,
        endedBy: by,
        release: aRelease({ subject, author: person, ref: subject }),
      },
      ...(breakGlass !== undefined && { breakGlass }),
      ...(cancelled && { cancelRequestedBy: by, startedAt: 1, finishedAt: 2 }),
      approval: anApproval({ reason, given, quorum: 5 }),
      comparison: aComparison({ commits: compared, totalCommits: 5_000, behindBy: 7 }),
    });
  });

describe.each(languages)("a hostile approval in %s", (language) => {
  const checklist = ["x".repeat(200), "[a](http://evil.example) @everyone `".repeat(5), "*_".repeat(100)];
  const environment = {
    ...production,
    approval: { ...production.approval, checklist } as NonNullable<typeof production.approval>,
  };

  it("never breaks the message", () => {
    const isOurs = (target: string) =>
      target.startsWith("https://github.com/acme/shop/") || /^<(?:@&?\d{17,20}|t:\d+:[RF])>$/.test(target);
    fc.assert(
      fc.property(hostileRecord, hostileText, fc.boolean(), (record, title, markedBad) => {
        const plan = Array.from({ length: 30 }, (_, index) => ({ title: { text: `${index} ${title}` } }));
        const view = aWaitingView({ record, environment, outlook: { ...outlook, plan, markedBad } });
        const body = deploymentMessage(view, language);
        expectTakenByDiscord(body);
        for (const shown of textsOf(body)) {
          const ours = shown.match(/<[@t][^>\s]*>|https:\/\/github\.com\/acme\/shop\/[^)\s]+/g) ?? [];
          expectHarmless(shown, ours.filter(isOurs));
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe.each(languages)("the longest approval in %s", (language) => {
  const long = "[*_`](@everyone)".repeat(100);
  const checklist = Array.from({ length: 10 }, () => "*".repeat(200));
  const hosts = Array.from({ length: 40 }, (_, index) => `a-rather-long-name-of-host-${index}`);
  const by = { userId: long, userName: long, at: 1 };
  const commits = Array.from({ length: 10 }, () => ({
    ...{ sha: thirdSha, subject: long, author: long, pullRequest: 99_999 },
  }));

  it.each(DeploymentState.options)("fits into the message when it is %s", (state) => {
    const view = aWaitingView({
      record: aWaitingRecord({
        ...{ state, kind: "rollback", rollbackOf: 123_456, breakGlass: long },
        ...{ project: "p".repeat(32), environment: "e".repeat(32), tail: long, failedStep: "s0" },
        repository: `${"o".repeat(39)}/${"r".repeat(100)}`,
        origin: { kind: "push", branch: long, pusher: long },
        release: aRelease({ subject: long, author: long, ref: long }),
        approval: anApproval({ quorum: 5, given: Array.from({ length: 5 }, () => by) }),
        comparison: aComparison({ commits, totalCommits: 99_999, behindBy: 99_999 }),
        ...{ endedBy: by, cancelRequestedBy: by, startedAt: 1, finishedAt: 36_000_000 },
        voidReason: { code: "ref-moved", ref: long, sha: thirdSha },
        ...(state === "failed" && { failure: { code: "internal", message: long } }),
        steps: Array.from({ length: 60 }, (_, index) =>
          aStep({
            id: `s${index}`,
            title: { text: long },
            host: hosts[index % hosts.length] ?? "",
            state: "failed",
          }),
        ),
      }),
      environment: {
        ...production,
        hosts,
        approval: { ...production.approval, checklist } as NonNullable<typeof production.approval>,
      },
      outlook: {
        ...{ current: thirdSha, markedBad: true },
        neighbours: hosts.map((environment) => ({ environment, sha: otherSha, state: "failed" as const })),
        plan: hosts.map((host) => ({ title: { text: `${host} ${long}` } })),
      },
    });

    expectTakenByDiscord(deploymentMessage(view, language));
  });
});
