import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ComponentType,
} from "discord-api-types/v10";
import { html, nothing, type TemplateResult } from "lit";
import { safeUrl } from "../../common/safe-url.js";
import { press, pressKey } from "../state/interact.js";
import type { MessageContext } from "./message-context.js";

type ActionRow = APIActionRowComponent<APIComponentInMessageActionRow>;

export function actionRowView(row: ActionRow, context: MessageContext): TemplateResult {
  return html`<discord-action-row class="action-row">
    ${row.components.map((component) =>
      component.type === ComponentType.Button ? buttonView(component, context) : selectView(component),
    )}
  </discord-action-row>`;
}

const styleNames: Readonly<Record<number, string>> = {
  [ButtonStyle.Primary]: "primary",
  [ButtonStyle.Secondary]: "secondary",
  [ButtonStyle.Success]: "success",
  [ButtonStyle.Danger]: "danger",
};

export function buttonView(button: APIButtonComponent, context: MessageContext): TemplateResult {
  const emoji = "emoji" in button ? button.emoji?.name : undefined;
  const label = "label" in button ? button.label : undefined;
  const content = html`${emoji ? html`<span class="button-emoji" aria-hidden=${label ? "true" : nothing}>${emoji}</span>` : nothing}${label ? html`<span>${label}</span>` : nothing}`;
  if ("url" in button) return linkButtonView(button.url, button.disabled === true, content);
  if (!("custom_id" in button)) return html`<button class="button secondary" disabled>Premium</button>`;
  const { custom_id: customId, disabled = false, style } = button;
  const waiting = context.page.state.pressed.has(pressKey(context.message.id, customId));
  return html`<button
    class="button ${styleNames[style] ?? "secondary"}"
    data-testid="button-${customId}"
    ?disabled=${disabled || waiting}
    aria-busy=${waiting ? "true" : "false"}
    @click=${() => void press(context.page, context.message.id, customId)}
  >
    ${content}${waiting ? html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>` : nothing}
  </button>`;
}

function linkButtonView(url: string, disabled: boolean, content: TemplateResult): TemplateResult {
  const safe = safeUrl(url);
  if (disabled || safe === undefined) {
    return html`<button class="button secondary" disabled>${content}${launchIcon}</button>`;
  }
  return html`<a class="button secondary" href=${safe} target="_blank" rel="noopener noreferrer">${content}${launchIcon}</a>`;
}

const launchIcon = html`<svg class="launch" viewBox="0 0 24 24" width="16" height="16" aria-hidden="true"
  ><path
    fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"
    d="M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5"
  /></svg>`;

/** The sandbox draws menus but nobody can open them: the bot has none. */
function selectView(select: { readonly placeholder?: string }): TemplateResult {
  return html`<button class="select" disabled>${select.placeholder ?? "Make a selection"}</button>`;
}
