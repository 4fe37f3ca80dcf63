import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EnvironmentStatus } from "../../../src/app/look-up.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import type { Refusal } from "../../../src/deployments/refusal.js";
import { FIRST_ORDER, type HostEntry, releaseOf } from "../../../src/deployments/running.js";
import { environmentRunning, hostRunning } from "../../../src/deployments/what-runs.js";
import {
  acceptedReply,
  historyReply,
  type Reply,
  refusalReply,
} from "../../../src/discord/messages/replies.js";
import { statusReply } from "../../../src/discord/messages/status-reply.js";
import {
  aRecord,
  aRelease,
  aStep,
  configWith,
  environmentInput,
  otherSha,
  sha,
  targetOf,
} from "../deployments/samples.js";
import { expectHarmless, expectTakenByDiscord, textsOf } from "./check-body.js";
import { hostileText } from "./hostile.js";

const languages = ["en", "fr"] as const;
const commitUrl = `https://github.com/acme/shop/commit/${sha}`;
const ours = [commitUrl, "<@112233445566778899>", "<#112233445566778800>"];
const config = configWith({ uat: environmentInput() });
const target = targetOf(config, "shop", "uat");

function expectGood(reply: Reply): void {
  expectTakenByDiscord({ content: reply.content, ...(reply.embeds && { embeds: [...reply.embeds] }) });
  for (const text of textsOf(reply)) expectHarmless(text, ours);
}

/** @param through what its one host runs; without it, nothing */
function aStatus(changes: Partial<EnvironmentStatus> = {}, through?: DeploymentRecord): EnvironmentStatus {
  const since = through?.finishedAt ?? 0;
  const entry: HostEntry = {
    ...{ schema: 1, order: FIRST_ORDER },
    application:
      through === undefined
        ? { kind: "nothing", since }
        : { kind: "release", release: releaseOf(through), since, deployment: through, source: "step" },
  };
  const running = environmentRunning([hostRunning("web-1", { kind: "known", entry })]);
  const none = { last: undefined, freeze: undefined, health: undefined, incident: undefined };
  return { target, running, through, open: [], locks: [], ...none, ...changes };
}

const hostileRecord: fc.Arbitrary<DeploymentRecord> = fc
  .record({ subject: hostileText, branch: hostileText, pusher: hostileText })
  .map(({ subject, branch, pusher }) =>
    aRecord({
      state: "succeeded",
      release: aRelease({ subject }),
      origin: { kind: "push", branch, pusher },
      finishedAt: 2,
    }),
  );

const refusals: fc.Arbitrary<Refusal> = fc.oneof(
  hostileText.map((project): Refusal => ({ code: "unknown-project", project, known: ["shop"] })),
  hostileText.map((environment): Refusal => ({ code: "unknown-environment", environment, known: ["uat"] })),
  hostileText.map((ref): Refusal => ({ code: "invalid-ref", ref })),
  fc
    .tuple(hostileText, fc.array(hostileText, { maxLength: 10 }))
    .map(([ref, similar]): Refusal => ({ code: "unknown-ref", ref, repository: "acme/shop", similar })),
  fc
    .tuple(hostileText, fc.array(hostileText, { maxLength: 10 }))
    .map(([ref, candidates]): Refusal => ({ code: "ambiguous-ref", ref, candidates })),
);

describe.each(languages)("a reply in %s", (language) => {
  it("to a refused request is harmless whatever was typed", () => {
    fc.assert(fc.property(refusals, (refusal) => expectGood(refusalReply(refusal, language))));
  });

  it("names no more than fits when very much is configured", () => {
    const known = Array.from({ length: 300 }, (_, index) => `${"e".repeat(28)}${index}`);

    const reply = refusalReply({ code: "unknown-environment", environment: "x", known }, language);

    expectGood(reply);
    expect(reply.content).toContain("…");
  });

  it("to /history is harmless and complete lines only", () => {
    fc.assert(
      fc.property(fc.array(hostileRecord, { maxLength: 25 }), (records) => {
        expectGood(historyReply("shop / uat", records, language));
      }),
      { numRuns: 50 },
    );
  });

  it("to /status is harmless however many environments there are", () => {
    const status = hostileRecord.map((through) =>
      aStatus({ through, open: [{ ...through, state: "running" }, aRecord(), aRecord()] }, through),
    );
    fc.assert(
      fc.property(fc.array(status, { minLength: 1, maxLength: 60 }), (environments) => {
        expectGood(statusReply(environments, language));
      }),
      { numRuns: 50 },
    );
  });

  it("to an accepted request leads to its channel", () => {
    const reply = acceptedReply({ record: aRecord() }, "112233445566778800", language);

    expectGood(reply);
    expect(reply.content).toContain("<#112233445566778800>");
    expect(reply.content).toContain("7");
  });
});

describe("the reply to /status", () => {
  it("counts the environments that it leaves out", () => {
    const many = Array.from({ length: 60 }, () => aStatus());

    const [embed] = statusReply(many, "en").embeds ?? [];

    expect(embed?.fields).toHaveLength(25);
    expect(embed?.footer?.text).toContain("35 more");
  });

  it("tells what runs, what is under way and what waits", () => {
    const current = aRecord({ state: "succeeded", finishedAt: 1_700_000_000_000 });
    const open = [aRecord({ number: 8, state: "running" }), aRecord({ number: 9 }), aRecord({ number: 10 })];

    const text = textsOf(statusReply([aStatus({ through: current, open }, current)], "en")).join("\n");

    expect(text).toContain("🟢");
    expect(text).toContain("Sell more shoes · since <t:1700000000:R>");
    expect(text).toContain("#8 is running");
    expect(text).toContain("2 deployments wait");
  });
});

describe("the reply to /history", () => {
  it("says so when there is none", () => {
    expect(historyReply("shop / uat", [], "en").embeds?.[0]?.description).toBe("No deployment yet.");
  });

  it.each([
    ["a restart that succeeded", "succeeded", "succeeded", {}, "left [`1234567`]"],
    ["a move of the checkout alone", "succeeded", "skipped", { "web-1": otherSha }, "left [`fedcba0`]"],
    ["no step at all", "skipped", "skipped", { "web-1": otherSha }, "left [`fedcba0`]"],
    ["a restart that failed", "succeeded", "failed", { "web-1": otherSha }, "left it unknown what runs"],
  ] as const)("says what %s left running", (_what, files, application, before, words) => {
    const steps = [
      aStep({ id: "checkout:web-1", host: "web-1", effect: "files", state: files }),
      aStep({ id: "restart:web-1", host: "web-1", effect: "application", state: application }),
    ];
    const record = aRecord({ state: "failed", startedAt: 1, finishedAt: 2, steps, before });

    expect(historyReply("shop / uat", [record], "en").embeds?.[0]?.description).toContain(` · ${words}`);
  });

  it("says nothing of what a success or an unread host runs", () => {
    const steps = [aStep({ id: "checkout:web-1", host: "web-1", effect: "files", state: "skipped" })];
    const records = [
      aRecord({ state: "succeeded", steps }),
      aRecord({ state: "failed", startedAt: 1, steps, before: {} }),
    ];

    expect(historyReply("shop / uat", records, "en").embeds?.[0]?.description).not.toContain(" left ");
  });

  it("tells a person who may not deploy which roles may", () => {
    const refusal = { code: "role-missing", environment: "uat", roles: ["223344556677889900"] } as const;

    expect(refusalReply(refusal, "en").content).toContain("<@&223344556677889900>");
  });
});
