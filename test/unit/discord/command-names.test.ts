import { describe, expect, it } from "vitest";
import { commands } from "../../../commands/index.js";
import {
  COMMAND_NAMES,
  type CommandName,
  command,
  namesCommands,
  renderCommands,
} from "../../../src/discord/locales/command-names.js";
import { inCode, plain } from "../../../src/discord/messages/text.js";

const ID = "12345678901234567890";
const names = Object.keys(COMMAND_NAMES) as CommandName[];
const ids = new Map<string, string>(names.map((name) => [name, ID]));

describe("a command in a text", () => {
  it("has the names of its definition", () => {
    const defined = commands.map(({ definition }): readonly [string, object] => {
      const { name } = definition;
      const french = "name_localizations" in definition ? definition.name_localizations?.fr : undefined;
      return [name, { en: name, fr: french ?? name }];
    });

    expect(COMMAND_NAMES).toEqual(Object.fromEntries(defined));
  });

  it.each(names)("/%s can be clicked where its id is known, in both languages", (name) => {
    const text = `Use ${command(name, "en")} or ${command(name, "fr")}.`;

    expect(renderCommands(text, ids)).toBe(`Use </${name}:${ID}> or </${name}:${ID}>.`);
  });

  it.each(names)("/%s is code in the reader's language where its id is not known", (name) => {
    const text = `Use ${command(name, "en")} or ${command(name, "fr")}.`;
    const { en, fr } = COMMAND_NAMES[name];

    expect(renderCommands(text, new Map())).toBe(`Use \`/${en}\` or \`/${fr}\`.`);
  });

  it.each(names)("/%s takes up no more room once it can be clicked", (name) => {
    for (const language of ["en", "fr"] as const) {
      const text = command(name, language);
      for (const known of [ids, new Map()]) {
        expect(renderCommands(text, known).length).toBeLessThanOrEqual(text.length);
      }
    }
  });

  it("leaves no mark in a text that was cut inside it", () => {
    const text = command("unlock", "fr");
    for (let length = 0; length < text.length; length++) {
      expect(namesCommands(renderCommands(text.slice(0, length), ids))).toBe(false);
    }
  });
});

describe("a text that looks like a named command", () => {
  it.each(["`/deploy`", "/deploy", "</deploy:1>", command("deploy", "en")])(
    "stays inert when others wrote it: %j",
    (typed) => {
      for (const text of [plain(typed, 100), `\`${inCode(typed, 100)}\``]) {
        expect(namesCommands(text)).toBe(false);
        expect(renderCommands(text, ids)).not.toContain(`:${ID}>`);
        expect(renderCommands(text, ids)).toBe(text);
      }
    },
  );
});
