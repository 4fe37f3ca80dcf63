import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { health } from "../../../commands/health.js";
import type { CheckHealth, EnvironmentHealth, HealthRequest } from "../../../src/app/look-up-health.js";
import type { App, Options } from "../../../src/discord/command.js";
import { healthOverviewReply, healthReply } from "../../../src/discord/messages/health-reply.js";
import type { Reply } from "../../../src/discord/messages/replies.js";
import { seriesOf } from "../charts/sample-charts.js";
import { configWith, environmentInput } from "../deployments/samples.js";
import { expectHarmless, expectTakenByDiscord, textsOf } from "./check-body.js";
import { hostileText } from "./hostile.js";

const AT = 1_700_000_000_000;
const PNG = Buffer.from("png");
/** The example of the configuration has a URL of its own. */
const ours: readonly string[] = ["```yaml\nhealth:\n  - url: https://shop.example.com/health\n```"];

const alwaysUp = seriesOf(() => ({ availability: 1 }));
const neverSeen = seriesOf(() => undefined);

function healthOf(
  checks: readonly CheckHealth[],
  changes: Partial<EnvironmentHealth> = {},
): EnvironmentHealth {
  return {
    target: { project: "shop", environment: "prod" },
    checks,
    at: AT,
    series: alwaysUp,
    ...changes,
  };
}

function expectGood(reply: Reply): void {
  expectTakenByDiscord({ content: reply.content, ...(reply.embeds && { embeds: [...reply.embeds] }) });
  for (const text of textsOf(reply)) expectHarmless(text, ours);
}

const textOf = (reply: Reply) => textsOf(reply).join("\n");

const hostileReason = fc.oneof(
  fc.record({ code: fc.constant("text-missing" as const), expected: hostileText }),
  fc.record({ code: fc.constant("no-answer" as const), detail: hostileText }),
  fc.record({
    code: fc.constant("json-mismatch" as const),
    path: hostileText,
    expected: hostileText,
    got: hostileText,
  }),
  fc.record({ code: fc.constant("exited" as const), exitCode: fc.nat(255), said: hostileText }),
  fc.record({ code: fc.constant("killed" as const), signal: hostileText, said: hostileText }),
  fc.record({ code: fc.constant("redirect-refused" as const), to: hostileText }),
  fc.record({ code: fc.constant("host-unreachable" as const), host: hostileText, reason: hostileText }),
  fc.record({ code: fc.constant("not-run" as const), host: hostileText, said: hostileText }),
  fc.record({
    code: fc.constant("containers" as const),
    faults: fc.array(fc.record({ name: hostileText, state: hostileText }), { maxLength: 5 }),
    more: fc.nat(9),
  }),
);

const hostileCheck: fc.Arbitrary<CheckHealth> = fc.record(
  {
    name: hostileText,
    state: fc.constantFrom("up", "down", "unknown"),
    latencyMs: fc.nat(100_000),
    reason: hostileReason,
  },
  { requiredKeys: ["name", "state"] },
);

