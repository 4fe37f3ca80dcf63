import { DiscordActionRow } from "@skyra/discord-components-core/discord-action-row.js";
import { DiscordAuthorInfo } from "@skyra/discord-components-core/discord-author-info.js";
import { DiscordCommand } from "@skyra/discord-components-core/discord-command.js";
import { DiscordEmbed } from "@skyra/discord-components-core/discord-embed.js";
import { DiscordEmbedDescription } from "@skyra/discord-components-core/discord-embed-description.js";
import { DiscordEmbedField } from "@skyra/discord-components-core/discord-embed-field.js";
import { DiscordEmbedFields } from "@skyra/discord-components-core/discord-embed-fields.js";
import { DiscordEmbedFooter } from "@skyra/discord-components-core/discord-embed-footer.js";
import { DiscordMessage } from "@skyra/discord-components-core/discord-message.js";
import { DiscordMessages } from "@skyra/discord-components-core/discord-messages.js";
import { DiscordVerifiedAuthorTag } from "@skyra/discord-components-core/discord-verified-author-tag.js";
import { type CSSResult, css, type LitElement } from "lit";

const font = css`
  :host {
    font-family: inherit;
  }
`;

/** The components keep Discord's look of 2021 inside their shadow roots; this brings today's colours and spaces. */
const looks: readonly (readonly [typeof LitElement, CSSResult])[] = [
  [
    DiscordMessages,
    css`
      :host {
        background: transparent;
        border: 0;
        color: inherit;
        line-height: 1.375rem;
      }
      ::slotted(*) {
        padding: 0;
        margin: 0 !important;
      }
    `,
  ],
  [
    DiscordMessage,
    css`
      :host {
        color: var(--text);
        padding: 6px 32px 6px 16px;
        margin: 0;
      }
      :host(:hover) {
        background-color: rgb(2 2 2 / 6%);
      }
      :host([highlight]) {
        background-color: rgb(240 178 50 / 8%);
      }
      :host([highlight]) {
        padding-right: 32px;
      }
      :host([highlight])::before {
        background-color: #f0b232;
      }
      .discord-message-content {
        min-width: 0;
        line-height: 1.375rem;
        padding-top: 0;
      }
      .discord-author-avatar {
        margin-top: 2px;
      }
      .discord-message-timestamp,
      .discord-message-edited {
        color: var(--muted);
      }
      .discord-message-timestamp {
        font-weight: 500;
        margin-left: 4px;
      }
      .discord-message-edited {
        margin-left: 4px;
      }
      @media (max-width: 700px) {
        :host,
        :host([highlight]) {
          padding: 6px 10px;
        }
        .discord-author-avatar {
          margin-right: 10px;
        }
      }
    `,
  ],
  [
    DiscordAuthorInfo,
    css`
      :host .discord-author-username {
        color: var(--heading);
      }
    `,
  ],
  [
    DiscordVerifiedAuthorTag,
    css`
      :host {
        font-weight: 600;
        letter-spacing: 0.02em;
        padding: 0 0.3rem;
      }
    `,
  ],
  [
    DiscordCommand,
    css`
      :host {
        white-space: normal;
      }
      :host::before {
        content: "";
        position: absolute;
        top: 50%;
        left: -36px;
        width: 29px;
        height: 10px;
        border: 2px solid #4e5058;
        border-width: 2px 0 0 2px;
        border-top-left-radius: 6px;
      }
      :host .discord-replied-message-username {
        margin-right: 0.25rem;
      }
      .discord-slash-command-name svg {
        display: none;
      }
      :host .discord-slash-command-name {
        background-color: rgb(88 101 242 / 24%);
        margin-left: 0.25rem;
      }
      @media (max-width: 700px) {
        :host {
          margin-left: 50px;
        }
        :host::before {
          left: -30px;
          width: 23px;
        }
      }
    `,
  ],
  [
    DiscordEmbed,
    css`
      :host {
        color: var(--text);
        margin: 4px 0;
        font-size: 0.875rem;
      }
      :host .discord-left-border {
        background-color: #1e1f22;
      }
      :host .discord-embed-wrapper {
        background-color: var(--raised);
        border: 0;
        min-width: 0;
      }
      :host .discord-embed-wrapper .discord-embed-grid {
        padding: 2px 16px 16px 12px;
      }
      :host .discord-embed-image {
        max-width: 100%;
      }
    `,
  ],
  [
    DiscordEmbedDescription,
    css`
      :host {
        line-height: 1.25rem;
      }
    `,
  ],
  [
    DiscordEmbedFields,
    css`
      :host {
        grid-template-columns: repeat(12, minmax(0, 1fr));
      }
    `,
  ],
  [
    DiscordEmbedField,
    css`
      :host {
        line-height: 1.25rem;
      }
    `,
  ],
  [
    DiscordEmbedFooter,
    css`
      :host {
        color: var(--text);
      }
    `,
  ],
  [
    DiscordActionRow,
    css`
      :host {
        gap: 8px;
      }
    `,
  ],
];

/** Must run before the first component is drawn: elements take their styles over when they are made. */
export function applyTheme(): void {
  for (const [component, look] of looks) component.elementStyles = [...component.elementStyles, font, look];
}
