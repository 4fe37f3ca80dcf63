import { MessageFlags } from "discord-api-types/v10";
import { html, nothing, type TemplateResult } from "lit";
import type { MessageView } from "../../../discord/types.js";
import { botAvatar, personAvatar } from "../avatar.js";
import { messageTime } from "../format.js";
import { withMember, withoutEntry } from "../state/collections.js";
import { componentView } from "./component-view.js";
import { embedView } from "./embed-view.js";
import { fileView } from "./file-view.js";
import { markdownView } from "./markdown-view.js";
import { isPinged, type MessageContext, nameColor } from "./message-context.js";

export function messageView(context: MessageContext): TemplateResult {
  const { message, guild, locale } = context;
  const ephemeral = message.ephemeralFor !== undefined;
  const author = guild.people.find(({ id }) => id === message.author.id);
  return html`<li class="message" data-testid="message" data-message-id=${message.id}>
    <discord-message
      class=${ephemeral ? "ephemeral" : ""}
      .author=${message.author.name}
      .avatar=${message.author.bot ? botAvatar : personAvatar(message.author)}
      .bot=${message.author.bot}
      .roleColor=${nameColor(guild, author)}
      .timestamp=${messageTime(message.createdAt, locale)}
      .edited=${message.editedAt !== undefined && message.content !== ""}
      .highlight=${isPinged(context)}
    >
      ${commandLineView(context)} ${contentView(context)}
      ${message.embeds.map((embed) => embedView(embed, context))}
      <div slot="attachments" class="stack">${looseFiles(message).map((file) => fileView(file, context))}</div>
      <div slot="components" class="stack">
        ${message.components.map((component) => componentView(component, context))} ${problemView(context)}
        ${message.editedAt !== undefined && message.content === "" ? html`<span class="small-print">(edited)</span>` : nothing}
        ${ephemeral ? onlyYouView(context) : nothing}
      </div>
    </discord-message>
  </li>`;
}

function contentView(context: MessageContext): TemplateResult | typeof nothing {
  const { content, flags } = context.message;
  if (flags & MessageFlags.Loading) return thinkingView(context.guild.botName);
  return content === "" ? nothing : markdownView(content, context);
}

function thinkingView(botName: string): TemplateResult {
  return html`<span class="thinking"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${botName} is thinking…</span>`;
}

/** "X used /deploy", as Discord shows it above the answer to a command. */
function commandLineView({ message, guild }: MessageContext): TemplateResult | typeof nothing {
  if (message.interaction === undefined) return nothing;
  const { person: id, name: command } = message.interaction;
  const person = guild.people.find((one) => one.id === id);
  return usedCommandView(person ?? { id, name: "Somebody" }, command, nameColor(guild, person));
}

export function usedCommandView(
  person: { readonly id: string; readonly name: string },
  command: string,
  color: string | undefined,
): TemplateResult {
  return html`<discord-command
    slot="reply"
    type="slash_command"
    .author=${person.name}
    .avatar=${personAvatar(person)}
    .roleColor=${color}
    .command=${`/${command}`}
  ></discord-command>`;
}

/** Drawn here because the component's own "Dismiss message" cannot be reached by keyboard. */
function onlyYouView({ page, message }: MessageContext): TemplateResult {
  const dismiss = (): void =>
    page.update((state) => ({ ...state, dismissed: withMember(state.dismissed, message.id) }));
  return html`<p class="small-print">
    ${eyeIcon} Only you can see this • <button class="text-button" @click=${dismiss}>Dismiss message</button>
  </p>`;
}

const eyeIcon = html`<svg class="eye" viewBox="0 0 24 24" width="16" height="16" aria-hidden="true">
  <path fill="none" stroke="currentColor" stroke-width="2" d="M2 12s3.5-6 10-6 10 6 10 6-3.5 6-10 6-10-6-10-6z" />
  <circle fill="currentColor" cx="12" cy="12" r="3" />
</svg>`;

/** A file that a component shows is not shown again under the message. */
function looseFiles(message: MessageView): MessageView["attachments"] {
  if (message.flags & MessageFlags.IsComponentsV2) return [];
  const drawn = message.embeds.flatMap((embed) => [embed.image?.url, embed.thumbnail?.url]);
  return message.attachments.filter(
    (file) => !drawn.includes(`attachment://${file.filename}`) && !drawn.includes(file.url),
  );
}

function problemView({ page, message }: MessageContext): TemplateResult | typeof nothing {
  const problem = page.state.pressProblems.get(message.id);
  if (problem === undefined) return nothing;
  const dismiss = (): void =>
    page.update((state) => ({ ...state, pressProblems: withoutEntry(state.pressProblems, message.id) }));
  return html`<p class="failed" role="alert">
    <span aria-hidden="true">⚠</span> ${problem} · <button class="text-button" @click=${dismiss}>Dismiss</button>
  </p>`;
}
