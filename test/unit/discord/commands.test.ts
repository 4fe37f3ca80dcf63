import { ApplicationCommandUpdateRequestSchema } from "discord-api-spec/zod";
import { describe, expect, it } from "vitest";
import { commands } from "../../../commands/index.js";
import type { App, Options } from "../../../src/discord/command.js";
import { suggestTarget } from "../../../src/discord/suggestions.js";
import { configWith, environmentInput } from "../deployments/samples.js";

const definitions = commands.map(({ definition }) => definition);

describe.each(definitions)("the definition of /$name", (definition) => {
  it("has the shape that Discord takes", () => {
    expect(ApplicationCommandUpdateRequestSchema.safeParse(definition).error).toBeUndefined();
  });

  it("says everything in French too", () => {
    const described = [definition, ...(definition.options ?? [])];

    expect(described.filter((each) => each.description_localizations?.fr === undefined)).toEqual([]);
  });

  it("keeps names and descriptions within Discord's limits", () => {
    for (const each of [definition, ...(definition.options ?? [])]) {
      expect(each.name).toMatch(/^[-_\p{Ll}\p{Lo}\p{N}]{1,32}$/u);
      expect(each.name_localizations?.fr ?? each.name).toMatch(/^[-_\p{Ll}\p{Lo}\p{N}]{1,32}$/u);
      expect(each.description.length).toBeLessThanOrEqual(100);
      expect(each.description_localizations?.fr?.length ?? 1).toBeLessThanOrEqual(100);
    }
  });

  it("asks for required options first", () => {
    const required = (definition.options ?? []).map((option) => option.required === true);

    expect(required).toEqual([...required].sort((a, b) => Number(b) - Number(a)));
  });
});

describe("the suggestions", () => {
  const config = configWith(
    {},
    {
      projects: {
        shop: {
          repository: "acme/shop",
          environments: { uat: environmentInput(), prod: environmentInput() },
        },
        site: { repository: "acme/site", environments: { uat: environmentInput({ ref: "develop" }) } },
      },
    },
  );
  const asked: unknown[] = [];
  const app = {
    config,
    suggestRefs: async (...args: readonly unknown[]) => {
      asked.push(args);
      return [
        { ref: "main", kind: "branch" },
        { ref: `long/${"x".repeat(100)}`, kind: "branch" },
        { ref: "a\u202eb", kind: "tag" },
        { ref: "1".repeat(40), kind: "commit", subject: `Fix\u0000 ${"y".repeat(200)}` },
      ];
    },
  } as unknown as App;

  function typed(options: Readonly<Record<string, string>>): Options {
    return {
      text: (name) => options[name],
      requiredText: (name) => options[name] ?? "",
      integer: () => undefined,
      flag: () => false,
    };
  }
  const person = { id: "112233445566778899", name: "ada", roles: ["223344556677889900"] };
  const reader = { person, language: "en", now: 0 } as const;
  const values = async (option: string, text: string, options: Options, of: App) =>
    (await suggestTarget(option, text, options, of, reader)).map(({ value }) => value);

  it.each([
    ["environments by what was typed", "environment", "PRO", {}, ["prod"]],
    ["environments of the chosen project", "environment", "", { project: "site" }, ["uat"]],
    ["projects that have the environment", "project", "", { environment: "prod" }, ["shop"]],
    ["every project while the environment is not known yet", "project", "s", {}, ["shop", "site"]],
    ["nothing for an option that it does not know", "count", "1", {}, []],
    ["no refs while it is open which project is meant", "ref", "", { environment: "uat" }, []],
  ])("are %s", async (_what, option, text, options, expected) => {
    expect(await values(option, text, typed(options), app)).toEqual(expected);
  });

  it("have the name itself first, then what it begins, whatever spaces surround it", async () => {
    const names = [...Array.from({ length: 30 }, (_, index) => `pre-shop-${index}`), "shop-admin", "shop"];
    const projects = Object.fromEntries(names.map((name) => [name, app.config.projects["shop"]]));
    const many = { ...app, config: { ...app.config, projects } } as unknown as App;

    expect((await values("project", " Shop ", typed({}), many)).slice(0, 3)).toEqual([
      "shop",
      "shop-admin",
      "pre-shop-0",
    ]);
  });

  it.each([
    ["project", {}],
    ["project", { environment: "uat" }],
    ["environment", {}],
  ])("of the option %s look at each project once (%o)", async (option, options) => {
    let looks = 0;
    const shop = new Proxy(app.config.projects["shop"] ?? {}, {
      get(target, name) {
        if (name === "environments") looks++;
        return Reflect.get(target, name);
      },
    });
    const projects = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`shop-${index}`, shop]));
    const many = { ...app, config: { ...app.config, projects } } as unknown as App;

    await values(option, "shop-7", typed(options), many);

    expect(looks).toBeLessThanOrEqual(400);
  });

  it("are no refs, and ask GitHub nothing, for a person who may not deploy there", async () => {
    const options = typed({ environment: "uat", project: "site" });
    const stranger = { ...person, roles: ["1"] };
    asked.length = 0;

    const suggestions = await suggestTarget("ref", "m", options, app, { ...reader, person: stranger });

    expect({ suggestions, asked }).toEqual({ suggestions: [], asked: [] });
  });

  it("are refs of the project's repository that Discord can carry", async () => {
    const options = typed({ environment: "uat", project: "site" });

    const suggestions = await suggestTarget("ref", "m", options, app, reader);

    expect(asked).toEqual([["acme/site", "develop", "m"]]);
    expect(suggestions.map(({ value }) => value)).toEqual(["main", "a\u202eb", "1".repeat(40)]);
    expect(suggestions.every(({ name }) => name.length <= 100 && !/[\u202e\0]/.test(name))).toBe(true);
  });
});
