import { describe, expect, it } from "vitest";
import { stats } from "../../../commands/stats.js";
import type { Stats, StatsRequest } from "../../../src/app/look-up-stats.js";
import type { App, Options } from "../../../src/discord/command.js";
import type { Reply } from "../../../src/discord/messages/replies.js";
import { statsChart, statsReply } from "../../../src/discord/messages/stats-reply.js";
import { environmentStats, monthsBack, NOW, noStats, statsOf } from "../charts/sample-charts.js";
import { configWith, environmentInput } from "../deployments/samples.js";
import { expectHarmless, expectTakenByDiscord, textsOf } from "./check-body.js";

const PNG = Buffer.from("a picture");
const MINUTE_MS = 60_000;

function expectGood(reply: Reply): void {
  expectTakenByDiscord({ content: reply.content, ...(reply.embeds && { embeds: [...reply.embeds] }) });
  for (const text of textsOf(reply)) expectHarmless(text, []);
}

/** The lines between the fences of the first environment's table. */
const rowsOf = (reply: Reply) => reply.embeds?.[0]?.fields?.[0]?.value.split("\n").slice(1, -1) ?? [];

function oneMonth(figures: object): Stats {
  const months = [{ month: "2026-06", deployments: 1, ...figures }];
  return statsOf([{ target: { project: "shop", environment: "prod" }, months }]);
}

describe.each(["en", "fr"] as const)("the reply to /stats in %s", (language) => {
  it("is taken by Discord, with many environments and months", () => {
    const many = Array.from({ length: 40 }, (_, index) => environmentStats(`e-${index}`, 12, index));

    const reply = statsReply({ ...statsOf(many), left: 3 }, language, PNG);

    expectGood(reply);
    const shown = reply.embeds?.[0]?.fields?.length ?? 0;
    expect(reply.embeds?.[0]?.footer?.text).toContain(String(43 - shown));
  });

  it("has one line for each month, the newest first, in columns", () => {
    const [head = "", ...rows] = rowsOf(statsReply(statsOf([environmentStats("prod", 6, 1)]), language));

    expect(rows.map((row) => row.slice(0, 7))).toEqual(monthsBack(6).toReversed());
    expect(new Set(rows.map(({ length }) => length))).toEqual(new Set([head.length]));
  });
});

describe("the reply to /stats", () => {
  it.each([
    [{ leadTimeMs: 45_000 }, "45 s"],
    [{ leadTimeMs: 25 * MINUTE_MS }, "25 min"],
    [{ leadTimeMs: 200 * MINUTE_MS }, "3.3 h"],
    [{ leadTimeMs: 4 * 24 * 60 * MINUTE_MS }, "4 d"],
    [{ changeFailureRate: 0.125 }, "13%"],
    [{ timeToRestoreMs: 0 }, "0 s"],
  ])("writes %o as %s", (figures, text) => {
    expect(rowsOf(statsReply(oneMonth(figures), "en"))[1]).toContain(text);
  });

  it("tells what is not known from zero", () => {
    expect(rowsOf(statsReply(statsOf([noStats("prod", 1)]), "en"))[1]).toMatch(/^2026-06 +0 +– +– +–$/);
  });

  it("carries the picture and shows it", () => {
    const reply = statsReply(oneMonth({}), "en", PNG);

    expect(reply.files).toEqual([{ name: "stats.png", data: PNG }]);
    expect(reply.embeds?.[0]?.image?.url).toBe("attachment://stats.png");
  });

  it("says it in words alone where there is no picture", () => {
    const reply = statsReply(oneMonth({}), "en");

    expect(reply).not.toHaveProperty("files");
    expect(reply.embeds?.[0]).not.toHaveProperty("image");
  });

  it("says from when on it counts", () => {
    const [environment] = oneMonth({}).environments;
    const counted = environment ? [{ ...environment, countedSince: 1_700_000_000_000 }] : [];

    expect(statsReply(statsOf(counted), "en").embeds?.[0]?.description).toContain("<t:1700000000:R>");
  });
});

describe("the picture of /stats", () => {
  const titleOf = (...targets: readonly { project: string; environment: string }[]) => {
    const all = targets.map((target) => ({ ...noStats("x", 2), target }));
    const { title, environments } = statsChart(statsOf(all), { timeZone: "UTC" }, "en");
    return [title, ...environments.map(({ name }) => name)];
  };

  it("names projects only where there are several", () => {
    const uat = { project: "shop", environment: "uat" };
    const prod = { project: "shop", environment: "prod" };
    const blog = { project: "blog", environment: "prod" };

    expect(titleOf(uat)).toEqual(["shop / uat", "uat"]);
    expect(titleOf(uat, prod)).toEqual(["shop", "uat", "prod"]);
    expect(titleOf(uat, blog)).toEqual(["How deployments go", "shop / uat", "blog / prod"]);
  });

  it("shows the day and the months by the configured clocks", () => {
    const late = { ...statsOf([noStats("uat", 1)]), at: Date.UTC(2026, 5, 30, 23, 30) };

    expect(statsChart(late, { timeZone: "Europe/Paris" }, "en").subtitle).toContain("Jul 1, 2026");
  });

  it("shows no more environments than can be told apart", () => {
    const many = Array.from({ length: 9 }, (_, index) => noStats(`e-${index}`, 1));

    expect(statsChart(statsOf(many), { timeZone: "UTC" }, "en").environments).toHaveLength(5);
    expect(statsReply(statsOf(many), "en", PNG).embeds?.[0]?.footer?.text).toContain("first five");
  });
});

describe("/stats", () => {
  const config = configWith({ uat: environmentInput() });

  async function type(typed: Readonly<Record<string, string | number>>, outcome: object) {
    const asked: StatsRequest[] = [];
    const options: Options = {
      text: (name) => (typeof typed[name] === "string" ? typed[name] : undefined),
      requiredText: () => "",
      integer: (name) => (typeof typed[name] === "number" ? typed[name] : undefined),
      flag: () => false,
    };
    const app = {
      config,
      stats: async (request: StatsRequest) => {
        asked.push(request);
        return outcome;
      },
      draw: async () => PNG,
    } as unknown as App;
    const person = { id: "112233445566778899", name: "ada", roles: [] };
    return { asked, reply: await stats.execute({ id: "1", person, language: "en", options }, app) };
  }

  it("asks for six months of everything where nothing was typed", async () => {
    const { asked, reply } = await type({}, { kind: "found", stats: { ...oneMonth({}), at: NOW } });

    expect(asked).toEqual([{ months: 6 }]);
    expect(reply.files?.[0]?.data).toBe(PNG);
  });

  it("asks with what was typed, and says why it was refused", async () => {
    const refusal = { code: "unknown-environment", environment: "moon", known: ["uat"] };

    const { asked, reply } = await type(
      { environment: "moon", project: "shop", months: 12 },
      { kind: "refused", refusal },
    );

    expect(asked).toEqual([{ environment: "moon", project: "shop", months: 12 }]);
    expect(reply.content).toContain("moon");
  });
});
