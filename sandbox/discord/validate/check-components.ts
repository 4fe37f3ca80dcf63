import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  type APIMessageTopLevelComponent,
  type APITextDisplayComponent,
  ButtonStyle,
  ComponentType,
} from "discord-api-types/v10";
import { checkLink } from "./check-embeds.js";
import type { FormErrors, FormPath } from "./form-errors.js";
import { textLength } from "./text-length.js";
import { needsComponentsV2, type PlacedComponent, walkComponents } from "./walk-components.js";

/** With IS_COMPONENTS_V2, nested ones counted. */
const maxComponents = 40;
/** Over all text displays of a message. */
const maxTextCharacters = 4_000;
/** Without IS_COMPONENTS_V2. */
const maxRows = 5;

/** Adds what the generated schema misses in a message's components. */
export function checkComponents(
  errors: FormErrors,
  components: readonly APIMessageTopLevelComponent[],
  isV2: boolean,
): void {
  const placed = walkComponents(components);
  if (isV2) checkTotals(errors, placed);
  else checkLegacy(errors, components);
  for (const { path, component } of placed) {
    if (component.type === ComponentType.Button) checkButton(errors, path, component as APIButtonComponent);
    if (component.type === ComponentType.ActionRow) {
      checkRow(errors, path, component as APIActionRowComponent<APIComponentInMessageActionRow>);
    }
  }
  checkCustomIds(errors, placed);
}

function checkLegacy(errors: FormErrors, components: readonly APIMessageTopLevelComponent[]): void {
  components.forEach((component, index) => {
    if (needsComponentsV2(component.type)) {
      errors.add(
        ["components", index, "type"],
        "UNION_TYPE_CHOICES",
        'Value of field "type" must be one of (1,).',
      );
    }
  });
  if (components.length > maxRows) {
    errors.add(["components"], "BASE_TYPE_BAD_LENGTH", `Must be between 1 and ${maxRows} in length.`);
  }
}

function checkTotals(errors: FormErrors, placed: readonly PlacedComponent[]): void {
  if (placed.length > maxComponents) {
    errors.add(
      ["components"],
      "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
      `Total number of components exceeds ${maxComponents}`,
    );
  }
  const characters = placed
    .filter(({ component }) => component.type === ComponentType.TextDisplay)
    .reduce((sum, { component }) => sum + textLength((component as APITextDisplayComponent).content), 0);
  if (characters > maxTextCharacters) {
    errors.add(
      ["components"],
      "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
      `Text of components exceeds ${maxTextCharacters} characters`,
    );
  }
}

function checkRow(
  errors: FormErrors,
  path: FormPath,
  row: APIActionRowComponent<APIComponentInMessageActionRow>,
): void {
  const selects = row.components.filter(({ type }) => type !== ComponentType.Button).length;
  if (selects > 0 && row.components.length > 1) {
    errors.add([...path, "components"], "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select fills its row");
  }
}

interface ButtonFields {
  readonly custom_id?: string;
  readonly url?: string;
  readonly label?: string;
  readonly emoji?: object;
  readonly sku_id?: string;
}

function checkButton(errors: FormErrors, path: FormPath, button: APIButtonComponent): void {
  const { custom_id, url, label, emoji, sku_id } = button as ButtonFields;
  if (button.style === ButtonStyle.Premium) {
    if (!sku_id) errors.required([...path, "sku_id"]);
    return;
  }
  if (!label && !emoji) {
    errors.add(
      [...path, "label"],
      "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
      "A label or an emoji is required",
    );
  }
  if (button.style === ButtonStyle.Link) {
    if (!url) errors.add([...path, "url"], "BUTTON_COMPONENT_URL_REQUIRED", "A url is required");
    if (custom_id)
      errors.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A link has no custom id");
    checkLink(errors, [...path, "url"], url, ["http:", "https:", "discord:"]);
    return;
  }
  if (!custom_id) {
    errors.add([...path, "custom_id"], "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required");
  }
  if (url) errors.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "Only a link has a url");
}

function checkCustomIds(errors: FormErrors, placed: readonly PlacedComponent[]): void {
  const seen = new Set<string>();
  for (const { path, component } of placed) {
    if (!component.custom_id) continue;
    if (seen.has(component.custom_id)) {
      errors.add(
        [...path, "custom_id"],
        "COMPONENT_CUSTOM_ID_DUPLICATED",
        "Component custom id cannot be duplicated",
      );
    }
    seen.add(component.custom_id);
  }
}
