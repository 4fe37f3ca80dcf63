import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CheckView,
  type HealthView,
  healthOverviewReply,
  healthReply,
} from "../../../src/discord/messages/health-reply.js";
import type { Reply } from "../../../src/discord/messages/replies.js";
import { expectHarmless, expectTakenByDiscord, textsOf } from "./check-body.js";
import { hostileText } from "./hostile.js";

const AT = 1_700_000_000_000;
const ours: readonly string[] = [];

function aView(checks: readonly CheckView[], changes: Partial<HealthView> = {}): HealthView {
  const uptime = { "24h": 100, "7d": 99.999, "30d": undefined };
  return { target: { project: "shop", environment: "prod" }, checks, uptime, at: AT, ...changes };
}

function expectGood(reply: Reply): void {
  expectTakenByDiscord({ content: reply.content, ...(reply.embeds && { embeds: [...reply.embeds] }) });
  for (const text of textsOf(reply)) expectHarmless(text, ours);
}

const textOf = (reply: Reply) => textsOf(reply).join("\n");

const hostileCheck: fc.Arbitrary<CheckView> = fc.record(
  {
    name: hostileText,
    state: fc.constantFrom("up", "down", "unknown"),
    latencyMs: fc.nat(100_000),
    reason: hostileText,
  },
  { requiredKeys: ["name", "state"] },
);

describe.each(["en", "fr"] as const)("the reply to /health in %s", (language) => {
  it("is harmless, whatever checks are called and say", () => {
    fc.assert(
      fc.property(fc.array(hostileCheck, { maxLength: 80 }), (checks) => {
        expectGood(healthReply(aView(checks), language, Buffer.from("png")));
      }),
      { numRuns: 50 },
    );
  });

  it("is harmless with many environments", () => {
    const views = fc.array(fc.array(hostileCheck, { maxLength: 5 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(views, (all) => {
        expectGood(
          healthOverviewReply(
            all.map((checks) => aView(checks)),
            language,
          ),
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe("the reply to /health", () => {
  const web: CheckView = { name: "web", state: "up", latencyMs: 120 };
  const api: CheckView = { name: "api", state: "down", latencyMs: 40, reason: "status 500 instead of 200" };

  it("lists each check with state and latency, those that are down first", () => {
    const [embed] = healthReply(aView([web, api]), "en").embeds ?? [];

    expect(embed?.description).toBe(
      "🔴 **api** · down · 40 ms · status 500 instead of 200\n🟢 **web** · up · 120 ms\n\nChecked <t:1700000000:R>.",
    );
    expect(embed?.color).toBe(0xf23f43);
  });

  it("never rounds up to all of the time, and says what is not known", () => {
    const fields = healthReply(aView([web]), "en").embeds?.[0]?.fields ?? [];

    expect(fields.map(({ value }) => value)).toEqual(["100%", "99.99%", "not known yet"]);
  });

  it("carries the picture and shows it", () => {
    const picture = Buffer.from("png");

    const reply = healthReply(aView([web]), "en", picture);

    expect(reply.files).toEqual([{ name: "health.png", data: picture }]);
    expect(reply.embeds?.[0]?.image?.url).toBe("attachment://health.png");
  });

  it("counts the checks that it leaves out", () => {
    const checks = Array.from({ length: 60 }, (_, index): CheckView => ({ ...web, name: `c${index}` }));

    expect(textOf(healthReply(aView(checks), "en"))).toContain("10 more checks");
  });

  it("says so where nothing is checked", () => {
    expect(textOf(healthReply(aView([]), "en"))).toContain("No health check is configured here.");
  });
});

describe("the overview of /health", () => {
  const up: CheckView = { name: "web", state: "up", latencyMs: 120 };

  it("is as bad as the worst environment and names what is down", () => {
    const views = [aView([up]), aView([up, { name: "api", state: "down" }])];

    const [embed] = healthOverviewReply(views, "en").embeds ?? [];

    expect(embed?.color).toBe(0xf23f43);
    expect(embed?.fields?.map(({ name }) => name)).toEqual(["🟢 shop / prod", "🔴 shop / prod"]);
    expect(embed?.fields?.[1]?.value).toContain("🔴 api");
  });

  it("counts the environments that it leaves out", () => {
    const views = Array.from({ length: 30 }, () => aView([up]));

    expect(healthOverviewReply(views, "en").embeds?.[0]?.footer?.text).toContain("5 more");
  });
});
