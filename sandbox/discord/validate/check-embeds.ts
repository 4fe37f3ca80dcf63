import type { APIEmbed } from "discord-api-types/v10";
import type { FormErrors, FormPath } from "./form-errors.js";
import { textLength } from "./text-length.js";

/** Over all embeds of a message: titles, descriptions, field names and values, footers and authors. */
const maxEmbedCharacters = 6_000;

/** Adds what the generated schema misses: empty parts, the common limit and the protocols of links. */
export function checkEmbeds(errors: FormErrors, path: FormPath, embeds: readonly APIEmbed[]): void {
  for (const [index, embed] of embeds.entries()) checkEmbed(errors, [...path, index], embed);
  const total = embeds.reduce((sum, embed) => sum + countCharacters(embed), 0);
  if (total > maxEmbedCharacters) {
    errors.add(path, "MAX_EMBED_SIZE_EXCEEDED", `Embed size exceeds maximum size of ${maxEmbedCharacters}`);
  }
}

/** True when nothing of the embed can be drawn. */
export function isEmptyEmbed(embed: APIEmbed): boolean {
  const { title, description, fields, image, thumbnail, footer, author } = embed;
  return !(title || description || fields?.length || image || thumbnail || footer?.text || author?.name);
}

function checkEmbed(errors: FormErrors, path: FormPath, embed: APIEmbed): void {
  (embed.fields ?? []).forEach((field, index) => {
    if (field.name.trim() === "") errors.required([...path, "fields", index, "name"]);
    if (field.value.trim() === "") errors.required([...path, "fields", index, "value"]);
  });
  if (embed.footer && !embed.footer.text) errors.required([...path, "footer", "text"]);
  if (embed.author && !embed.author.name) errors.required([...path, "author", "name"]);
  checkLink(errors, [...path, "url"], embed.url, ["http:", "https:"]);
  checkLink(errors, [...path, "image", "url"], embed.image?.url, ["http:", "https:", "attachment:"]);
  checkLink(errors, [...path, "thumbnail", "url"], embed.thumbnail?.url, ["http:", "https:", "attachment:"]);
}

/** Adds a fault when the link has another protocol than those that Discord follows. */
export function checkLink(
  errors: FormErrors,
  path: FormPath,
  url: string | null | undefined,
  protocols: readonly string[],
): void {
  if (!url || (URL.canParse(url) && protocols.includes(new URL(url).protocol))) return;
  const allowed = protocols.map((protocol) => protocol.replace(":", "")).join(", ");
  errors.add(path, "URL_TYPE_INVALID_SCHEME", `Scheme of "${url}" must be one of (${allowed}).`);
}

function countCharacters(embed: APIEmbed): number {
  const fields = (embed.fields ?? []).flatMap(({ name, value }) => [name, value]);
  return [embed.title, embed.description, embed.footer?.text, embed.author?.name, ...fields].reduce(
    (sum, text) => sum + textLength(text),
    0,
  );
}
