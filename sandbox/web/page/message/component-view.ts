import {
  type APIComponentInContainer,
  type APIContainerComponent,
  type APIMediaGalleryComponent,
  type APIMessageTopLevelComponent,
  type APISectionComponent,
  type APISeparatorComponent,
  ComponentType,
  SeparatorSpacingSize,
} from "discord-api-types/v10";
import { html, nothing, type TemplateResult } from "lit";
import { cssColor } from "../format.js";
import { actionRowView, buttonView } from "./button-view.js";
import { fileView } from "./file-view.js";
import { markdownView } from "./markdown-view.js";
import { findAttachment, type MessageContext, mediaUrl, pictureUrl } from "./message-context.js";

/** Draws a component of a message. The component library has none for Components V2, so these are the page's own. */
export function componentView(
  component: APIMessageTopLevelComponent | APIComponentInContainer,
  context: MessageContext,
): TemplateResult | typeof nothing {
  switch (component.type) {
    case ComponentType.ActionRow:
      return actionRowView(component, context);
    case ComponentType.TextDisplay:
      return html`<div class="text-display">${markdownView(component.content, context)}</div>`;
    case ComponentType.Section:
      return sectionView(component, context);
    case ComponentType.Separator:
      return separatorView(component);
    case ComponentType.File: {
      const file = findAttachment(context.message, component.file.url);
      return file ? fileView(file, context) : nothing;
    }
    case ComponentType.MediaGallery:
      return galleryView(component, context);
    case ComponentType.Container:
      return containerView(component, context);
    default:
      return nothing;
  }
}

function containerView(container: APIContainerComponent, context: MessageContext): TemplateResult {
  const accent = cssColor(container.accent_color);
  return html`<div
    class="container ${accent ? "accented" : ""} ${container.spoiler ? "spoiler" : ""}"
    style=${accent ? `--accent: ${accent}` : nothing}
  >
    ${container.components.map((child) => componentView(child, context))}
  </div>`;
}

function sectionView(section: APISectionComponent, context: MessageContext): TemplateResult {
  const { accessory } = section;
  const beside =
    accessory.type === ComponentType.Button
      ? buttonView(accessory, context)
      : pictureView(accessory.media.url, accessory.description, context, "thumbnail");
  return html`<div class="section">
    <div class="section-text">${section.components.map((child) => componentView(child, context))}</div>
    <div class="section-beside">${beside}</div>
  </div>`;
}

function separatorView(separator: APISeparatorComponent): TemplateResult {
  const large = separator.spacing === SeparatorSpacingSize.Large;
  const line = separator.divider ?? true;
  return html`<hr class="separator ${large ? "large" : ""} ${line ? "" : "invisible"}" />`;
}

function galleryView(gallery: APIMediaGalleryComponent, context: MessageContext): TemplateResult {
  return html`<div class="gallery" data-count=${gallery.items.length}>
    ${gallery.items.map((item) => pictureView(item.media.url, item.description, context, "gallery-item"))}
  </div>`;
}

function pictureView(
  url: string,
  description: string | null | undefined,
  { message }: MessageContext,
  name: string,
): TemplateResult | typeof nothing {
  const source = pictureUrl(message, url);
  if (source) return html`<img class=${name} src=${source} alt=${description ?? ""} />`;
  const link = mediaUrl(message, url);
  if (link === undefined) return nothing;
  return html`<a class="${name} elsewhere" href=${link} target="_blank" rel="noopener noreferrer">${description ?? "Picture"}</a>`;
}
