import { html, nothing, type TemplateResult } from "lit";
import type { AttachmentView } from "../../../discord/types.js";
import { attachmentPath } from "../api.js";
import { fileSize } from "../format.js";
import { toggled } from "../state/collections.js";
import type { MessageContext } from "./message-context.js";

const picture = /\.(?:png|jpe?g|gif)$/i;
/** What Discord shows of a text file before it is opened up. */
const previewLines = 6;

export function fileView(file: AttachmentView, context: MessageContext): TemplateResult {
  const path = attachmentPath(file.id);
  if (picture.test(file.filename)) {
    return html`<a class="picture" href=${path} download=${file.filename}><img src=${path} alt=${file.filename} /></a>`;
  }
  const text = context.page.state.previews.get(file.id);
  return html`<div class="file">
    ${text ? previewView(file, text, context) : nothing}
    <div class="file-foot">
      ${fileIcon}
      <div class="file-name">
        <a href=${path} download=${file.filename}>${file.filename}</a>
        <span class="file-size">${fileSize(file.size)}</span>
      </div>
      <a class="file-download" href=${path} download=${file.filename} aria-label="Download ${file.filename}">${downloadIcon}</a>
    </div>
  </div>`;
}

function previewView(file: AttachmentView, text: string, { page }: MessageContext): TemplateResult {
  const lines = text.replace(/\n$/, "").split("\n");
  const open = page.state.expanded.has(file.id);
  const shown = open ? lines : lines.slice(0, previewLines);
  const more = lines.length - shown.length;
  const toggle = (): void =>
    page.update((state) => ({ ...state, expanded: toggled(state.expanded, file.id) }));
  return html`<pre class="file-text" tabindex="0" aria-label="Content of ${file.filename}">${shown.join("\n")}</pre>
    ${
      lines.length > previewLines
        ? html`<button class="file-toggle" aria-expanded=${open} @click=${toggle}>
            ${open ? "Collapse" : `Expand (${more} more ${more === 1 ? "line" : "lines"})`}
          </button>`
        : nothing
    }`;
}

const fileIcon = html`<svg class="file-icon" viewBox="0 0 30 40" width="24" height="32" aria-hidden="true">
  <path fill="#d3d6fd" d="M3 0h17l10 10v27a3 3 0 0 1-3 3H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" />
  <path fill="#939bf9" d="M20 0l10 10H22a2 2 0 0 1-2-2z" />
  <path stroke="#5865f2" stroke-width="2" stroke-linecap="round" d="M6 18h18M6 24h18M6 30h11" />
</svg>`;

const downloadIcon = html`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"
  ><path
    fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"
    d="M12 4v11M7 11l5 5 5-5M5 20h14"
  /></svg>`;
