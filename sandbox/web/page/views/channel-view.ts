import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { MessageView } from "../../../discord/types.js";
import type { GuildSnapshot } from "../../common/wire.js";
import { botAvatar } from "../avatar.js";
import type { AskForChoices } from "../composer/composer.js";
import { composerView } from "../composer/composer-view.js";
import { nameColor } from "../message/message-context.js";
import { messageView, usedCommandView } from "../message/message-view.js";
import { removeNotice } from "../state/notices.js";
import type { Page } from "../state/page.js";
import type { Notice, PageState } from "../state/page-state.js";
import { keepAtBottom } from "./keep-at-bottom.js";

/** The middle: the channel's name, its messages and the input. */
export function channelView(page: Page, guild: GuildSnapshot, ask: AskForChoices): TemplateResult {
  const { state } = page;
  const channel = guild.channels.find(({ id }) => id === state.channelId);
  return html`<main class="channel-column">
    <header class="channel-header">
      ${drawerButton(page, "guild", "Channels and people", "☰")}
      <h2><span class="hash" aria-hidden="true">#</span>${channel?.name ?? ""}</h2>
      ${state.connected ? nothing : html`<span class="offline" role="status">Connecting…</span>`}
      ${drawerButton(page, "tools", "Tools", "⋯")}
    </header>
    <div class="messages" tabindex="0" aria-label="Messages" ${keepAtBottom(`${state.channelId} ${state.sent}`)}>
      <div class="messages-inner">
        <div class="welcome">
          <span class="welcome-hash" aria-hidden="true">#</span>
          <p class="welcome-title">Welcome to #${channel?.name ?? ""}!</p>
          <p>Nothing leaves this machine: type <code class="code">/</code> below to talk to ${guild.botName}.</p>
          ${visibleMessages(state).length === 0 && state.notices.length === 0 ? firstSteps() : nothing}
        </div>
        <discord-messages>
          <ol class="message-list" role="log" aria-live="polite" aria-relevant="additions text">
            ${repeat(
              visibleMessages(state),
              ({ id }) => id,
              (message) => messageView({ page, guild, message, ...viewerOf(state, guild) }),
            )}
            ${state.notices
              .filter((notice) => notice.channelId === state.channelId && notice.personId === state.viewerId)
              .map((notice) => noticeView(page, guild, notice))}
          </ol>
        </discord-messages>
      </div>
    </div>
    ${composerView(page, guild, channel?.name ?? "", ask)}
  </main>`;
}

/** What shows most of the product in a few minutes. */
function firstSteps(): TemplateResult {
  const code = (text: string): TemplateResult => html`<code class="code">${text}</code>`;
  return html`<section class="first-steps" data-testid="first-steps" aria-label="Try these five">
    <h3>Try these five</h3>
    <ol>
      <li>Under <b>Push a commit</b>, push one that works: uat follows ${code("main")}, watch its steps.</li>
      <li>
        Type ${code("/deploy preprod")}, then ${code("/promote preprod prod")}. As Dominique, press <b>Approve…</b> and type
        ${code("DEPLOY")}.
      </li>
      <li>Push a commit that is broken, read what failed, and press <b>Roll back</b>.</li>
      <li>Type ${code("/status")}, then ${code("/logs uat")}.</li>
      <li>Under <b>Applications</b>, stop one and wait for the alert.</li>
    </ol>
    <p class="first-steps-note">The tools stand on the right; on a narrow page, behind ⋯.</p>
  </section>`;
}

/** Until the server has answered for a newly chosen person, what only the one before could see is left out. */
function visibleMessages({ messages, viewerId, channelId, dismissed }: PageState): readonly MessageView[] {
  if (messages?.channelId !== channelId) return [];
  return messages.messages.filter(
    ({ id, ephemeralFor }) => !dismissed.has(id) && (ephemeralFor === undefined || ephemeralFor === viewerId),
  );
}

function viewerOf(
  state: PageState,
  guild: GuildSnapshot,
): { viewer: GuildSnapshot["people"][number] | undefined; locale: string } {
  const viewer = guild.people.find(({ id }) => id === state.viewerId);
  return { viewer, locale: viewer?.locale ?? "en-US" };
}

function drawerButton(page: Page, drawer: "guild" | "tools", label: string, sign: string): TemplateResult {
  const open = page.state.drawer === drawer;
  return html`<button
    class="drawer-button ${drawer}-button"
    aria-label=${label}
    aria-expanded=${open}
    aria-controls=${drawer}
    @click=${() => page.update((state) => ({ ...state, drawer: open ? "none" : drawer }))}
  >
    ${sign}
  </button>`;
}

function noticeView(page: Page, guild: GuildSnapshot, notice: Notice): TemplateResult {
  const person = guild.people.find(({ id }) => id === notice.personId);
  return html`<li class="message notice" data-testid="notice" data-state=${notice.state}>
    <discord-message .author=${guild.botName} .avatar=${botAvatar} .bot=${true} .timestamp=${""}>
      ${person ? usedCommandView(person, notice.command, nameColor(guild, person)) : nothing}
      ${notice.state === "failed" ? failedView(page, notice) : nothing}
      ${notice.state === "sending" ? html`<span class="thinking">Sending command…</span>` : nothing}
    </discord-message>
  </li>`;
}

function failedView(page: Page, { id }: Notice): TemplateResult {
  return html`<span class="failed" role="alert">
    <span aria-hidden="true">⚠</span> The application did not respond ·
    <button class="text-button" @click=${() => page.update((state) => removeNotice(state, id))}>Dismiss</button>
  </span>`;
}
