import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProbeReason } from "../../../src/deployments/probe-reason.js";
import {
  type DeploymentRecord,
  DeploymentState,
  Failure,
  type StepRecord,
} from "../../../src/deployments/record.js";
import { deploymentMessage } from "../../../src/discord/messages/deployment-message.js";
import type { DeploymentView } from "../../../src/discord/messages/deployment-view.js";
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

const url = "https://uat.shop.example.com/some_page_(x)";
const environment = targetOf(configWith({ uat: environmentInput({ url }) }), "shop", "uat").config;
const commitUrl = `https://github.com/acme/shop/commit/${sha}`;
const ours = [commitUrl, "<@112233445566778899>"];

const failures: readonly Failure[] = [
  { code: "exited", exitCode: 3 },
  { code: "killed", signal: "KILL" },
  { code: "timed-out", seconds: 30 },
  { code: "lost", reason: "the connection ended" },
  { code: "lost", reason: "no outcome", cause: "deadline", said: "nonsense" },
  { code: "not-started", host: "web-1", reason: "no-space", detail: "/home/app/.slipway/runs" },
  { code: "runner-died", reason: "the runner was ended" },
  { code: "unreachable", host: "web-1", reason: "refused" },
  { code: "not-run", host: "web-1", exitCode: 1, said: "This account is currently not available." },
  { code: "unknown-host-key", host: "web-1", seen: "SHA256:abc", pinned: [] },
  { code: "unhealthy", url, attempts: 3, reason: { code: "status", expected: 200, got: 500 } },
  { code: "interrupted" },
  { code: "plan-changed" },
  { code: "configuration" },
  { code: "internal", message: "TypeError" },
];

const steps: readonly StepRecord[] = [
  aStep({
    id: "check-host:web-1",
    title: { code: "check-host" },
    state: "succeeded",
    startedAt: 1,
    finishedAt: 900,
  }),
  aStep({ id: "checkout:web-1", title: { code: "checkout" }, effect: "files", state: "succeeded" }),
  aStep({ id: "restart:web-1", title: { code: "restart" }, effect: "application", state: "failed" }),
  aStep({ id: "health-1", title: { code: "health" }, state: "skipped" }),
];

function failed(failure: Failure, changes: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return aRecord({
    state: "failed",
    startedAt: 1_700_000_000_000,
    finishedAt: 1_700_000_065_000,
    steps: [...steps],
    failedStep: "restart:web-1",
    tail: "line one\nline two",
    before: { "web-1": otherSha },
    failure,
    ...changes,
  });
}

function show(record: DeploymentRecord, language: "en" | "fr" = "en", more: Partial<DeploymentView> = {}) {
  return deploymentMessage({ record, environment, ...more }, language);
}

const text = (...args: Parameters<typeof show>) => textsOf(show(...args)).join("\n");
const languages = ["en", "fr"] as const;

describe.each(languages)("the status message in %s", (language) => {
  it.each(DeploymentState.options)("of a deployment that is %s is taken by Discord", (state) => {
    const record = aRecord({ state, steps: [...steps], startedAt: 1, finishedAt: 2, supersededBy: 8 });

    expectTakenByDiscord(show(record, language, { place: { position: 2, startsAt: 5 } }));
  });

  it.each(failures)("of a deployment that failed with $code is taken by Discord", (failure) => {
    expectTakenByDiscord(show(failed(failure), language));
  });

  it("covers every failure code", () => {
    const codes = Failure.options.map((option) => [...option.shape.code.values][0]);

    expect([...new Set(failures.map(({ code }) => code))].sort()).toEqual([...codes].sort());
  });
});

