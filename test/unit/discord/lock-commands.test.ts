import { describe, expect, it } from "vitest";
import { freeze } from "../../../commands/freeze.js";
import { lock } from "../../../commands/lock.js";
import { locks } from "../../../commands/locks.js";
import { unfreeze } from "../../../commands/unfreeze.js";
import { unlock } from "../../../commands/unlock.js";
import type { App, Command, Options } from "../../../src/discord/command.js";
import { configWith, environmentInput } from "../deployments/samples.js";

const person = { id: "112233445566778899", name: "ada", roles: [] };
const reader = { person, language: "en", now: 0 } as const;
const config = configWith({ uat: environmentInput(), prod: environmentInput() });

function typed(options: Readonly<Record<string, string>>): Options {
  return {
    text: (name) => options[name],
    requiredText: (name) => options[name] ?? "",
    integer: () => undefined,
    flag: () => false,
  };
}

/** Types a command; answers what the use case was asked for, and what was replied. */
async function type(command: Command, options: Readonly<Record<string, string>>) {
  const asked: unknown[] = [];
  const refuse = (use: string) => async (request: unknown) => {
    asked.push([use, request]);
    return { kind: "refused", refusal: { code: "unknown-project", project: "x", known: [] } };
  };
  const app = {
    config,
    lock: refuse("lock"),
    freeze: refuse("freeze"),
    unlock: refuse("unlock"),
    unfreeze: refuse("unfreeze"),
    locks: async () => ({ locks: [], freezes: [] }),
  } as unknown as App;
  const { content } = await command.execute(
    { id: "1", person, language: "en", options: typed(options) },
    app,
  );
  return { asked, content };
}

describe("/lock", () => {
  it("asks with what was typed", async () => {
    const options = { environment: "uat", project: "shop", reason: "migration", for: "2h" };

    const { asked } = await type(lock, options);

    const request = { person, environment: "uat", project: "shop", reason: "migration", forSeconds: 7200 };
    expect(asked).toEqual([["lock", request]]);
  });

  it("leaves the span to the default and says that no reason was given", async () => {
    const { asked } = await type(lock, { environment: "all" });

    expect(asked).toEqual([["lock", { person, environment: "all", reason: "no reason given" }]]);
  });
});

describe("/freeze", () => {
  it("asks with what was typed", async () => {
    const { asked } = await type(freeze, { environment: "prod", reason: "stop the line" });

    expect(asked).toEqual([["freeze", { person, environment: "prod", reason: "stop the line" }]]);
  });
});

describe.each([
  ["lock", lock],
  ["freeze", freeze],
])("the span of /%s", (_name, command) => {
  it.each([
    ["1m", 60],
    ["30m", 1_800],
    ["2h", 7_200],
    ["1d", 86_400],
    ["31d", 2_678_400],
    [" 2H ", 7_200],
  ])("%j is %i seconds", async (span, forSeconds) => {
    const { asked } = await type(command, { environment: "uat", reason: "x", for: span });

    expect(asked).toMatchObject([[expect.anything(), { forSeconds }]]);
  });

  it.each(["", "2", "h", "0m", "30s", "1w", "1.5h", "-1h", "1h30m", "2 h", "32d", "99999d", "1e3m"])(
    "%j is refused with the right form, and nothing is asked",
    async (span) => {
      const { asked, content } = await type(command, { environment: "uat", reason: "x", for: span });

      expect(asked).toEqual([]);
      expect(content).toContain("`30m`, `2h`, `1d`");
    },
  );
});

describe("/unlock and /unfreeze", () => {
  it.each([
    ["unlock", unlock],
    ["unfreeze", unfreeze],
  ])("%s asks with what was typed", async (name, command) => {
    const { asked } = await type(command, { environment: "all", project: "shop" });

    expect(asked).toEqual([[name, { person, environment: "all", project: "shop" }]]);
  });
});

describe("/locks", () => {
  it("replies also when there is nothing", async () => {
    expect((await type(locks, {})).content).toContain("Nothing is locked");
  });
});

describe("the suggestions for an environment", () => {
  it.each([
    ["", ["uat", "prod", "all"]],
    ["A", ["uat", "all"]],
    ["al", ["all"]],
    ["pr", ["prod"]],
  ])("after %j", async (text, expected) => {
    const suggestions = await lock.suggest?.("environment", text, typed({}), { config } as App, reader);

    expect(suggestions?.map(({ value }) => value)).toEqual(expected);
  });

  it("are projects for the project", async () => {
    const options = typed({ environment: "all" });

    const suggestions = await lock.suggest?.("project", "", options, { config } as App, reader);

    expect(suggestions?.map(({ value }) => value)).toEqual(["shop"]);
  });
});
