import { describe, expect, it } from "vitest";
import { checkWords } from "../../../chaos/history/check-words.js";
import type {
  Execution,
  History,
  HostTruth,
  PostedMessage,
  RecordedDeployment,
} from "../../../chaos/history/history.js";
import type { MessageText } from "../../../chaos/words/message-text.js";
import { history, ID, lineOf, message, succeeded } from "./histories.js";
import { linkTo, messageOfDeployment, OTHER_SHA, SHA, statusText } from "./message-texts.js";

const OLD_ID = "f".repeat(24);
const THIRD_SHA = "c".repeat(40);

/** It ran before. */
const old: RecordedDeployment = { ...succeeded, id: OLD_ID, number: 6, sha: OTHER_SHA };
const failed: RecordedDeployment = {
  ...succeeded,
  state: "failed",
  failure: "exited",
  failedStep: "before-1:host",
  steps: [
    { id: "fetch:host", state: "succeeded" },
    { id: "before-1:host", state: "failed" },
    { id: "restart:host", state: "skipped" },
  ],
};

function touch(sha: string, deployment: string): Execution {
  return { phase: "touch", environment: "e1", step: "restart", pid: 1, sha, deployment };
}
const before: readonly Execution[] = [
  { ...lineOf("begin", "restart", 1, OTHER_SHA), deployment: OLD_ID },
  touch(OTHER_SHA, OLD_ID),
  { ...lineOf("end", "restart", 1, OTHER_SHA), deployment: OLD_ID },
];
const begun = lineOf("begin", "before-1", 2);
const restarted = [
  ...[begun, lineOf("end", "before-1", 2)],
  ...[lineOf("begin", "restart", 3), touch(SHA, ID), lineOf("end", "restart", 3)],
];

interface Case {
  readonly text: MessageText;
  readonly record?: RecordedDeployment;
  readonly lines?: readonly Execution[];
  readonly changes?: Partial<History>;
}

/** What is wrong with the message of #7, which ran after #6. */
function faults({ text, record = succeeded, lines = restarted, changes = {} }: Case): readonly string[] {
  const posted: PostedMessage = { ...message, state: record.state, buttons: text.buttons, text };
  const all = history({
    ...{ deployments: [old, record], executions: [...before, ...lines], messages: [posted] },
    ...changes,
  });
  return checkWords(all, new Set()).map(({ kind, detail }) => `${kind} ${detail}`);
}

const FAILED = { content: "❌ **E1 - Deployment failed**", buttons: ["Retry", "Roll back"] } as const;
const FAILED_STEPS = ["✅ Fetch the commit", "❌ before-1 · 1.5 s", "⏭️ restart"] as const;
const failedMessage = (hosts: string, more: Partial<Parameters<typeof messageOfDeployment>[0]> = {}) =>
  messageOfDeployment({ ...FAILED, lines: FAILED_STEPS, hosts, ...more });
const MOVED =
  "**web-1**: the checkout is on `aaaaaaa`; the application was not restarted and may still run `bbbbbbb`.";