describe("the status message", () => {
  it.each([
    ["awaiting-approval", "🔐 **UAT - Approval needed**"],
    ["queued", "⏳ **UAT - Deployment waiting**"],
    ["running", "🚀 **UAT - Deployment started**"],
    ["succeeded", "🎯 **UAT - Deployment succeeded ✅**"],
    ["failed", "❌ **UAT - Deployment failed**"],
    ["superseded", "⏭️ **UAT - Deployment replaced**"],
    ["cancelled", "✋ **UAT - Deployment cancelled**"],
    ["refused", "🚫 **UAT - Approval refused**"],
    ["expired", "⌛ **UAT - Approval expired**"],
    ["void", "⛔ **UAT - Approval void**"],
    ["indeterminate", "⚠️ **UAT - Deployment broken off, state unknown**"],
  ] as const)("of a deployment that is %s begins with %s", (state, content) => {
    expect(show(aRecord({ state })).content).toBe(content);
  });

  it("links the short SHA to the commit and names ref, author and person", () => {
    const body = text(aRecord({ release: aRelease({ ref: "feature/x" }) }));

    expect(body).toContain(`[\`1234567\`](${commitUrl}) · \`feature/x\``);
    expect(body).toContain("Ada Lovelace");
    expect(body).toContain("<@112233445566778899>");
  });

  it("tells place and start while it waits, and nothing of them afterwards", () => {
    const place = { position: 3, startsAt: 1_700_000_090_000 };

    expect(text(aRecord(), "en", { place })).toContain("Number 3 in the queue, starts <t:1700000090:R>");
    expect(text(aRecord({ state: "running" }), "en", { place })).not.toContain("queue");
  });

  it("tells the failing step, its exit code and its last lines", () => {
    const body = text(failed({ code: "exited", exitCode: 3 }));

    expect(body).toContain("Failed at **Restart**");
    expect(body).toContain("exit code 3");
    expect(body).toContain("```\nline one\nline two\n```");
  });

  it("says where to look after a success", () => {
    expect(text(aRecord({ state: "succeeded" }))).toContain(url);
  });

  it("names the hosts on the steps where there are two, with or without a health check", () => {
    const twoHosts = [aStep(), aStep({ id: "fetch:web-2", host: "web-2" })];
    const one = aRecord({
      state: "running",
      steps: [aStep(), aStep({ id: "health-1", title: { code: "health" } })],
    });

    expect(text(aRecord({ state: "running", steps: twoHosts }))).toContain("Fetch the commit · web-2");
    expect(text(one)).not.toContain("· web-1");
  });

  it("shows the steps around the running one of a long plan, and counts the rest", () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      aStep({
        id: `s${index}`,
        title: { text: `Step ${index}` },
        state: index < 20 ? "succeeded" : index === 20 ? "running" : "pending",
      }),
    );

    const body = text(aRecord({ state: "running", startedAt: 1, steps: many }));

    expect(body).toContain("**Step 20**");
    expect(body).toContain("… 13 more steps");
    expect(body).toContain("… 12 more steps");
    expect(body).toContain("50%");
  });

  it.each([
    [1, "… 1 more step\n"],
    [2, "… 2 more steps\n"],
  ])("counts %i step that is left out in good English", (left, line) => {
    const many = Array.from({ length: 15 + left }, (_, index) => aStep({ id: `s${index}` }));

    expect(text(aRecord({ state: "running", startedAt: 1, steps: many }))).toContain(line);
  });
});

describe("a deployment that somebody stopped at once", () => {
  const by = { userId: "112233445566778899", userName: "Camille" };
  const cancelled = {
    state: "cancelled",
    startedAt: 1,
    endedBy: by,
    cancelRequestedBy: by,
    stopRequestedBy: by,
  } as const;

  it("says that its step was stopped where one was", () => {
    const steps = [aStep({ id: "fetch:web-1", state: "failed" }), aStep({ id: "health", state: "skipped" })];

    expect(text(aRecord({ ...cancelled, steps }))).toContain("Its step was stopped on the host.");
  });

  it("does not say so where its step had come to its end", () => {
    const steps = [
      aStep({ id: "fetch:web-1", state: "succeeded" }),
      aStep({ id: "health", state: "skipped" }),
    ];

    const body = text(aRecord({ ...cancelled, steps }));

    expect(body).not.toContain("Its step was stopped");
    expect(body).toContain("It stopped between two steps.");
  });
});

