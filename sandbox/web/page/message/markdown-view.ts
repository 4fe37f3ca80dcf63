import { html, nothing, type TemplateResult } from "lit";
import type { Block, Inline, ListItem } from "../../common/markdown.js";
import { markedTime } from "../../common/marked-time.js";
import { parseInline } from "../../common/parse-inline.js";
import { parseMarkdown } from "../../common/parse-markdown.js";
import { cssColor } from "../format.js";
import type { MessageContext } from "./message-context.js";

type Drawn = TemplateResult | string;

/** Draws Discord's markdown. The text only ever becomes text nodes and checked http(s) links. */
export function markdownView(source: string, context: MessageContext): TemplateResult {
  return html`<div class="markdown">${parseMarkdown(source).map((block) => blockView(block, context))}</div>`;
}

/** For one-line places such as an embed's title, where Discord draws no blocks. */
export function inlineMarkdownView(source: string, context: MessageContext): readonly Drawn[] {
  return inlineView(parseInline(source), context);
}

function blockView(block: Block, context: MessageContext): TemplateResult {
  switch (block.kind) {
    case "paragraph":
      return html`<p>${inlineView(block.children, context)}</p>`;
    case "subtext":
      return html`<p class="subtext">${inlineView(block.children, context)}</p>`;
    case "heading":
      return headingView(block.level, inlineView(block.children, context));
    case "quote":
      return html`<blockquote>${block.children.map((child) => blockView(child, context))}</blockquote>`;
    case "list":
      return html`<ul class="markdown-list">${block.items.map((item) => itemView(item, context))}</ul>`;
    case "code":
      return html`<pre class="code-block" tabindex="0"><code>${block.text}</code></pre>`;
  }
}

/** A message is not a section of the page: its headings must not stand above the page's own for a screen reader. */
function headingView(level: number, children: readonly Drawn[]): TemplateResult {
  return html`<p class="heading heading-${level}" role="heading" aria-level=${level + 3}>${children}</p>`;
}

function itemView(item: ListItem, context: MessageContext): TemplateResult {
  return html`<li style="--depth: ${item.depth}"
    ><span class="marker" aria-hidden="true">${item.marker}</span><span>${inlineView(item.children, context)}</span></li
  >`;
}

function inlineView(nodes: readonly Inline[], context: MessageContext): readonly Drawn[] {
  return nodes.map((node) => nodeView(node, context));
}

function nodeView(node: Inline, context: MessageContext): Drawn {
  switch (node.kind) {
    case "text":
      return node.text;
    case "break":
      return html`<br />`;
    case "code":
      return html`<code class="code">${node.text}</code>`;
    case "bold":
      return html`<strong>${inlineView(node.children, context)}</strong>`;
    case "italic":
      return html`<em>${inlineView(node.children, context)}</em>`;
    case "underline":
      return html`<u>${inlineView(node.children, context)}</u>`;
    case "strike":
      return html`<s>${inlineView(node.children, context)}</s>`;
    case "spoiler":
      return html`<span class="spoiler" tabindex="0">${inlineView(node.children, context)}</span>`;
    case "link":
      return html`<a href=${node.url} target="_blank" rel="noopener noreferrer">${inlineView(node.children, context)}</a>`;
    case "emoji":
      return `:${node.name}:`;
    case "time":
      return timeView(node.seconds, node.style, context);
    default:
      return mentionView(node, context);
  }
}

function timeView(seconds: number, style: string, { locale }: MessageContext): TemplateResult {
  return html`<span class="time" title=${markedTime(seconds, "F", locale)}>${markedTime(seconds, style, locale)}</span>`;
}

type Mention = Extract<Inline, { kind: "person" | "role" | "channel" | "everyone" | "command" }>;

function mentionView(mention: Mention, { guild, message, page }: MessageContext): Drawn {
  switch (mention.kind) {
    case "person": {
      const person = guild.people.find(({ id }) => id === mention.id);
      return person ? html`<span class="mention">@${person.name}</span>` : `<@${mention.id}>`;
    }
    case "role": {
      const role = guild.roles.find(({ id }) => id === mention.id);
      if (role === undefined) return html`<span class="mention">@unknown-role</span>`;
      const color = cssColor(role.color);
      return html`<span class="mention" style=${color ? `--mention: ${color}` : nothing}>@${role.name}</span>`;
    }
    case "channel": {
      const channel = guild.channels.find(({ id }) => id === mention.id);
      return html`<span class="mention">#${channel?.name ?? "unknown"}</span>`;
    }
    case "everyone":
      // Discord marks it only where it really notified somebody.
      return message.pinged.includes(mention.text.slice(1))
        ? html`<span class="mention">${mention.text}</span>`
        : mention.text;
    case "command":
      return html`<button class="mention" @click=${() => typeCommand(page, mention.name)}>/${mention.name}</button>`;
  }
}

function typeCommand(page: MessageContext["page"], name: string): void {
  const text = `/${name} `;
  page.update((state) => ({
    ...state,
    composer: { ...state.composer, text, caret: text.length, open: true },
  }));
}