describe("the message of a deployment", () => {
  it("is true when it says what the hosts saw", () => {
    expect(faults({ text: messageOfDeployment() })).toEqual([]);
    expect(faults({ text: failedMessage(MOVED), record: failed, lines: [begun] })).toEqual([]);
  });

  it.each<[string, Parameters<typeof messageOfDeployment>[0], string]>([
    ["another state", FAILED, "shows failed; it is succeeded"],
    [
      "another commit",
      { fields: [{ name: "Commit", value: linkTo(THIRD_SHA) }] },
      "names ccccccc; it brought aaaaaaa",
    ],
    [
      "a base that did not run",
      { lines: [`${linkTo(THIRD_SHA)} → ${linkTo(SHA)}`] },
      "counts the changes from ccccccc",
    ],
    [
      "nothing was changed",
      { lines: ["✋ Cancelled by <@1> before it started. Nothing was changed."] },
      "says that nothing was changed; steps ran",
    ],
    [
      "a cancellation",
      { lines: ["✋ Cancelled by <@1> while it ran. It stopped between two steps."] },
      "says that a person cancelled it",
    ],
    [
      "a step that was stopped",
      { lines: ["🛑 Cancelled by <@1> while it ran. Its step was stopped on the host."] },
      "says that a step was stopped; none was",
    ],
    ["a failed step", { lines: ["❌ before-1 · 1.5 s"] }, "shows that before-1 failed"],
    ["a step that never began", { lines: ["⏭️ restart"] }, "shows that restart never began"],
    ["a step that runs", { lines: ["🔄 **restart** · <t:1:R>"] }, "shows that restart is running"],
    [
      "a step that succeeded and never ran",
      { lines: ["✅ after-1 · 40 ms"] },
      "shows that after-1 succeeded",
    ],
    ["where it failed", { lines: ["Failed at **restart** · web-1"] }, "says that it failed at restart"],
    ["an approval", { fields: [{ name: "Approved by", value: "<@1>" }] }, "names 1 approvals of 0"],
    [
      "a rollback",
      { lines: ["↩️ Goes back to an earlier release."] },
      "does not say whether it is a rollback",
    ],
    [
      "a button that is not there",
      { next: "**Retry** makes the same request for the same commit." },
      "names the button Retry, which is not there",
    ],
  ])("is untrue when it shows %s", (_what, shown, fault) => {
    expect(faults({ text: messageOfDeployment(shown) })).toContainEqual(`words #7: ${fault}`);
  });

  it.each<[string, string]>([
    ["**web-1**: not changed.", "says that the host was not changed; steps ran"],
    ["**web-1**: not changed, still runs `bbbbbbb`.", "says that the host was not changed; steps ran"],
    ["**web-1**: now on `aaaaaaa`, restarted (was `bbbbbbb`).", "says that the application was restarted"],
    [
      "**web-1**: unknown: on `bbbbbbb` or `aaaaaaa`. Check the host before you continue.",
      "calls the host unknown",
    ],
    [
      "**web-1**: unknown: on `aaaaaaa`, or as it was before. Check the host before you continue.",
      "calls the host unknown",
    ],
    [MOVED.replace("bbbbbbb", "ccccccc"), "says that ccccccc ran before"],
    [MOVED.replace("aaaaaaa", "ccccccc"), "says that the host is on ccccccc"],
    [
      "**web-1**: the checkout is on `aaaaaaa`, which ran before; the application was not restarted.",
      "says that aaaaaaa ran before",
    ],
  ])("is untrue when a step failed before the restart and it says “%s”", (hosts, fault) => {
    expect(faults({ text: failedMessage(hosts), record: failed, lines: [begun] })).toEqual([
      `words #7: ${fault}`,
    ]);
  });

  it("is untrue when it says that a restart did not happen", () => {
    const lines = ["✅ restart", "❌ after-1"];
    const text = failedMessage(MOVED, { lines });

    expect(faults({ text, record: failed })).toEqual([
      "words #7: says that the application was not restarted",
    ]);
  });

  it("must say in which state a deployment that did not succeed left its host", () => {
    const text = messageOfDeployment({ ...FAILED, lines: FAILED_STEPS });

    expect(faults({ text, record: failed, lines: [begun] })).toEqual(["words #7: says nothing of its host"]);
  });

  it("may call the host unknown while its restart has no end, or after somebody cut it off", () => {
    const hosts = "**web-1**: unknown: on `bbbbbbb` or `aaaaaaa`. Check the host before you continue.";
    const open = [begun, lineOf("begin", "restart", 3)];
    const cancelled = { cancelled: new Set([ID]) };

    expect(faults({ text: failedMessage(hosts, { lines: [] }), record: failed, lines: open })).toEqual([]);
    expect(
      faults({ text: failedMessage(hosts), record: failed, lines: [begun], changes: cancelled }),
    ).toEqual([]);
  });

  describe("of a rollback", () => {
    const rollback = {
      ...succeeded,
      sha: OTHER_SHA,
      isRollback: true,
      number: 8,
      id: "e".repeat(24),
      takesBack: 7,
    };
    const lines = [
      ...restarted,
      { ...begun, sha: OTHER_SHA, deployment: rollback.id },
      ...before.map((line) => ({ ...line, deployment: rollback.id })),
    ];
    const judged = (sha: string, taken: number) => {
      const text = {
        ...messageOfDeployment({ lines: [`↩️ Takes back deployment #${taken}.`, "✅ restart"] }),
        fields: [{ name: "Commit", value: linkTo(sha) }],
        footer: "shop · e1 · #8",
      };
      const record = { ...rollback, sha };
      const deployments = [old, succeeded, record];
      const messages = [{ ...message, number: 8, text }];
      return faults({ text, record, lines, changes: { deployments, messages } });
    };

    it("names what runs, and brings the last good release before it", () => {
      expect(judged(OTHER_SHA, 7)).toEqual([]);
    });

    it("is untrue when it takes back what does not run", () => {
      expect(judged(OTHER_SHA, 6)).toContainEqual("words #8: takes back #6, which does not run");
      expect(judged(OTHER_SHA, 9)).toContainEqual("words #8: takes back #9, which is not there");
    });

    it("is untrue when it brings another release", () => {
      expect(judged(THIRD_SHA, 7)).toContainEqual("words #8: brings back ccccccc instead of bbbbbbb");
    });
  });

  it.each<[string, MessageText]>([
    ["a headline", messageOfDeployment({ content: "🎯 **E1 - All is well**" })],
    ["a line", messageOfDeployment({ lines: ["The application runs."] })],
    ["a host's state", failedMessage("**web-1**: as good as new.")],
    ["advice", messageOfDeployment({ next: "Go home." })],
    ["a field", messageOfDeployment({ fields: [{ name: "Luck", value: "good" }] })],
  ])("cannot be passed over where it has %s that the judge does not know", (_what, text) => {
    expect(faults({ text }).join()).toMatch(/which the judge cannot read$/);
  });
});

