import type { APIEmbed, APIEmbedField } from "discord-api-types/v10";
import { html, nothing, type TemplateResult } from "lit";
import { safeUrl } from "../../common/safe-url.js";
import { cssColor, messageTime } from "../format.js";
import { inlineMarkdownView, markdownView } from "./markdown-view.js";
import { type MessageContext, pictureUrl } from "./message-context.js";

export function embedView(embed: APIEmbed, context: MessageContext): TemplateResult {
  const { message } = context;
  const image = pictureUrl(message, embed.image?.url);
  const thumbnail = pictureUrl(message, embed.thumbnail?.url);
  return html`<discord-embed slot="embeds" .color=${cssColor(embed.color)} .image=${image} .thumbnail=${thumbnail}>
    <discord-embed-description slot="description" class="embed-text">
      ${authorView(embed)} ${titleView(embed, context)}
      ${embed.description ? markdownView(embed.description, context) : nothing}
    </discord-embed-description>
    ${embed.fields?.length ? fieldsView(embed.fields, context) : nothing} ${footerView(embed, context)}
  </discord-embed>`;
}

function authorView({ author }: APIEmbed): TemplateResult | typeof nothing {
  if (!author) return nothing;
  const url = safeUrl(author.url);
  const name = url
    ? html`<a href=${url} target="_blank" rel="noopener noreferrer">${author.name}</a>`
    : author.name;
  return html`<div class="embed-author">${name}</div>`;
}

/** Drawn here and not by the component, which would turn words into pictures from Discord's own servers. */
function titleView(embed: APIEmbed, context: MessageContext): TemplateResult | typeof nothing {
  if (!embed.title) return nothing;
  const title = inlineMarkdownView(embed.title, context);
  const url = safeUrl(embed.url);
  return html`<div class="embed-title">${
    url ? html`<a href=${url} target="_blank" rel="noopener noreferrer">${title}</a>` : title
  }</div>`;
}

function fieldsView(fields: readonly APIEmbedField[], context: MessageContext): TemplateResult {
  const columns = fieldColumns(fields);
  return html`<discord-embed-fields slot="fields">
    ${fields.map(
      (field, index) => html`<discord-embed-field style="grid-column: ${columns[index] ?? "1 / 13"}">
        <div class="field-name">${inlineMarkdownView(field.name, context)}</div>
        ${markdownView(field.value, context)}
      </discord-embed-field>`,
    )}
  </discord-embed-fields>`;
}

/** Discord puts up to three inline fields into a row of twelve columns and lets them share it evenly. */
function fieldColumns(fields: readonly APIEmbedField[]): readonly string[] {
  const rows: APIEmbedField[][] = [];
  for (const field of fields) {
    const row = rows.at(-1);
    const joins = field.inline && row?.[0]?.inline && row.length < 3;
    if (joins) row.push(field);
    else rows.push([field]);
  }
  return rows.flatMap((row) => {
    const width = row[0]?.inline ? 12 / row.length : 12;
    return row.map((_field, index) => `${1 + index * width} / ${1 + (index + 1) * width}`);
  });
}

function footerView(embed: APIEmbed, { locale }: MessageContext): TemplateResult | typeof nothing {
  const time = embed.timestamp ? messageTime(embed.timestamp, locale) : undefined;
  const parts = [embed.footer?.text, time].filter((part) => part !== undefined);
  if (parts.length === 0) return nothing;
  return html`<discord-embed-footer slot="footer">${parts.join(" • ")}</discord-embed-footer>`;
}
