import { describe, expect, it } from "vitest";
import { commands } from "../../../commands/index.js";
import { wordsFor } from "../../../src/discord/locales/index.js";
import { codeSpans, GUIDES, PAGES, read } from "./pages.js";

type Language = "en" | "fr";

interface Named {
  readonly name: string;
  readonly name_localizations?: { readonly fr?: string | null | undefined } | null | undefined;
}

interface Option extends Named {
  readonly required?: boolean;
}

const GUIDE: Readonly<Record<Language, string>> = { en: "docs/deploying.md", fr: "docs/deploying.fr.md" };
/** What begins with a slash and is no command: addresses that Slipway serves, and the recipe of development.md. */
const OTHER = new Set(["healthz", "readyz", "pause"]);

/** The French page has a table of both names. */
const BOTH_NAMES = /^\| en français [\s\S]*?\n\n/m;

const defined = commands.map(({ definition }): Named & { readonly options: readonly Option[] } => ({
  ...definition,
  options: "options" in definition ? (definition.options as readonly Option[]) : [],
}));

describe.each(["en", "fr"] as const)("the deploying guide in %s", (language) => {
  const page = PAGES.get(GUIDE[language]) ?? "";
  const words = wordsFor(language);

  it("lists every command with its options, in Discord's order", () => {
    const rows = [...page.matchAll(/^\| `(\/[^`]+)` +\|(?! `)/gm)].map(([, row]) => row);

    expect(rows).toEqual(defined.map((command) => usage(command, language)));
  });

  it.each(Object.entries(words.action.button))("describes the button %s", (_action, label) => {
    expect(page).toContain(`| **${label}** `);
  });

  it.each(Object.entries(words.headline))("explains the headline of %s", (_state, headline) => {
    expect(page).toContain(`**${headline("UAT")}**`);
  });

  it("quotes only refusals and states that exist", () => {
    const said = messages(language);
    const quoted = [...page.matchAll(/^\| (.+?) +\| .+\|$/gm)]
      .map(([, cell = ""]) => cell)
      .filter((cell) => /[.…!?]$|^…|`…`/.test(cell) && !/^[`*\p{Extended_Pictographic}]/u.test(cell));

    expect(quoted.length).toBeGreaterThan(40);
    expect(quoted.filter((cell) => fragments(cell).some((text) => !said.includes(text)))).toEqual([]);
  });
});

describe("a command on a page", () => {
  it.each([...GUIDES])("exists with its options: %s", (path, page) => {
    const language = path.endsWith(".fr.md") ? "fr" : "en";
    const known = defined.map((command) => ({ shown: shownName(command, language), command }));

    const wrong = codeSpans(page.replace(BOTH_NAMES, "")).filter((span) => {
      const [, name = ""] = /^\/([\p{L}-]+)(?=$| )/u.exec(span) ?? [];
      if (name === "" || OTHER.has(name)) return false;
      const command = known.find(({ shown }) => shown === name)?.command;
      if (command === undefined) return true;
      const options = command.options.map((option) => shownName(option, language));
      return [...span.matchAll(/ ([\p{L}-]+):/gu)].some(([, option = ""]) => !options.includes(option));
    });

    expect(wrong).toEqual([]);
  });
});

function shownName({ name, name_localizations }: Named, language: Language): string {
  return language === "fr" ? (name_localizations?.fr ?? name) : name;
}

function usage(command: (typeof defined)[number], language: Language): string {
  const options = command.options.map((option) => {
    const name = shownName(option, language);
    return option.required === true ? name : `[${name}]`;
  });
  return [`/${shownName(command, language)}`, ...options].join(" ");
}

/** The texts of the words of a language, as their sources have them, with … for every value. */
function messages(language: Language): string {
  const names = ["refusal", "action", "approval", "lock", "incident", "logs", "host", "next"];
  const files = [`${language}.ts`, ...names.map((name) => `${name}-words.${language}.ts`)];
  return files.map((file) => simplified(read(`src/discord/locales/${file}`))).join("\n");
}

/** The parts of a quoted text between its values. */
function fragments(cell: string): readonly string[] {
  return cell
    .split(/…|`[^`]*`|\*\*[^*]+\*\*|\(.*?\)|\d+|\.? \/ |#|[.:] /)
    .map((text) => simplified(text).trim())
    .filter((text) => text.length > 8);
}

function simplified(text: string): string {
  return text
    .replaceAll("\\`", "`")
    .replaceAll(/[’']/g, "'")
    .replaceAll(/[\u00a0\u202f]/g, " ");
}
