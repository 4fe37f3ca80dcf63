import { html, type TemplateResult } from "lit";
import type { AskForChoices } from "../composer/composer.js";
import type { Page } from "../state/page.js";
import { channelView } from "./channel-view.js";
import { guildView } from "./guild-view.js";
import { modalView } from "./modal-view.js";
import { toolsView } from "./tools-view.js";

export interface PageActions {
  /** Looks at what the state names as person and channel. */
  readonly follow: () => void;
  readonly askForChoices: AskForChoices;
}

export function pageView(page: Page, { follow, askForChoices }: PageActions): TemplateResult {
  const { guild, drawer } = page.state;
  if (guild === undefined) return html`<p class="loading" role="status">Connecting to the sandbox…</p>`;
  const closeDrawer = (): void => page.update((state) => ({ ...state, drawer: "none" }));
  return html`<div class="layout" @keydown=${(event: KeyboardEvent) => event.key === "Escape" && closeDrawer()}>
      ${guildView(page, guild, follow)} ${channelView(page, guild, askForChoices)} ${toolsView(page, guild)}
      <div class="veil ${drawer === "none" ? "" : "shown"}" @click=${closeDrawer}></div>
    </div>
    ${modalView(page, guild.botName)}`;
}
