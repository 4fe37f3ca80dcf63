import { ApplicationCommandAutocompleteCallbackRequestSchema } from "discord-api-spec/zod";
import { ApplicationCommandOptionType } from "discord-api-types/v10";
import type { Choice } from "../types.js";
import { FormErrors } from "./form-errors.js";
import { parseBody } from "./parse-body.js";
import { textLength } from "./text-length.js";

/**
 * Parses the choices that answer an autocomplete.
 *
 * @param focusedType - kind of the option whose choices they are
 * @throws DiscordError 50035
 */
export function parseChoices(
  body: unknown,
  focusedType: ApplicationCommandOptionType | undefined,
): readonly Choice[] {
  const { data } = parseBody(ApplicationCommandAutocompleteCallbackRequestSchema, body);
  const choices = data?.choices ?? [];
  const errors = new FormErrors();
  choices.forEach((choice, index) => {
    const path = ["data", "choices", index];
    checkValue(errors, [...path, "value"], choice.value, focusedType);
    if (textLength(choice.name) > 100) {
      errors.add([...path, "name"], "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.");
    }
  });
  errors.refuseIfAny();
  return choices.map(({ name, value }) => ({ name, value }));
}

function checkValue(
  errors: FormErrors,
  path: readonly PropertyKey[],
  value: string | number,
  focusedType: ApplicationCommandOptionType | undefined,
): void {
  const wantsText = focusedType === undefined || focusedType === ApplicationCommandOptionType.String;
  if (wantsText !== (typeof value === "string")) {
    errors.add(path, "BASE_TYPE_BAD_TYPE", `Value does not fit the option's type.`);
  } else if (typeof value === "string" && (value === "" || textLength(value) > 100)) {
    errors.add(path, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.");
  }
}
