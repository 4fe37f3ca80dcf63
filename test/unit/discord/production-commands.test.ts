import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deploy } from "../../../commands/deploy.js";
import { promote } from "../../../commands/promote.js";
import { rollback } from "../../../commands/rollback.js";
import type { App, Command, Invocation, Options } from "../../../src/discord/command.js";
import { suggestRollback } from "../../../src/discord/rollback-suggestions.js";
import { suggestPromotion } from "../../../src/discord/suggestions.js";
import { aRecord, aRelease, configWith, environmentInput, sha, targetOf } from "../deployments/samples.js";
import { aWaitingRecord } from "./approval-samples.js";
import { hostileText } from "./hostile.js";

const config = configWith({
  uat: environmentInput(),
  preprod: environmentInput({ from: "uat" }),
  prod: environmentInput({ from: "preprod" }),
});
const target = targetOf(config, "shop", "prod");
const person = { id: "112233445566778899", name: "alex", roles: ["1"] };
const day = 24 * 3_600_000;
const deployer = { ...person, roles: ["223344556677889900"] };
const reader = { person: deployer, language: "en", now: 1_700_000_000_000 + 2 * day } as const;

function typed(options: Readonly<Record<string, string>>): Options {
  return {
    text: (name) => options[name],
    requiredText: (name) => options[name] ?? "",
    integer: () => undefined,
    flag: () => false,
  };
}

/** An app that remembers what it was asked for, and accepts it. */
function accepting(record = aRecord({ environment: "prod" })) {
  const asked: unknown[] = [];
  const accept = async (request: unknown) => {
    asked.push(request);
    return { kind: "accepted", record, target };
  };
  const app = { config, requestDeployment: accept, promote: accept, rollBack: accept } as unknown as App;
  return { app, asked };
}

async function run(command: Command, options: Readonly<Record<string, string>>, record = aRecord()) {
  const { app, asked } = accepting(record);
  const invocation: Invocation = { id: "99", person, language: "en", options: typed(options) };
  const reply = await command.execute(invocation, app);
  return { asked, content: reply.content };
}

describe("what a command asks for", () => {
  it.each([
    ["/promote", promote, { from: "preprod", to: "prod" }, { from: "preprod", to: "prod" }],
    [
      "/promote in a project",
      promote,
      { from: "preprod", to: "prod", project: "shop" },
      { from: "preprod", to: "prod", project: "shop" },
    ],
    ["/rollback", rollback, { environment: "prod" }, { environment: "prod" }],
    [
      "/rollback to a release",
      rollback,
      { environment: "prod", to: "0123456789abcdef01234567" },
      { environment: "prod", to: "0123456789abcdef01234567" },
    ],
    [
      "/deploy that breaks the glass",
      deploy,
      { environment: "prod", "break-glass": "Shop is down" },
      { environment: "prod", breakGlass: "Shop is down" },
    ],
  ])("is what was typed: %s", async (_what, command, options, request) => {
    const { asked } = await run(command, options);

    expect(asked).toEqual([{ requestId: "99", person, ...request }]);
  });

  it.each([
    ["is on its way", aRecord(), "🚀 Deployment #7"],
    ["waits for its approval", aWaitingRecord(), "🔐 Deployment #7"],
  ])("is answered with whether it %s", async (words, record, start) => {
    const { content } = await run(promote, { from: "preprod", to: "prod" }, record);

    expect(content.startsWith(start)).toBe(true);
    expect(content).toContain(words);
    expect(content).toContain("<#112233445566778800>");
  });
});

describe("the suggestions of /promote", () => {
  const { app } = accepting();

  it.each([
    ["first where something comes from", "from", {}, ["uat", "preprod", "prod"]],
    ["first what comes before the goal", "from", { to: "prod" }, ["preprod", "uat"]],
    ["first what comes after the source", "to", { from: "uat" }, ["preprod", "prod"]],
    ["projects", "project", {}, ["shop"]],
  ])("are %s", async (_what, option, options, expected) => {
    const suggestions = await suggestPromotion(option, "", typed(options), app);

    expect(suggestions.map(({ value }) => value)).toEqual(expected);
  });

  it("hold only what was typed", async () => {
    const suggestions = await suggestPromotion("to", "PROD", typed({ from: "uat" }), app);

    // The environment of exactly that name first.
    expect(suggestions.map(({ value }) => value)).toEqual(["prod", "preprod"]);
  });
});

describe("the suggestions of /rollback", () => {
  const candidate = (subject: string, userName: string, changes: object = {}) => {
    const record = aRecord({
      number: 12,
      state: "succeeded",
      release: aRelease({ subject }),
      origin: { kind: "command", userId: person.id, userName },
      finishedAt: 1_700_000_000_000,
      ...changes,
    });
    return { id: record.id, release: record.release, at: record.finishedAt ?? 0, record };
  };
  const suggestions = (records: readonly object[], text = "", language: "en" | "fr" = "en") =>
    suggestRollback(
      "to",
      text,
      typed({ environment: "prod" }),
      { config, rollbackCandidates: async () => records } as unknown as App,
      { ...reader, language },
    );

  it("are given only to those who may roll back", async () => {
    const app = { config, rollbackCandidates: async () => [candidate("Sell", "Alex")] } as unknown as App;
    const options = typed({ environment: "prod" });

    expect(await suggestRollback("to", "", options, app, { ...reader, person })).toEqual([]);
  });

  it("tell number, commit, subject, person and age", async () => {
    expect(await suggestions([candidate("Sell more shoes", "Alex")])).toEqual([
      { name: "#12 1234567 Sell more shoes · Alex · 2 d ago", value: "0123456789abcdef01234567" },
    ]);
  });

  it.each([
    ["minutes", reader.now - 5 * 60_000, "5 min ago", "il y a 5 min"],
    ["hours", reader.now - 3 * 3_600_000, "3 h ago", "il y a 3 h"],
    ["days", reader.now - 2 * day, "2 d ago", "il y a 2 j"],
  ])("count the age in %s, in the reader's language", async (_unit, finishedAt, english, french) => {
    const records = [candidate("Sell", "Alex", { finishedAt })];
    const names = [...(await suggestions(records)), ...(await suggestions(records, "", "fr"))];

    expect(names.map(({ name }) => name.split(" · ").at(-1))).toEqual([english, french]);
  });

  it.each([
    ["the subject", "SHOES", 1],
    ["the number", "#12", 1],
    ["the whole commit", sha, 1],
    ["nothing of it", "hats", 0],
  ])("are found by %s", async (_what, text, found) => {
    expect(await suggestions([candidate("Sell more shoes", "Alex")], text)).toHaveLength(found);
  });

  it("keep person and age in sight whatever the texts are", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, async (subject, name) => {
        const [suggestion] = await suggestions([candidate(subject, name)]);
        expect(suggestion?.name.length).toBeLessThanOrEqual(100);
        expect(suggestion?.name.endsWith(" · 2 d ago")).toBe(true);
        expect(suggestion?.name).not.toMatch(/[\n\r\u202a-\u202e\u2066-\u2069]/);
      }),
      { numRuns: 50 },
    );
  });
});
