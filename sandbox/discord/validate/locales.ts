import { Locale } from "discord-api-types/v10";
import type { FormErrors, FormPath } from "./form-errors.js";

const known = new Set<string>(Object.values(Locale));

/** Adds a fault for each locale that Discord does not have. */
export function checkLocales(
  errors: FormErrors,
  path: FormPath,
  localizations: Readonly<Record<string, unknown>> | null | undefined,
): void {
  for (const locale of Object.keys(localizations ?? {})) {
    if (!known.has(locale)) {
      errors.add([...path, locale], "ENUM_TYPE_COERCE", `Value "${locale}" is not a known locale.`);
    }
  }
}
