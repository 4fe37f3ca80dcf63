import { html, nothing, type TemplateResult } from "lit";
import type { Person } from "../../../discord/types.js";
import type { ChannelSummary, GuildSnapshot } from "../../common/wire.js";
import { personAvatar } from "../avatar.js";
import { cssColor } from "../format.js";
import { nameColor } from "../message/message-context.js";
import type { Page } from "../state/page.js";
import { emptyComposer, type PageState } from "../state/page-state.js";
import { languageName, rolesOf } from "./person-words.js";

/** The left column: channels, and the people that one can be. */
export function guildView(page: Page, guild: GuildSnapshot, follow: () => void): TemplateResult {
  const { state } = page;
  const go = (change: Partial<PageState>): void => {
    page.update((before) => ({ ...before, ...change, composer: emptyComposer, drawer: "none" }));
    follow();
  };
  const viewer = guild.people.find(({ id }) => id === state.viewerId);
  return html`<aside class="guild ${state.drawer === "guild" ? "open" : ""}" id="guild" aria-label="Server">
    <h1 class="guild-name">${guild.guildName}</h1>
    <div class="guild-lists">
      <nav aria-label="Channels">
        <h2 class="list-title">Text channels</h2>
        <ul>
          ${guild.channels.map((channel) => channelView(state, channel, () => go({ channelId: channel.id })))}
        </ul>
      </nav>
      <section aria-label="People">
        <h2 class="list-title">People · choose who you are</h2>
        <ul>
          ${guild.people.map((person) => personView(state, guild, person, () => go({ viewerId: person.id })))}
        </ul>
      </section>
    </div>
    ${viewer ? viewerView(guild, viewer) : nothing}
  </aside>`;
}

function channelView(state: PageState, channel: ChannelSummary, open: () => void): TemplateResult {
  const current = channel.id === state.channelId;
  const unread = !current && channel.lastMessageId !== state.lastRead.get(channel.id);
  return html`<li>
    <button
      class="channel ${unread ? "unread" : ""}"
      data-testid="channel-${channel.name}"
      aria-current=${current ? "page" : "false"}
      @click=${open}
    >
      <span class="hash" aria-hidden="true">#</span>${channel.name}${
        unread ? html`<span class="sr-only"> (unread)</span>` : nothing
      }
    </button>
  </li>`;
}

function personView(
  state: PageState,
  guild: GuildSnapshot,
  person: Person,
  become: () => void,
): TemplateResult {
  return html`<li>
    <button
      class="person"
      data-testid="person-${person.name}"
      aria-pressed=${person.id === state.viewerId}
      @click=${become}
    >
      <img src=${personAvatar(person)} alt="" width="32" height="32" />
      <span class="person-words">
        <span class="person-name" style=${colorStyle(nameColor(guild, person))}>
          ${person.name} <span class="locale" title=${languageName(person.locale)}>${person.locale}</span>
        </span>
        <span class="badges">
          ${rolesOf(guild, person).map(
            (role) =>
              html`<span class="badge"><i style="background: ${cssColor(role.color) ?? "#99aab5"}"></i>${role.name}</span>`,
          )}
        </span>
      </span>
    </button>
  </li>`;
}

function viewerView(guild: GuildSnapshot, viewer: Person): TemplateResult {
  const roles = rolesOf(guild, viewer).map(({ name }) => name);
  const title = [viewer.name, ...(roles.length > 0 ? [roles.join(", ")] : ["no role"])].join(" · ");
  return html`<div class="viewer" role="status" data-testid="viewer">
    <span class="viewer-avatar"><img src=${personAvatar(viewer)} alt="" width="36" height="36" /></span>
    <span class="viewer-words"><b>You are ${title}</b><span>${languageName(viewer.locale)}</span></span>
  </div>`;
}

function colorStyle(color: string | undefined): string | typeof nothing {
  return color ? `color: ${color}` : nothing;
}
