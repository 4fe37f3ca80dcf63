import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditPage, KeptEntry } from "../../../src/audit/audit-log.js";
import { auditRefusalReply, auditReply } from "../../../src/discord/messages/audit-reply.js";
import type { Reply } from "../../../src/discord/messages/replies.js";
import { sha } from "../deployments/samples.js";
import { expectHarmless, expectTakenByDiscord, textsOf } from "../discord/check-body.js";
import { hostileText } from "../discord/hostile.js";

const languages = ["en", "fr"] as const;
const ada = { kind: "person", userId: "112233445566778899", userName: "ada" } as const;
const target = { project: "shop", environment: "prod" };
const at = 1_700_000_000_000;

function kept(changes: Partial<KeptEntry> = {}): KeptEntry {
  return {
    action: "request",
    actor: ada,
    source: "discord",
    target,
    sequence: 1,
    at,
    id: "0".repeat(32),
    hash: "0".repeat(64),
    ...changes,
  };
}

function pageOf(entries: readonly KeptEntry[], changes: Partial<AuditPage> = {}): AuditPage {
  return { entries, total: entries.length, unreadable: 0, waiting: 0, ...changes };
}

function expectGood(reply: Reply): void {
  expectTakenByDiscord({ content: reply.content, ...(reply.embeds && { embeds: [...reply.embeds] }) });
  for (const text of textsOf(reply)) expectHarmless(text, ["<@112233445566778899>", "<@&22>"]);
}

const embedOf = (reply: Reply) => reply.embeds?.[0];

describe.each(languages)("the reply to /audit in %s", (language) => {
  const hostileEntry = fc
    .record({ login: hostileText, name: hostileText, value: hostileText, environment: hostileText })
    .map(({ login, name, value, environment }) =>
      kept({
        actor: { kind: "github", login },
        target: { project: "shop", environment },
        details: { [name]: value, reason: value, count: 3, forced: true },
      }),
    );

  it("is harmless whatever was written down, and complete lines only", () => {
    fc.assert(
      fc.property(fc.array(hostileEntry, { maxLength: 25 }), (entries) => {
        const reply = auditReply(pageOf(entries), language, { steps: true });
        expectGood(reply);
        const shown = Number(/\d+/.exec(embedOf(reply)?.footer?.text ?? "")?.[0]);
        expect(embedOf(reply)?.description?.match(/<t:1700000000:R>/g) ?? []).toHaveLength(shown);
      }),
      { numRuns: 50 },
    );
  });

  it("says of every action who did it", () => {
    const actions = [
      ...["request", "refusal", "approval", "approval-refused", "cancel"],
      ...["lock", "unlock", "freeze", "unfreeze", "break-glass", "logs"],
    ] as KeptEntry["action"][];

    const reply = auditReply(pageOf(actions.map((action) => kept({ action }))), language, { steps: true });

    const lines = embedOf(reply)?.description?.split("\n") ?? [];
    expect(lines.filter((line) => line.includes("<@112233445566778899>"))).toHaveLength(actions.length);
    expect(new Set(lines).size).toBe(actions.length);
  });

  it("says so when there is nothing", () => {
    expectGood(auditReply(pageOf([]), language, { steps: true }));
    expect(embedOf(auditReply(pageOf([]), language, { steps: true }))?.description).not.toBe("");
  });

  it("carries the export beside the entries", () => {
    const exported = { data: Buffer.from("x\n"), complete: false };

    const reply = auditReply(pageOf([kept()]), language, { steps: true, exported });

    expectGood(reply);
    expect(reply.content).toContain("slipway audit verify --file");
    expect(reply.files).toEqual([{ name: "slipway-audit.jsonl", data: exported.data }]);
  });

  it.each(["read", "export"] as const)("names the roles that may %s", (purpose) => {
    const reply = auditRefusalReply(purpose, ["22"], language);

    expectGood(reply);
    expect(reply.content).toContain("<@&22>");
  });

  it("names another way to export where no role may", () => {
    expect(auditRefusalReply("export", [], language).content).toContain("slipway audit export");
  });
});

describe("an entry", () => {
  const lineOf = (changes: Partial<KeptEntry>, language: "en" | "fr" = "en") =>
    embedOf(auditReply(pageOf([kept(changes)]), language, { steps: true }))?.description;

  it("is one line of who, what, where, when, from where and the facts", () => {
    const details = { sha, ref: "main", until: at, missing: 1, own: "x" };

    expect(lineOf({ action: "approval", deployment: 12, details })).toBe(
      "✅ <@112233445566778899> approved · **#12** · shop / prod · <t:1700000000:R> · Discord" +
        " · commit `1234567` · ref `main` · until <t:1700000000:R> · missing `1` · own `x`",
    );
  });

  it("is told in French to those who read French", () => {
    expect(lineOf({ source: "schedule", actor: { kind: "slipway" }, details: { reason: "x" } }, "fr")).toBe(
      "🙋 Slipway a demandé un déploiement · shop / prod · <t:1700000000:R> · planification · motif `x`",
    );
  });
});

describe("the footer", () => {
  it("counts what is not shown and what cannot be read", () => {
    const reply = auditReply(pageOf([kept(), kept()], { total: 250, unreadable: 1 }), "en", { steps: true });

    expect(embedOf(reply)?.footer?.text).toMatch(/^2 of 250 entries · 1 entry is not readable/);
  });

  it("says how to come to the next page, and that steps are left out", () => {
    const page = pageOf([kept({ sequence: 41 })], { total: 250, olderThan: 41 });

    const text = embedOf(auditReply(page, "en", { steps: false }))?.footer?.text;

    expect(text).toBe(
      "1 of 250 entries · older entries: before:41 · without the ends of steps (steps:True shows them)",
    );
  });

  it("goes on where one message had no room for the rest", () => {
    const details = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, "x".repeat(200)]));
    const entries = Array.from({ length: 25 }, (_, index) => kept({ sequence: 100 - index, details }));

    const reply = auditReply(pageOf(entries, { total: 300, olderThan: 76 }), "en", { steps: true });

    const text = embedOf(reply)?.footer?.text ?? "";
    const shown = Number.parseInt(text, 10);
    expect(shown).toBeLessThan(25);
    expect(text).toContain(`before:${101 - shown}`);
  });

  it("says that entries wait for a Redis that takes no changes", () => {
    const reply = auditReply(pageOf([kept()], { waiting: 2 }), "en", { steps: true });

    expect(embedOf(reply)?.footer?.text).toContain("2 more entries are not in the log yet");
  });
});
