import { describe, expect, it } from "vitest";
import type { EnvironmentStatus } from "../../../src/app/look-up.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import {
  FIRST_ORDER,
  type HostEntry,
  type RunningApplication,
  type RunningRelease,
  releaseOf,
} from "../../../src/deployments/running.js";
import { environmentRunning, type HostReading, hostRunning } from "../../../src/deployments/what-runs.js";
import { statusReply } from "../../../src/discord/messages/status-reply.js";
import type { Incident } from "../../../src/health/incidents/incident.js";
import { aRecord, configWith, environmentInput, otherSha, sha, targetOf } from "../deployments/samples.js";
import { thirdSha } from "./approval-samples.js";
import { expectTakenByDiscord, textsOf } from "./check-body.js";

const at = 1_700_000_000_000;
const config = configWith({ uat: environmentInput({ hosts: ["web-1"] }) });
const target = targetOf(config, "shop", "uat");
const deployed = aRecord({ state: "succeeded", startedAt: 1, finishedAt: at });
const old: RunningRelease = { sha: otherSha, subject: "Sell laces" };

function certain(release: RunningRelease, record?: DeploymentRecord): RunningApplication {
  const through = record && { deployment: { id: record.id, number: record.number } };
  return { kind: "release", release, since: at, source: record ? "step" : "host", ...through };
}
const between: RunningApplication = {
  ...{ kind: "between", to: releaseOf(deployed), since: at, run: "r", deployment: { id: "x", number: 8 } },
  before: { kind: "release", release: old, since: 1, source: "step" },
};

type Host = Partial<HostEntry> & { readonly application: RunningApplication; readonly reading?: HostReading };

function aStatus(hosts: readonly Host[], changes: Partial<EnvironmentStatus> = {}): EnvironmentStatus {
  const running = environmentRunning(
    hosts.map(({ reading, ...entry }, index) =>
      hostRunning(
        `web-${index + 1}`,
        { kind: "known", entry: { schema: 1, order: FIRST_ORDER, ...entry } },
        reading,
      ),
    ),
  );
  const none = {
    through: undefined,
    last: undefined,
    freeze: undefined,
    health: undefined,
    incident: undefined,
  };
  return { target, running, open: [], locks: [], ...none, ...changes };
}

function show(statuses: readonly EnvironmentStatus[], language: "en" | "fr" = "en"): string {
  const reply = statusReply(statuses, language);
  expectTakenByDiscord({ content: reply.content, embeds: [...(reply.embeds ?? [])] });
  return textsOf(reply).join("\n").replaceAll("\u202f", " ");
}

const incident = (state: "down" | "recovering"): Incident =>
  ({
    ...{
      schema: 1,
      id: "0123456789abcdef01234567",
      channelId: "1",
      startedAt: at,
      openedAt: at,
      mentioned: [],
    },
    ...{ called: [], escalated: [] },
    members: [{ project: "shop", environment: "uat", state, downSince: at, confirmedAt: at, failing: [] }],
  }) as unknown as Incident;

