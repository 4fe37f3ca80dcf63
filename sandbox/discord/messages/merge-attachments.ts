import { refusals } from "../discord-error.js";
import { refuseForm } from "../validate/form-errors.js";
import type { StoredAttachment } from "./stored-message.js";

/** A file of a multipart request, by the number in `files[n]`. */
export interface UploadedFile {
  readonly index: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** An entry of a body's `attachments`: a file of the request by its number or one of the message by its id. */
export interface AttachmentEntry {
  readonly id: string | number;
  readonly filename?: string | null;
  readonly description?: string | null;
}

/** Per message. */
const maxFiles = 10;

/**
 * The attachments that a message has after a request: without `entries` the present ones and all new files, else
 * only those that the entries name.
 *
 * @throws DiscordError 30015, or 50035 when an entry names neither a new file nor a present attachment
 */
export function mergeAttachments(
  present: readonly StoredAttachment[],
  entries: readonly AttachmentEntry[] | null | undefined,
  files: readonly UploadedFile[],
  newId: () => string,
): readonly StoredAttachment[] {
  const kept = entries
    ? present.filter(({ id }) => entries.some((entry) => String(entry.id) === id))
    : present;
  entries?.forEach((entry, index) => {
    const id = String(entry.id);
    if (kept.some((attachment) => attachment.id === id) || files.some((file) => file.index === id)) return;
    refuseForm(["attachments", index, "id"], "ATTACHMENT_NOT_FOUND", `There is no attachment or file ${id}`);
  });
  const named = entries ? files.filter(({ index }) => entries.some(({ id }) => String(id) === index)) : files;
  const added = named.map((file) => {
    const entry = entries?.find(({ id }) => String(id) === file.index);
    return {
      id: newId(),
      filename: cleanName(entry?.filename ?? file.filename),
      description: entry?.description ?? undefined,
      contentType: file.contentType,
      bytes: file.bytes,
    };
  });
  if (kept.length + added.length > maxFiles) throw refusals.tooManyFiles();
  return [...kept, ...added];
}

/** Discord keeps letters, digits, dots, dashes and underscores of a file's name. */
function cleanName(name: string): string {
  return name.replaceAll(/\s/g, "_").replaceAll(/[^\p{L}\p{N}._-]/gu, "") || "unknown";
}