describe("the state of the hosts", () => {
  const done = (effect: StepRecord["effect"], state: StepRecord["state"], host = "web-1") =>
    aStep({ id: `${effect}:${host}`, host, state, ...(effect && { effect }) });

  it.each([
    ["not changed", [done("files", "skipped"), done("application", "skipped")]],
    [
      "the checkout is on `1234567`; the application was not restarted and may still run `fedcba0`",
      [done("files", "succeeded"), done("application", "skipped")],
    ],
    [
      "now on `1234567`, restarted (was `fedcba0`)",
      [done("files", "succeeded"), done("application", "succeeded")],
    ],
    ["unknown: on `fedcba0` or `1234567`", [done("files", "failed"), done("application", "skipped")]],
    ["unknown: on `fedcba0` or `1234567`", [done("files", "succeeded"), done("application", "failed")]],
  ])("is “%s” when the steps ended so", (words, ended) => {
    const record = failed({ code: "exited", exitCode: 1 }, { steps: ended });

    expect(text(record)).toContain(`**web-1**: ${words}`);
  });

  it("is told for each host", () => {
    const record = failed(
      { code: "exited", exitCode: 1 },
      { steps: [done("application", "succeeded"), done("application", "failed", "web-2")] },
    );

    expect(text(record)).toMatch(/\*\*web-1\*\*: now on .*\n\*\*web-2\*\*: unknown/);
  });

  it.each([
    [
      "the same commit as before",
      { "web-1": sha },
      "on `1234567`, as before; whether the step took effect is unknown",
    ],
    ["a host that was not read", {}, "unknown: on `1234567`, or as it was before"],
  ])("names no commit twice, and none that it does not know, for %s", (_what, before, words) => {
    const steps = [done("files", "succeeded"), done("application", "failed")];

    expect(text(failed({ code: "exited", exitCode: 1 }, { steps, before }))).toContain(`**web-1**: ${words}`);
  });

  it("does not say of a checkout that it is as before because the same release ran before", () => {
    const steps = [done("files", "succeeded"), done("application", "skipped")];

    const body = text(failed({ code: "exited", exitCode: 1 }, { steps, before: { "web-1": sha } }));

    expect(body).toContain(
      "**web-1**: the checkout is on `1234567`, which ran before; the application was not restarted.",
    );
  });

  it("says what an unchanged host runs, wherever its checkout is", () => {
    const steps = [done("files", "skipped"), done("application", "skipped")];

    expect(text(failed({ code: "exited", exitCode: 1 }, { steps }))).toContain(
      "**web-1**: not changed, still runs `fedcba0`.",
    );
  });

  it("keeps whole lines when there are many hosts", () => {
    const hosts = Array.from({ length: 40 }, (_, index) => `${"h".repeat(20)}-${index}`);
    const record = failed(
      { code: "exited", exitCode: 1 },
      { steps: hosts.map((host) => done("files", "failed", host)) },
    );

    const body = show(record);

    expectTakenByDiscord(body);
    for (const shown of textsOf(body)) expectHarmless(shown, ours);
  });
});

const step = fc.record({
  title: fc.oneof(
    hostileText.map((title) => ({ text: title })),
    fc.constantFrom(...steps.map(({ title }) => title)),
  ),
  host: fc.constantFrom("web-1", "web-2", "a-rather-long-name-of-one-host-1"),
  state: fc.constantFrom("pending", "running", "succeeded", "failed", "skipped"),
});

const diskLow = { code: "disk-low", free: 1, minimum: 10, unit: "percent" } as const;

