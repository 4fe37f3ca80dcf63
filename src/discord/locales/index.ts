import type { Language } from "../../config/schema.js";
import { en } from "./en.js";
import { fr } from "./fr.js";
import type { Words } from "./words.js";

const WORDS: Readonly<Record<Language, Words>> = { en, fr };

export function wordsFor(language: Language): Words {
  return WORDS[language];
}

/** The language for a person's Discord locale, such as `fr` or `en-GB`; English for those we do not speak. */
export function languageOf(locale: string): Language {
  return locale === "fr" || locale.startsWith("fr-") ? "fr" : "en";
}
