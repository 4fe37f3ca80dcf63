import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { configurationFiles } from "../../../scripts/write-configuration-docs.js";
import { configJsonSchema } from "../../../src/config/json-schema.js";
import { edit, exampleText } from "./example.js";

const ajv = new Ajv2020({ strictTuples: false });
addFormats.default(ajv);
const accepts = ajv.compile(configJsonSchema());

describe("a generated file", () => {
  it.each(Object.entries(configurationFiles()))("%s is what the schema gives now", (file, content) => {
    const committed = readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");

    expect(committed).toBe(content);
  });

  it("describes every key", () => {
    const page = configurationFiles()["docs/configuration.md"] ?? "";

    expect(page.split("\n").filter((line) => line.endsWith("|  |"))).toEqual([]);
  });

  it("links only to sections that it has", () => {
    const page = configurationFiles()["docs/configuration.md"] ?? "";
    const anchors = page
      .split("\n")
      .filter((line) => line.startsWith("## "))
      .map((line) =>
        line
          .slice(3)
          .toLowerCase()
          .replaceAll(/[^a-z ]/g, "")
          .replaceAll(" ", "-"),
      );

    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map((link) => link[1]);

    expect(links.filter((link) => link === undefined || !anchors.includes(link))).toEqual([]);
  });
});

describe("the JSON Schema", () => {
  it("accepts the example, whose first line names it", () => {
    expect(exampleText.startsWith("# yaml-language-server: $schema=./slipway.schema.json\n")).toBe(true);
    expect(accepts(parse(exampleText))).toBe(true);
  });

  it.each([
    ["an unknown key", "strategy:", "stratgy:"],
    ["a missing key", "    repository: example-org/site\n", ""],
    ["a wrong duration", "timeout: 2m", "timeout: soon"],
    ["an unknown strategy", "type: git", "type: gti"],
    ["an unquoted Discord id", 'guild: "112233445566778899"', "guild: 112233445566778899"],
    ["an empty command", "run: [docker, compose, up, -d, --build, --remove-orphans]", "run: []"],
  ])("refuses %s", (_, from, to) => {
    expect(accepts(parse(edit(exampleText, from, to)))).toBe(false);
  });
});
