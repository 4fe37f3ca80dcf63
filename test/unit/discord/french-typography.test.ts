import { describe, expect, it } from "vitest";
import { commands } from "../../../commands/index.js";
import { filesIn, PAGES, prose, read } from "../docs/pages.js";

/** An ordinary space before a high sign or beside a guillemet, before a unit, after `n°`; a straight apostrophe. */
const WRONG_SPACE = /[ \u00a0][;!?:%»]|«[ \u00a0]|\d (?:s|ms|min|h|j|Mo|Mio|Go|Gio)\b|n° /;
const STRAIGHT = /\p{L}'(?:\p{L}|…|$)/u;
/** What LANGUAGE has other words for; « on » names nobody. */
const BANNED =
  /\blanceur|retours? en arrière\*{0,2} (?:est|sont|reste)|\bretours en arrière|(?:^|[\s«])on (?:ne|n’|a|peut|sait)\b/i;

const files = filesIn("src/discord/locales", "fr.ts");

describe.each(files)("the French of %s", (path) => {
  const texts = literals(read(path)).filter((text) => text.includes(" ") || text.includes("'"));

  it("has the spaces and apostrophes of French", () => {
    expect(texts.filter((text) => WRONG_SPACE.test(text) || STRAIGHT.test(text))).toEqual([]);
  });

  it("keeps to the words of the glossary", () => {
    expect(texts.filter((text) => BANNED.test(text))).toEqual([]);
  });
});

describe("other French", () => {
  it("has the spaces and apostrophes of French in the guide", () => {
    const page = prose(PAGES.get("docs/deploying.fr.md") ?? "");
    const lines = page.replace(/`[^`]*`|\]\([^)]*\)|^\| -.*$/gm, "…").split("\n");

    expect(lines.length).toBeGreaterThan(100);
    expect(
      lines.filter((line) => WRONG_SPACE.test(line) || STRAIGHT.test(line) || BANNED.test(line)),
    ).toEqual([]);
  });

  it("has the spaces and apostrophes of French in the commands", () => {
    const texts = [
      ...JSON.stringify(commands.map(({ definition }) => definition)).matchAll(/"fr":"([^"]*)"/g),
    ].map(([, text = ""]) => text);

    expect(texts.length).toBeGreaterThan(30);
    expect(texts.filter((text) => WRONG_SPACE.test(text) || STRAIGHT.test(text))).toEqual([]);
  });
});

describe("the reader of literals", () => {
  it("reads strings and templates, also inside each other, without code and comments", () => {
    const source =
      'const a = b ? "x y" : `p %{f("q r")} s \\`c d\\` %{`t %{u}`}`; // not "this"\n/* nor `that` */';

    expect(literals(source.replaceAll("%{", "$\u007b")).toSorted()).toEqual([
      "p … s … …",
      "q r",
      "t …",
      "x y",
    ]);
  });
});

/** The texts of a source of TypeScript; `…` stands for values and for code between backquotes. */
function literals(source: string): readonly string[] {
  const found: string[] = [];
  let at = 0;
  const code = (end: string): void => {
    for (let depth = 0; at < source.length; at++) {
      const rest = source.slice(at, at + 2);
      if (rest === "//") at = source.indexOf("\n", at);
      else if (rest === "/*") at = source.indexOf("*/", at) + 1;
      else if (source[at] === '"') found.push(quoted());
      else if (source[at] === "`") found.push(template());
      else if (source[at] === "{") depth++;
      else if (source[at] === "}" && depth-- === 0 && end === "}") return;
      if (at === -1) return;
    }
  };
  const quoted = (): string => {
    const [text = ""] = /^"(?:[^"\\]|\\.)*"/.exec(source.slice(at)) ?? [];
    at += text.length - 1;
    return text.slice(1, -1).replace(/`[^`]*`/g, "…");
  };
  const template = (): string => {
    let text = "";
    for (at++; source[at] !== "`"; at++) {
      if (source.startsWith("${", at)) {
        at += 2;
        code("}");
        text += "…";
      } else if (source[at] === "\\") text += source[++at];
      else text += source[at];
    }
    return text.replace(/`[^`]*`/g, "…");
  };
  code("");
  return found;
}
