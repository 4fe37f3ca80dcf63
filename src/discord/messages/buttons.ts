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
  "deploy-again": { style: ButtonStyle.Primary, emoji: { name: "🔁" } },
  "deploy-newest": { style: ButtonStyle.Primary, emoji: { name: "🚀" } },
};

const AGAIN: readonly Button[] = [{ action: "retry" }, { action: "rollback" }];

/**
 * What can be pressed under a deployment in this state.
 * @param environment undefined when the configuration no longer has it: then nothing can be done with it
 * @param canRollBack false where a rollback could only be refused
 */
export function buttonsFor(
  record: DeploymentRecord,
  environment: EnvironmentConfig | undefined,
  canRollBack = true,
): readonly Button[] {
  if (environment === undefined) return [];
  return buttonsOf(record).filter(({ action }) => {
    if (action === "rollback") return canRollBack;
    // A freeze override is a reason that its own requester types; without it, the freeze would refuse the retry.
    return action !== "retry" || record.breakGlass === undefined;
  });
}

/** Whether a deployment in this state has a *Roll back* button at all. */
export function mayOfferRollback(record: DeploymentRecord): boolean {
  return buttonsOf(record).some(({ action }) => action === "rollback");
}

function buttonsOf(record: DeploymentRecord): readonly Button[] {
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
    case "expired":
      return [{ action: "retry" }];
    case "cancelled":
      return record.startedAt === undefined ? [] : AGAIN;
    case "void":
      if (record.startedAt !== undefined) return AGAIN;
      // The same commit is no longer what the ref means.
      return record.voidReason?.code === "ref-moved" ? [] : [{ action: "retry" }];
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
