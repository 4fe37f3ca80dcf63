import { type APIEmbed, type APIMessageTopLevelComponent, MessageFlags } from "discord-api-types/v10";
import { refusals } from "../discord-error.js";
import { checkComponents } from "./check-components.js";
import { checkEmbeds, isEmptyEmbed } from "./check-embeds.js";
import { FormErrors } from "./form-errors.js";
import { textLength } from "./text-length.js";
import { walkComponents } from "./walk-components.js";

/** Without Nitro, which a bot never has. */
const maxContentCharacters = 2_000;

/** A message as it would stand after the request: an edit is checked with what it leaves as it was. */
export interface MessageDraft {
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly flags: number;
  /** Names of the files that the message would carry. */
  readonly filenames: readonly string[];
  readonly hasPoll: boolean;
}

/**
 * Refuses a message for the rules that the generated schemas miss.
 *
 * @throws DiscordError 50035 or 50006
 */
export function checkMessage(draft: MessageDraft): void {
  const isV2 = (draft.flags & MessageFlags.IsComponentsV2) !== 0;
  const errors = new FormErrors();
  if (textLength(draft.content) > maxContentCharacters) {
    errors.add(["content"], "BASE_TYPE_MAX_LENGTH", `Must be ${maxContentCharacters} or fewer in length.`);
  }
  if (isV2) checkNoLegacyFields(errors, draft);
  checkEmbeds(errors, ["embeds"], draft.embeds);
  checkComponents(errors, draft.components, isV2);
  checkAttachmentReferences(errors, draft);
  errors.refuseIfAny();
  if (isEmpty(draft, isV2)) throw refusals.emptyMessage();
}

function checkNoLegacyFields(errors: FormErrors, draft: MessageDraft): void {
  const used = { content: draft.content !== "", embeds: draft.embeds.length > 0, poll: draft.hasPoll };
  for (const [field, isUsed] of Object.entries(used)) {
    if (!isUsed) continue;
    errors.add(
      [field],
      "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
      `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
    );
  }
}

function isEmpty(draft: MessageDraft, isV2: boolean): boolean {
  if (isV2) return draft.components.length === 0;
  const hasEmbed = draft.embeds.some((embed) => !isEmptyEmbed(embed));
  const hasBody = draft.content.trim() !== "" || hasEmbed || draft.filenames.length > 0 || draft.hasPoll;
  return !hasBody && draft.components.length === 0;
}

function checkAttachmentReferences(errors: FormErrors, draft: MessageDraft): void {
  const refer = (path: readonly PropertyKey[], url: unknown) => {
    if (typeof url !== "string" || !url.startsWith("attachment://")) return;
    if (draft.filenames.includes(url.slice("attachment://".length))) return;
    errors.add(
      path,
      "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
      "The referenced attachment was not found.",
    );
  };
  for (const { path, component } of walkComponents(draft.components)) {
    const { file, media, items } = component as MediaHolder;
    refer([...path, "file", "url"], file?.url);
    refer([...path, "media", "url"], media?.url);
    items?.forEach((item, index) => {
      refer([...path, "items", index, "media", "url"], item.media?.url);
    });
  }
}

interface MediaHolder {
  readonly file?: { readonly url?: string };
  readonly media?: { readonly url?: string };
  readonly items?: readonly { readonly media?: { readonly url?: string } }[];
}
