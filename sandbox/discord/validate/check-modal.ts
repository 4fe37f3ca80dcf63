import { ModalInteractionCallbackRequestSchema } from "discord-api-spec/zod";
import {
  type APIModalInteractionResponse,
  type APITextInputComponent,
  ComponentType,
} from "discord-api-types/v10";
import { FormErrors, type FormPath } from "./form-errors.js";
import { parseBody } from "./parse-body.js";

export type Modal = APIModalInteractionResponse["data"];

/** The generated schema allows 40; Discord's page on modals says 1 to 5. */
const maxModalComponents = 5;

/** A text input of a modal, with the label that the person reads and its place in the modal. */
export interface ModalInput {
  readonly path: FormPath;
  readonly input: APITextInputComponent;
  readonly label: string | null | undefined;
}

/** @throws DiscordError 50035 */
export function parseModal(body: unknown): Modal {
  const { data } = parseBody(ModalInteractionCallbackRequestSchema, body);
  const errors = new FormErrors();
  if (data.components.length > maxModalComponents) {
    errors.add(
      ["data", "components"],
      "BASE_TYPE_BAD_LENGTH",
      `Must be between 1 and ${maxModalComponents} in length.`,
    );
  }
  const seen = new Set<string>();
  for (const found of modalInputs(data)) checkInput(errors, found, seen);
  errors.refuseIfAny();
  return data;
}

/** The text inputs of a modal, from top to bottom. */
export function modalInputs(modal: Modal): readonly ModalInput[] {
  return modal.components.flatMap((component, index): readonly ModalInput[] => {
    const path = ["data", "components", index];
    if (component.type === ComponentType.ActionRow) {
      return component.components.map((input, column) => ({
        path: [...path, "components", column],
        input,
        label: input.label,
      }));
    }
    if (component.type !== ComponentType.Label || component.component.type !== ComponentType.TextInput)
      return [];
    return [{ path: [...path, "component"], input: component.component, label: component.label }];
  });
}

function checkInput(errors: FormErrors, { path, input, label }: ModalInput, seen: Set<string>): void {
  if (!label) errors.required([...path, "label"]);
  if (path.includes("component") && input.label) {
    errors.add([...path, "label"], "TEXT_INPUT_LABEL_NOT_ALLOWED", "The surrounding label already has one");
  }
  if (seen.has(input.custom_id)) {
    errors.add(
      [...path, "custom_id"],
      "COMPONENT_CUSTOM_ID_DUPLICATED",
      "Component custom id cannot be duplicated",
    );
  }
  seen.add(input.custom_id);
  if ((input.min_length ?? 0) > (input.max_length ?? 4_000)) {
    errors.add([...path, "min_length"], "TEXT_INPUT_MIN_LENGTH_INVALID", "Must not be more than max_length");
  }
}
