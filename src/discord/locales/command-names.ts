import type { Language } from "../../config/schema.js";

/** Each command by the name that Discord knows it by, and as people see it. A test compares them with `commands/`. */
export const COMMAND_NAMES = {
  audit: { en: "audit", fr: "audit" },
  deploy: { en: "deploy", fr: "déployer" },
  freeze: { en: "freeze", fr: "geler" },
  health: { en: "health", fr: "santé" },
  history: { en: "history", fr: "historique" },
  lock: { en: "lock", fr: "verrouiller" },
  locks: { en: "locks", fr: "verrous" },
  logs: { en: "logs", fr: "journaux" },
  promote: { en: "promote", fr: "promouvoir" },
  rollback: { en: "rollback", fr: "retour-arrière" },
  stats: { en: "stats", fr: "statistiques" },
  status: { en: "status", fr: "état" },
  unfreeze: { en: "unfreeze", fr: "dégeler" },
  unlock: { en: "unlock", fr: "déverrouiller" },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;

export type CommandName = keyof typeof COMMAND_NAMES;

/** Unicode reserves these two for use inside a program; `visible` removes them from every text from outside. */
const OPEN = "\ufdd0";
const PAD = "\ufdd1";
const NAMED = /\ufdd0`\/([^`]+)`\ufdd1*/g;
const STRAY = /[\ufdd0\ufdd1]/g;

/** Discord's ids are 64-bit numbers. */
const ID_LENGTH = 20;

/**
 * Names a command in a text for people. `renderCommands` makes it a mention that can be clicked, where the command's id
 * is known; it takes as much room as the mention, so that a text that fits still fits then.
 */
export function command(name: CommandName, language: Language): string {
  const text = `${OPEN}\`/${COMMAND_NAMES[name][language]}\``;
  return text.padEnd(mention(name, "0".repeat(ID_LENGTH)).length, PAD);
}

/** The ids of commands by the names that Discord knows them by. */
export type CommandIds = ReadonlyMap<string, string>;

/** Makes the commands that our own words name clickable; one whose id is not known stays its name, in code. */
export function renderCommands(text: string, ids: CommandIds): string {
  const rendered = text.replace(NAMED, (_, shown: string) => {
    const name = NAME_BY_SHOWN.get(shown);
    const id = name === undefined ? undefined : ids.get(name);
    return name === undefined || id === undefined ? `\`/${shown}\`` : mention(name, id);
  });
  // A text that was cut may end inside a name.
  return rendered.replace(STRAY, "");
}

export function namesCommands(text: string): boolean {
  return text.search(STRAY) !== -1;
}

/** Discord shows it in the language of each reader. */
function mention(name: string, id: string): string {
  return `</${name}:${id}>`;
}

const NAME_BY_SHOWN: ReadonlyMap<string, string> = new Map(
  Object.entries(COMMAND_NAMES).flatMap(([name, shown]) =>
    Object.values(shown).map((each) => [each, name] as const),
  ),
);
