import { describe, expect, it } from "vitest";
import { edit, exampleText, faultsOf, lineOf } from "./example.js";

const SMALL = `discord:
  guild: "112233445566778899"
  channel: "112233445566778800"
hosts:
  web:
    address: web.example.com
    user: deploy
    key: { variable: KEY }
    knownHosts: known_hosts
projects:
  shop:
    repository: example-org/shop
    environments:
      uat:
        hosts: [web]
        strategy:
          type: git
          directory: /srv/shop
          restart: { run: [systemctl, restart, shop] }
        health:
          - url: https://one.example.com
            status: 200
          - type: tcp
            address: one.example.com:80
        roles: { deploy: ["223344556677889900"] }
`;
const lines = SMALL.split("\n");
const places = lines.flatMap((line, index) => (line === "" ? [] : [index]));
/** The same with steps of four spaces. */
const wideLines = SMALL.replaceAll(/^ +/gm, "$&$&").replaceAll("- ", "-   ").split("\n");
const SHIFTS = [-2, -1, 1, 2];

/** The text where one line is indented by more or less. */
function shifted(index: number, by: number): string | undefined {
  const line = lines[index] ?? "";
  const indent = line.length - line.trimStart().length + by;
  return indent < 0 ? undefined : lines.with(index, " ".repeat(indent) + line.trimStart()).join("\n");
}

/** The lines whose indentation is blamed when another thing is wrong with one of the lines, for each of them. */
function blamedIn(text: readonly string[], damage: (line: string) => string): readonly string[] {
  return places.flatMap((index) => {
    const damaged = text.with(index, damage(text[index] ?? "")).join("\n");
    const faults = faultsOf(damaged).filter(({ problem }) => problem.includes("does not fit the lines"));
    return faults.map(({ line, fix }) => `${index + 1}: line ${line}, ${fix}`);
  });
}

describe("a line that is indented wrongly", () => {
  it.each(SHIFTS)("is the line that is blamed, wherever it stands (%i)", (by) => {
    const missed = places.flatMap((index) => {
      const text = shifted(index, by);
      const blamed = text === undefined ? [] : faultsOf(text).map(({ line }) => line);
      return blamed.length === 0 || blamed.includes(index + 1) ? [] : [`${index + 1}: ${blamed.join(", ")}`];
    });

    expect(missed).toEqual([]);
  });

  it.each(SHIFTS)("is one syntax fault, not one for each line after it (%i)", (by) => {
    const counts = places.flatMap((index) => {
      const text = shifted(index, by);
      const syntax = text === undefined ? [] : faultsOf(text).filter(({ path }) => path === "");
      return syntax.length > 1 ? [`${index + 1}: ${syntax.map(({ line }) => line).join(", ")}`] : [];
    });

    expect(counts).toEqual([]);
  });

  it("is told with what it has and what it should have", () => {
    const text = edit(exampleText, "    user: slipway\n", "     user: slipway\n");

    expect(faultsOf(text)).toMatchObject([
      {
        line: lineOf(text, "     user: slipway"),
        problem: "this line starts after 5 spaces, which does not fit the lines around it",
        fix: "indent it by 4 spaces",
      },
    ]);
  });

  it.each<[string, (line: string) => string]>([
    ["a colon", (line) => line.replace(/:( |$)/, "$1")],
    ["the end of a key that opens others", (line) => line.replace(/:$/, ": yes")],
    ["the end of a key that opens others, to", (line) => line.replace(/:$/, ": 'yes'")],
  ])("is not blamed where something else is wrong: %s", (_what, damage) => {
    const blamed = [lines, wideLines].flatMap((text) => blamedIn(text, damage));

    expect(blamed).toEqual([]);
  });

  it("is each of two such lines", () => {
    const once = edit(exampleText, "    user: slipway\n", "     user: slipway\n");
    const twice = edit(once, "        ref: develop\n", "       ref: develop\n");

    expect(faultsOf(twice).map(({ line }) => line)).toEqual([
      lineOf(twice, "     user: slipway"),
      lineOf(twice, "       ref: develop"),
    ]);
  });
});
