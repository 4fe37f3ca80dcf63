import { type APIMessageTopLevelComponent, ComponentType } from "discord-api-types/v10";
import type { FormPath } from "./form-errors.js";

/** Every kind of component that a message can hold, at any depth. */
export type MessageComponent = {
  readonly type: ComponentType;
  readonly custom_id?: string | null;
  readonly components?: readonly MessageComponent[];
  readonly accessory?: MessageComponent;
};

/** One component and the way to it from the message. */
export interface PlacedComponent {
  readonly path: FormPath;
  readonly component: MessageComponent;
}

/** Components of the first kinds; all others need the flag IS_COMPONENTS_V2. */
const legacyTypes: ReadonlySet<ComponentType> = new Set([
  ComponentType.ActionRow,
  ComponentType.Button,
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
]);

export function needsComponentsV2(type: ComponentType): boolean {
  return !legacyTypes.has(type);
}

/** All components of a message, parents before children, as they are drawn from top to bottom. */
export function walkComponents(
  components: readonly APIMessageTopLevelComponent[],
  path: FormPath = ["components"],
): readonly PlacedComponent[] {
  return walk(components as readonly MessageComponent[], path);
}

function walk(components: readonly MessageComponent[], path: FormPath): readonly PlacedComponent[] {
  return components.flatMap((component, index) => {
    const here = [...path, index];
    const accessory = component.accessory
      ? [{ path: [...here, "accessory"], component: component.accessory }]
      : [];
    return [
      { path: here, component },
      ...walk(component.components ?? [], [...here, "components"]),
      ...accessory,
    ];
  });
}
