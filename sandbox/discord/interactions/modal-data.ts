import { ComponentType } from "discord-api-types/v10";
import { type Modal, type ModalInput, modalInputs } from "../validate/check-modal.js";
import { textLength } from "../validate/text-length.js";

type Values = Readonly<Record<string, string>>;

/**
 * The `data` of a modal that a person submits.
 *
 * @throws Error for what Discord's client would not send: an unknown input, a required one without value, a value
 * that is too short or too long
 */
export function modalData(modal: Modal, values: Values): object {
  const inputs = modalInputs(modal);
  const unknown = Object.keys(values).find((id) => !inputs.some(({ input }) => input.custom_id === id));
  if (unknown !== undefined) throw new Error(`The modal has no input ${unknown}`);
  for (const found of inputs) checkValue(found, typedValue(found, values));
  return {
    custom_id: modal.custom_id,
    components: modal.components.map((component, index) => submitted(component, index + 1, inputs, values)),
  };
}

function submitted(
  component: Modal["components"][number],
  id: number,
  inputs: readonly ModalInput[],
  values: Values,
): object {
  const answer = (customId: string) => {
    const found = inputs.find(({ input }) => input.custom_id === customId);
    const value = found ? typedValue(found, values) : "";
    return { type: ComponentType.TextInput, id, custom_id: customId, value };
  };
  if (component.type === ComponentType.ActionRow) {
    return {
      type: component.type,
      id,
      components: component.components.map((input) => answer(input.custom_id)),
    };
  }
  if (component.type === ComponentType.Label && component.component.type === ComponentType.TextInput) {
    return { type: component.type, id, component: answer(component.component.custom_id) };
  }
  return { type: component.type, id };
}

function typedValue({ input }: ModalInput, values: Values): string {
  return values[input.custom_id] ?? input.value ?? "";
}

function checkValue({ input, label }: ModalInput, value: string): void {
  const length = textLength(value);
  if (length === 0) {
    if (input.required ?? true) throw new Error(`"${label}" is required`);
    return;
  }
  if (length < (input.min_length ?? 0))
    throw new Error(`"${label}" needs ${input.min_length} characters or more`);
  if (length > (input.max_length ?? 4_000)) {
    throw new Error(`"${label}" takes ${input.max_length ?? 4_000} characters or fewer`);
  }
}