describe("the reply to /status", () => {
  it("says what runs, since when and through which deployment", () => {
    const text = show([
      aStatus([{ application: certain(releaseOf(deployed), deployed) }], { through: deployed }),
    ]);

    expect(text).toMatch(
      /🟢 \[`1234567`\]\(\S+\) Sell more shoes · since <t:1700000000:R> · deployment #7 \(<@\d+>\)/,
    );
    expect(text).not.toContain("Last deployment");
  });

  it.each(["failed", "cancelled", "indeterminate"] as const)(
    "does not show what a deployment brought that %s as if all were well",
    (state) => {
      const through = aRecord({ state, startedAt: 1, finishedAt: at });
      const text = show([
        aStatus([{ application: certain(releaseOf(through), through) }], { through, last: through }),
      ]);

      expect(text).not.toContain("🟢");
      expect(text).toMatch(/🟠 \[`1234567`\].* · deployment #7 \(<@\d+>\), which did not succeed\n/);
    },
  );

  it("tells a newcomer why nothing is known of a host, and what to do", () => {
    const unread = environmentRunning([hostRunning("web-1", undefined, { kind: "no-answer" })]);

    const text = show([{ ...aStatus([]), running: unread }]);

    expect(text).toContain(
      "❔ **Not known what runs:** Slipway has not read the hosts yet, and has deployed nothing there.",
    );
    expect(text).toContain("⚠️ web-1: did not answer, so nothing is known of it yet");
    expect(text).not.toContain("as last recorded");
  });

  it.each(["en", "fr"] as const)(
    "says until which moment something holds in %s, and not until how long",
    (language) => {
      const owner = { userId: "112233445566778899", userName: "Ada" };
      const lock = { project: "shop", environment: "uat", owner, reason: "Tests", since: 1, expiresAt: at };
      const freeze = { reason: "Weekend", until: at };
      const text = show(
        [aStatus([{ application: certain(old) }], { locks: [{ ...lock, reminded: false }], freeze })],
        language,
      );

      expect(text.match(/<t:1700000000:f> \(<t:1700000000:R>\)/g)).toHaveLength(2);
    },
  );

  it("does not call what was read from the host a deployment", () => {
    expect(show([aStatus([{ application: certain(old) }])])).toContain("not deployed by Slipway");
  });

  it.each([
    ["no checkout", { kind: "nothing", since: at }, "⚪ nothing runs here yet"],
    [
      "a step that broke it",
      { kind: "unknown", since: at, last: old },
      "❔ **Not known what runs**; the last release",
    ],
    ["a restart under way", between, "• web-1: changing from [`fedcba0`]"],
  ] as const)("puts %s into words", (_what, application, words) => {
    expect(show([aStatus([{ application }])])).toContain(words);
  });

  it("names what each host runs where they differ", () => {
    const hosts = [{ application: certain(old) }, { application: certain(releaseOf(deployed), deployed) }];

    const text = show([aStatus(hosts)]);

    expect(text).toMatch(
      /🟠 \*\*Hosts run different releases:\*\*\n• web-1: \[`fedcba0`\].*\n• web-2: \[`1234567`\]/,
    );
  });

  it.each([
    [
      "moved outside Slipway",
      { drift: { head: thirdSha, since: at } },
      "⚠️ web-1: checkout moved outside Slipway to [`abcdef0`]",
    ],
    [
      "on another commit",
      { files: { kind: "at", sha: thirdSha } },
      "⚠️ web-1: its checkout is on [`abcdef0`]",
    ],
    [
      "of a silent host",
      { reading: { kind: "no-answer" } },
      "⚠️ web-1: did not answer; shown as last recorded",
    ],
  ] as const)("warns of a checkout that is %s", (_what, changes, words) => {
    expect(show([aStatus([{ application: certain(old), ...changes }])])).toContain(words);
  });

  it.each([
    [
      "a failed deployment",
      { last: aRecord({ number: 8, state: "failed", finishedAt: at }) },
      "❌ Last deployment: #8 failed <t:",
    ],
    ["an outage", { incident: incident("down") }, "🔴 **Down** since <t:1700000000:R>"],
    ["a recovery", { incident: incident("recovering") }, "🟡 Recovering"],
    [
      "good health",
      { health: { project: "shop", environment: "uat", lastAt: at, run: { ok: true, since: 1, count: 2 } } },
      "💚 Healthy, last checked <t:1700000000:R>",
    ],
    [
      "a lock",
      {
        locks: [
          {
            ...{ project: "shop", environment: "uat", reason: "rollback #7", since: 1, expiresAt: at },
            ...{ owner: { userId: "112233445566778899", userName: "ada" }, reminded: false },
          },
        ],
      },
      "🔒 Locked by <@112233445566778899> until <t:1700000000:f> (<t:1700000000:R>): rollback #7",
    ],
    ["a freeze", { freeze: { reason: "sales", until: undefined } }, "🧊 Frozen: sales"],
    ["what waits", { open: [aRecord({ state: "queued" })] }, "⏳"],
  ] as const)("tells of %s", (_what, changes, words) => {
    expect(show([aStatus([{ application: certain(old) }], changes as Partial<EnvironmentStatus>)])).toContain(
      words,
    );
  });

  it("shows 20 environments, all of them in trouble, within Discord's limits", () => {
    const last = aRecord({ number: 8, state: "failed", finishedAt: at });
    const hosts = Array.from({ length: 6 }, (_, index) => ({
      application: certain(index % 2 ? old : releaseOf(deployed)),
    }));
    const status = aStatus(hosts, {
      last,
      incident: incident("down"),
      freeze: { reason: "x".repeat(200), until: at },
    });

    const reply = statusReply(
      Array.from({ length: 20 }, () => status),
      "fr",
    );

    show(
      Array.from({ length: 20 }, () => status),
      "fr",
    );
    expect(reply.embeds?.[0]?.fields?.length).toBeGreaterThanOrEqual(10);
  });

  it("is French throughout", () => {
    const text = show([aStatus([{ application: certain(old) }], { incident: incident("down") })], "fr");

    expect(text).toContain("lu sur le serveur, non déployé par Slipway");
    expect(text).toContain("🔴 **En panne** depuis");
    expect(sha).toHaveLength(40);
  });
});