describe.each(["en", "fr"] as const)("the reply to /health in %s", (language) => {
  it("is harmless, whatever checks are called and say", () => {
    fc.assert(
      fc.property(fc.array(hostileCheck, { maxLength: 80 }), (checks) => {
        expectGood(healthReply(healthOf(checks), language, PNG));
      }),
      { numRuns: 50 },
    );
  });

  it("is harmless with many environments", () => {
    const checks = fc.array(fc.array(hostileCheck, { maxLength: 5 }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(checks, (all) => {
        const environments = all.map((each, index) =>
          healthOf(each, { target: { project: "p".repeat(32), environment: `${index}${"e".repeat(30)}` } }),
        );
        expectGood(healthOverviewReply({ environments, left: 3 }, language));
      }),
      { numRuns: 30 },
    );
  });

  it("shows a line of the table for each of 25 environments with the longest names", () => {
    const environments = Array.from({ length: 25 }, (_, index) =>
      healthOf([], {
        target: { project: "p", environment: `${String(index).padStart(2, "0")}${"e".repeat(30)}` },
      }),
    );

    expect(textOf(healthOverviewReply({ environments, left: 0 }, language)).match(/^\d\d/gm)).toHaveLength(
      25,
    );
  });
});

const web: CheckHealth = { name: "web", state: "up", latencyMs: 120 };
const api: CheckHealth = {
  name: "api",
  state: "down",
  latencyMs: 40,
  reason: { code: "status", expected: 200, got: 500 },
};

describe("the reply to /health", () => {
  it("lists each check with state and latency, those that are down first", () => {
    const [embed] = healthReply(healthOf([web, api]), "en").embeds ?? [];

    expect(embed?.description).toBe(
      "🔴 `api` · down · 40 ms · status 500 instead of 200\n🟢 `web` · up · 120 ms\n\nChecked <t:1700000000:R>.",
    );
    expect(embed?.color).toBe(0xf23f43);
  });

  it("quotes what a check expected so that it can be read", () => {
    const missing: CheckHealth = {
      ...api,
      reason: { code: "text-missing", expected: "[ok] `1`" },
    };

    expect(textOf(healthReply(healthOf([missing]), "en"))).toContain("does not contain `[ok] ˋ1ˋ`");
  });

  it("never rounds up to all of the time, and says what is not known", () => {
    const [day, week, month] = [alwaysUp[0], seriesOf(() => ({ availability: 0.99999 }))[1], neverSeen[2]];
    const series = [day, week, month].flatMap((each) => each ?? []);

    const fields = healthReply(healthOf([web], { series }), "en").embeds?.[0]?.fields ?? [];

    expect(fields.map(({ value }) => value)).toEqual(["100%", "99.99%", "not known yet"]);
  });

  it("carries the picture and shows it", () => {
    const reply = healthReply(healthOf([web]), "en", PNG);

    expect(reply.files).toEqual([{ name: "health.png", data: PNG }]);
    expect(reply.embeds?.[0]?.image?.url).toBe("attachment://health.png");
  });

  it("counts the checks that it leaves out", () => {
    const checks = Array.from({ length: 60 }, (_, index): CheckHealth => ({ ...web, name: `c${index}` }));

    expect(textOf(healthReply(healthOf(checks), "en"))).toContain("10 more checks");
  });

  it("says how to add a check where there is none", () => {
    const text = textOf(healthReply(healthOf([]), "en"));

    expect(text).toContain("No health check is configured here.");
    expect(text).toContain("health:\n  - url: https://");
  });
});

describe("the overview of /health", () => {
  const environment = (name: string, checks: readonly CheckHealth[], changes = {}) =>
    healthOf(checks, { target: { project: "shop", environment: name }, ...changes });
  const tableOf = (reply: Reply) => /```\n([\s\S]*)\n```/.exec(reply.embeds?.[0]?.description ?? "")?.[1];

  it("is a table with the slowest latency, or the state, and the uptime", () => {
    const slow: CheckHealth = { name: "tcp://db:5432", state: "up", latencyMs: 1_240 };
    const unknown: CheckHealth = { name: "web", state: "unknown" };
    const environments = [
      environment("uat", [web, slow]),
      environment("preprod", [unknown], { series: neverSeen }),
      environment("prod", [web, api]),
      environment("docs", []),
    ];

    expect(tableOf(healthOverviewReply({ environments, left: 0 }, "en"))?.split("\n")).toEqual([
      "Environment      Now 24 h  7 d 30 d",
      "uat            1.2 s 100% 100% 100%",
      "preprod      unknown    –    –    –",
      "prod            down 100% 100% 100%",
      "docs        no check 100% 100% 100%",
    ]);
  });

  it("says above it what is down, and why", () => {
    const environments = [environment("uat", [web]), environment("prod", [web, api])];

    const [embed] = healthOverviewReply({ environments, left: 0 }, "en").embeds ?? [];

    expect(embed?.color).toBe(0xf23f43);
    expect(embed?.description?.split("\n")[0]).toBe("🔴 **shop / prod** · `api` · status 500 instead of 200");
  });

  it("is not grey because one environment has no checks", () => {
    const environments = [environment("uat", [web]), environment("docs", [])];

    expect(healthOverviewReply({ environments, left: 0 }, "en").embeds?.[0]?.color).toBe(0x23a55a);
  });

  it("names the project too where there are several", () => {
    const environments = [
      environment("uat", [web]),
      healthOf([web], { target: { project: "site", environment: "uat" } }),
    ];

    expect(tableOf(healthOverviewReply({ environments, left: 0 }, "en"))).toContain("site / uat");
  });

  it("counts the environments that it leaves out", () => {
    const reply = healthOverviewReply({ environments: [environment("uat", [web])], left: 5 }, "en");

    expect(reply.embeds?.[0]?.footer?.text).toContain("5 more");
  });
});

describe("/health", () => {
  const config = configWith({ prod: environmentInput() });

  async function type(typed: Readonly<Record<string, string>>, outcome: object) {
    const asked: HealthRequest[] = [];
    const options: Options = {
      text: (name) => typed[name],
      requiredText: () => "",
      integer: () => undefined,
      flag: () => false,
    };
    const app = {
      config,
      health: async (request: HealthRequest) => {
        asked.push(request);
        return outcome;
      },
      draw: async () => PNG,
    } as unknown as App;
    const person = { id: "112233445566778899", name: "ada", roles: [] };
    return { asked, reply: await health.execute({ id: "1", person, language: "en", options }, app) };
  }

  it("asks for everything where nothing was typed, and draws nothing", async () => {
    const overview = { environments: [healthOf([web])], left: 0 };

    const { asked, reply } = await type({}, { kind: "overview", overview });

    expect(asked).toEqual([{}]);
    expect(reply.files).toBeUndefined();
  });

  it("asks for what was typed, and draws how it was", async () => {
    const { asked, reply } = await type(
      { environment: "prod", project: "shop" },
      { kind: "one", health: healthOf([web]) },
    );

    expect(asked).toEqual([{ environment: "prod", project: "shop" }]);
    expect(reply.files?.[0]?.data).toBe(PNG);
  });

  it("draws nothing where nothing is known yet", async () => {
    const { reply } = await type(
      { environment: "prod" },
      { kind: "one", health: healthOf([web], { series: neverSeen }) },
    );

    expect(reply.files).toBeUndefined();
  });

  it("says why it was refused", async () => {
    const refusal = { code: "unknown-environment", environment: "moon", known: ["prod"] };

    const { reply } = await type({ environment: "moon" }, { kind: "refused", refusal });

    expect(reply.content).toContain("moon");
  });
});
