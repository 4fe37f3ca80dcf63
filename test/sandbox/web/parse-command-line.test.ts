import { type APIApplicationCommand, ApplicationCommandOptionType as Type } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";
import { parseCommandLine } from "../../../sandbox/web/common/parse-command-line.js";
import { describeProblem, readOptions } from "../../../sandbox/web/common/read-options.js";
import { slashCommands } from "../../../sandbox/web/common/slash-command.js";
import { accept, suggest } from "../../../sandbox/web/common/suggest.js";

const registered = [
  {
    type: 1,
    name: "deploy",
    description: "Deploy",
    options: [
      { type: Type.String, name: "environment", description: "Where", required: true, autocomplete: true },
      { type: Type.String, name: "project", description: "What", autocomplete: true },
      { type: Type.String, name: "ref", description: "Which", autocomplete: true },
    ],
  },
  {
    type: 1,
    name: "lock",
    description: "Lock",
    options: [
      {
        type: Type.Subcommand,
        name: "set",
        description: "Take the lock",
        options: [
          {
            type: Type.String,
            name: "environment",
            description: "Where",
            required: true,
            choices: [{ name: "Acceptance", value: "uat" }],
          },
          { type: Type.String, name: "reason", description: "Why" },
          { type: Type.Boolean, name: "silent", description: "Quietly" },
          { type: Type.Integer, name: "hours", description: "How long" },
        ],
      },
    ],
  },
  { type: 1, name: "status", description: "State", name_localizations: { fr: "état" } },
] as unknown as readonly APIApplicationCommand[];
const nobody = { people: [], roles: [], channels: [] };
const commands = slashCommands(registered, "fr", nobody);

function read(line: string): { name: string; options: unknown; problems: readonly string[] } {
  const parsed = parseCommandLine(line, commands);
  if (parsed.kind !== "command") throw new Error(`${line} is not a command`);
  const { options, problems } = readOptions(parsed.command, parsed.values, new Map());
  return { name: parsed.command.name, options, problems: problems.map(describeProblem) };
}

describe("a command line", () => {
  it.each([
    ["by position", "/deploy uat", { environment: "uat" }],
    ["by position in order", "/deploy uat shop main", { environment: "uat", project: "shop", ref: "main" }],
    ["by name", "/deploy environment:uat ref:main", { environment: "uat", ref: "main" }],
    ["by name with a space", "/deploy uat ref: main", { environment: "uat", ref: "main" }],
    ["around a name", "/deploy project:shop uat main", { environment: "uat", project: "shop", ref: "main" }],
    ["in quotes", '/deploy uat ref:"a \\"b\\""', { environment: "uat", ref: 'a "b"' }],
    [
      "with a colon that names nothing",
      "/deploy uat shop feature:x",
      { environment: "uat", project: "shop", ref: "feature:x" },
    ],
    ["empty by name", "/deploy uat ref: project:shop", { environment: "uat", project: "shop" }],
  ])("takes values %s", (_how, line, options) => {
    expect(read(line)).toEqual({ name: "deploy", options, problems: [] });
  });

  it("takes a subcommand with a choice by name, free text and other types", () => {
    const line = "/lock set acceptance reason: fixing the database silent:true hours:2";

    expect(read(line)).toEqual({
      name: "lock set",
      options: { environment: "uat", reason: "fixing the database", silent: true, hours: 2 },
      problems: [],
    });
  });

  it("takes the name of a command in the person's language", () => {
    expect(read("/état").name).toBe("status");
  });

  it.each([
    ["/deploy", "The option “environment” is required. Specify a value."],
    ["/deploy a b c d", "“d” does not belong to any option of this command."],
    ["/deploy environment:uat environment:prod", "The option “environment” was given twice."],
    ["/lock set prod", "“prod” is not one of the choices for “environment”."],
    ["/lock set uat hours:two", "“two” is not a valid number for “hours”."],
  ])("refuses %s", (line, problem) => {
    expect(read(line).problems).toEqual([problem]);
  });
});

describe("suggestions", () => {
  const at = (text: string) => ({ text, caret: text.length });

  it("lists every command after the slash", () => {
    const names = suggest(at("/"), commands).suggestions.map(
      (one) => one.kind === "command" && one.command.label,
    );

    expect(names).toEqual(["deploy", "lock set", "état"]);
  });

  it("goes on to the first required option when a command is taken", () => {
    const help = suggest(at("/dep"), commands);
    const first = help.suggestions[0];
    if (first === undefined) throw new Error("nothing was suggested");

    expect(accept(at("/dep"), help, first)).toEqual({ text: "/deploy environment:", caret: 20 });
  });

  it("asks the bot for the option that the caret is in", () => {
    expect(suggest(at("/deploy uat ref:ma"), commands).askKey).toBe("deploy ref ma");
  });

  it("offers the optional options by name once the required ones are given", () => {
    const { suggestions } = suggest(at("/deploy uat "), commands);

    expect(suggestions.map((one) => one.kind === "option" && one.option.name)).toEqual(["project", "ref"]);
  });

  it("puts a choice with a space into the line so that it is read back whole", () => {
    const typing = {
      ...at("/deploy x"),
      offered: { key: "deploy environment x", choices: [{ name: "User tests", value: "uat" }] },
    };
    const help = suggest(typing, commands);
    const first = help.suggestions[0];
    if (first === undefined) throw new Error("nothing was suggested");

    const accepted = accept(typing, help, first);

    expect(accepted.text).toBe('/deploy environment:"User tests" ');
    const line = parseCommandLine(accepted.text, commands);
    expect(line.kind === "command" && line.values.map(({ text }) => text)).toEqual(["User tests"]);
  });
});