const failure: fc.Arbitrary<Failure> = fc.oneof(
  fc.constantFrom(...failures),
  hostileText.map((reason): Failure => ({ code: "lost", reason })),
  hostileText.map((said): Failure => ({ code: "lost", reason: "", cause: "nonsense", said })),
  hostileText.map((detail): Failure => ({ code: "not-started", host: "web-1", reason: "bad-fence", detail })),
  hostileText.map((reason): Failure => ({ code: "not-started", host: "web-1", reason })),
  hostileText.map((signal): Failure => ({ code: "killed", signal })),
  hostileText.map((message): Failure => ({ code: "internal", message })),
  hostileText.map((reason): Failure => ({ code: "unreachable", host: "web-1", reason })),
  hostileText.map((said): Failure => ({ code: "unreachable", host: "web-1", reason: "auth", said })),
  hostileText.map((said): Failure => ({ code: "not-run", host: "web-1", seconds: 9, said })),
  hostileText.map((seen): Failure => ({ code: "unknown-host-key", host: "web-1", seen, pinned: [] })),
  fc
    .oneof(
      hostileText.map((expected): ProbeReason => ({ code: "text-missing", expected })),
      hostileText.map((detail): ProbeReason => ({ code: "no-answer", detail })),
      hostileText.map((detail): ProbeReason => ({ code: "certificate-invalid", detail })),
      hostileText.map((to): ProbeReason => ({ code: "redirect-refused", to })),
      hostileText.map((signal): ProbeReason => ({ code: "killed", signal })),
      hostileText.map((path): ProbeReason => ({ ...diskLow, path })),
      hostileText.map((text): ProbeReason => ({ code: "host-unreachable", host: text, reason: text })),
      hostileText.map((text): ProbeReason => ({ code: "not-run", host: text, said: text })),
      hostileText.map(
        (text): ProbeReason => ({ code: "json-mismatch", path: text, expected: text, got: text }),
      ),
      hostileText.map(
        (text): ProbeReason => ({
          code: "containers",
          faults: Array(10).fill({ name: text, state: text }),
          more: 1,
        }),
      ),
    )
    .map((reason): Failure => ({ code: "unhealthy", url, attempts: 3, reason })),
);

const hostileRecord = fc
  .record({
    state: fc.constantFrom(...DeploymentState.options),
    steps: fc.array(step, { maxLength: 200 }),
    failure,
    tail: hostileText,
    release: fc.record({ subject: hostileText, author: hostileText, ref: hostileText }),
    origin: fc.oneof(
      fc.constant(aRecord().origin),
      fc.record({ kind: fc.constant("push" as const), branch: hostileText, pusher: hostileText }),
    ),
  })
  .map(({ steps: drawn, release, ...rest }) =>
    aRecord({
      ...rest,
      release: aRelease(release),
      steps: drawn.map((each, index) => aStep({ ...each, id: `step-${index}`, startedAt: 1, finishedAt: 2 })),
      failedStep: "step-0",
      startedAt: 1,
      finishedAt: 1_000,
      supersededBy: 8,
    }),
  );

describe("a hostile deployment", () => {
  it.each(languages)("never breaks the message in %s", (language) => {
    fc.assert(
      fc.property(hostileRecord, (record) => {
        const body = show(record, language, { place: { position: 1 } });
        expectTakenByDiscord(body);
        for (const shown of textsOf(body)) expectHarmless(shown, ours);
      }),
      { numRuns: 150 },
    );
  });

  it("fits also when every text is as long as it can be", () => {
    const long = "[*_`](@everyone)".repeat(625);
    const record = failed(
      { code: "internal", message: long },
      {
        tail: long,
        release: aRelease({ subject: long, author: long, ref: long }),
        origin: { kind: "push", branch: long, pusher: long },
        failedStep: "s100",
        steps: Array.from({ length: 200 }, (_, index) =>
          aStep({
            id: `s${index}`,
            title: { text: long },
            host: `a-rather-long-name-of-host-${index}`,
            state: index < 100 ? "succeeded" : index === 100 ? "failed" : "skipped",
            startedAt: 0,
            finishedAt: 36_000_000,
          }),
        ),
      },
    );

    for (const language of languages) {
      const body = show(record, language);
      expectTakenByDiscord(body);
      for (const shown of textsOf(body)) expectHarmless(shown, ours);
    }
  });
});