describe("an answer of /status", () => {
  const since = "since <t:1:R>";
  const runs = `🟢 ${linkTo(SHA)} Sell more · ${since} · deployment #7 (push to \`e1\` by ada)`;

  function answered(
    lines: readonly string[],
    changes: {
      readonly host?: Partial<HostTruth>;
      readonly isLocked?: boolean;
      readonly state?: string;
    } = {},
  ): readonly string[] {
    const { host, isLocked = false, state = "succeeded" } = changes;
    const truth = { application: SHA, deployment: ID, isOpen: false, files: SHA, ...host };
    const status = { text: statusText(...lines), isLocked };
    const claim = { application: { kind: "unknown" } } as const;
    const sample = { environment: "e1", sha: SHA, host: truth, claim, status };
    const all = history({ deployments: [old, { ...succeeded, state }], messages: [], samples: [sample] });
    return checkWords(all, new Set()).map(({ detail }) => detail);
  }

  it("is true when it says what the host has", () => {
    expect(answered([runs])).toEqual([]);
    const unproven = runs.replace("🟢", "🟠").concat(", which did not succeed");
    expect(answered([unproven, "❌ Last deployment: #7 failed <t:1:R>"], { state: "failed" })).toEqual([]);
    const moved = [
      `❔ **Not known what runs**; the last release that ran for certain is ${linkTo(SHA)} Sell more`,
      `⚠️ web-1: checkout moved outside Slipway to ${linkTo(OTHER_SHA)}, noticed <t:1:R>`,
    ];
    expect(answered(moved, { host: { isOpen: true, files: OTHER_SHA } })).toEqual([]);
  });

  it.each<[string, readonly string[], Parameters<typeof answered>[1], string]>([
    [
      "another release",
      [runs.replace(linkTo(SHA), linkTo(OTHER_SHA))],
      {},
      "/status: the host has seen the restart of aaaaaaa, and bbbbbbb is said to run",
    ],
    [
      "nothing runs",
      ["⚪ nothing runs here yet"],
      {},
      "/status: the host has seen the restart of aaaaaaa, and nothing is said to run",
    ],
    [
      "not known",
      ["❔ **Not known what runs**"],
      {},
      "/status: the host has seen the restart of aaaaaaa to its end, and unknown is said to run",
    ],
    [
      "a last release that never ran",
      [`❔ **Not known what runs**; the last release that ran for certain is ${linkTo(OTHER_SHA)}`],
      { host: { isOpen: true } },
      "/status: says that bbbbbbb ran for certain",
    ],
    [
      "nothing of a checkout elsewhere",
      [runs],
      { host: { files: OTHER_SHA } },
      "/status: the checkout is at bbbbbbb, and is said to be at aaaaaaa",
    ],
    [
      "another checkout",
      [runs, `⚠️ web-1: its checkout is on ${linkTo(OTHER_SHA)}`],
      {},
      "/status: the checkout is at aaaaaaa, and is said to be at bbbbbbb",
    ],
    ["another deployment", [runs.replace("#7", "#6")], {}, "/status: says that #6 brought aaaaaaa"],
    ["🟢 after a failure", [runs], { state: "failed" }, "/status: says that #7 did not fail"],
    [
      "a failure after a success",
      [runs.replace("🟢", "🟠").concat(", which did not succeed")],
      {},
      "/status: says that #7 failed",
    ],
    [
      "another end",
      [runs, "❌ Last deployment: #7 failed <t:1:R>"],
      {},
      "/status: says that #7 ended as failed",
    ],
    [
      "a lock that is not there",
      [runs, "🔒 Locked by <@1> until <t:1:f> (<t:1:R>): Chaos"],
      {},
      "/status: says that it is locked",
    ],
    ["no lock", [runs], { isLocked: true }, "/status: says that it is not locked"],
    ["a freeze", [runs, "🧊 Frozen: Weekend"], {}, "/status: says that it is frozen"],
    [
      "something that waits",
      [runs, "⏳ 1 deployment waits"],
      {},
      "/status: says that 1 deployments run or wait, not 0",
    ],
    [
      "something that runs",
      [runs, `🔄 #7 is running: ${linkTo(SHA)}`],
      {},
      "/status: says that 1 deployments run or wait, not 0",
    ],
  ])("is untrue when it says %s", (_what, lines, changes, fault) => {
    expect(answered(lines, changes)).toContainEqual(fault);
  });

  it("cannot be passed over where the judge does not know its words", () => {
    expect(answered([runs, "All is well"])).toEqual([
      '/status: /status says "All is well", which the judge cannot read',
    ]);
  });
});
