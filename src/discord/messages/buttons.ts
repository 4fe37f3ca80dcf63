import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  ButtonStyle,
  ComponentType,
} from "discord-api-types/v10";
import type { EnvironmentConfig } from "../../config/schema.js";
import type { DeploymentRecord } from "../../deployments/record.js";
import type { ButtonAction } from "../locales/action-words.js";
import type { Words } from "../locales/words.js";
import type { ButtonIds } from "./deployment-view.js";

export interface Button {
  readonly action: ButtonAction;
  readonly disabled?: true;
}

export type ButtonRow = APIActionRowComponent<APIButtonComponentWithCustomId>;

const LOOK: Readonly<Record<ButtonAction, Pick<APIButtonComponentWithCustomId, "style" | "emoji">>> = {
  approve: { style: ButtonStyle.Success, emoji: { name: "🔐" } },
  refuse: { style: ButtonStyle.Danger },
  cancel: { style: ButtonStyle.Secondary },
  stop: { style: ButtonStyle.Danger, emoji: { name: "🛑" } },
  "mark-failed": { style: ButtonStyle.Secondary, emoji: { name: "❌" } },
  "run-again": { style: ButtonStyle.Primary, emoji: { name: "🔁" } },
  rollback: { style: ButtonStyle.Danger, emoji: { name: "↩️" } },
  retry: { style: ButtonStyle.Primary, emoji: { name: "🔁" } },
  unlock: { style: ButtonStyle.Primary, emoji: { name: "🔓" } },
};

const AGAIN: readonly Button[] = [{ action: "retry" }, { action: "rollback" }];

/**
 * What can be pressed under a deployment in this state.
 * @param environment undefined when the configuration does not have it any more: then nothing can be done with it any more
 */
export function buttonsFor(
  record: DeploymentRecord,
  environment: EnvironmentConfig | undefined,
): readonly Button[] {
  if (environment === undefined) return [];
  switch (record.state) {
    case "awaiting-approval":
      return [{ action: "approve" }, { action: "refuse" }, { action: "cancel" }];
    case "queued":
      return [{ action: "cancel" }];
    case "running":
      return record.cancelRequestedBy === undefined
        ? [{ action: "cancel" }]
        : [{ action: "stop", ...(record.stopRequestedBy && { disabled: true }) }];
    case "succeeded":
      return [{ action: "rollback" }];
    case "failed":
      return AGAIN;
    case "indeterminate":
      return [{ action: "mark-failed" }, { action: "run-again" }, { action: "rollback" }];
    case "cancelled":
    case "void":
      return record.startedAt === undefined ? [] : AGAIN;
    default:
      return [];
  }
}

/** Those of the buttons that have an id. None at all takes the buttons of an earlier state away. */
export function buttonRows(buttons: readonly Button[], ids: ButtonIds, words: Words): ButtonRow[] {
  const components = buttons.flatMap(({ action, disabled }) => {
    const id = ids[action];
    return id === undefined ? [] : [buttonOf(action, id, words, disabled)];
  });
  return components.length === 0 ? [] : [{ type: ComponentType.ActionRow, components }];
}

/** One button, as it looks everywhere. */
export function buttonOf(
  action: ButtonAction,
  id: string,
  words: Words,
  disabled?: true,
): APIButtonComponentWithCustomId {
  return {
    type: ComponentType.Button,
    custom_id: id,
    label: words.action.button[action],
    ...LOOK[action],
    ...(disabled && { disabled }),
  };
}
