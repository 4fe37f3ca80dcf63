import type { IncomingMessage } from "node:http";
import { refusals } from "../discord-error.js";
import type { UploadedFile } from "../messages/merge-attachments.js";
import { refuseForm } from "../validate/form-errors.js";

/** Discord's limit for one file without boosts, in bytes. */
const maxFileBytes = 10 * 1024 * 1024;
/** Over all files of a request, in bytes; Discord's limit for a request. */
const maxRequestBytes = 25 * 1024 * 1024;

export interface ParsedBody {
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

/** @returns the raw body, or `too-large` */
export async function readRaw(request: IncomingMessage): Promise<Buffer | "too-large"> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    // The rest is still read, so that the client gets the answer instead of a reset.
    if (size <= maxRequestBytes) chunks.push(chunk as Buffer);
  }
  return size > maxRequestBytes ? "too-large" : Buffer.concat(chunks);
}

/**
 * Parses JSON, or multipart with `payload_json` and `files[n]`.
 *
 * @throws DiscordError 50109, 50035 or 40005
 */
export async function parseRaw(raw: Buffer | "too-large", contentType: string): Promise<ParsedBody> {
  if (raw === "too-large") throw refusals.entityTooLarge();
  if (contentType.startsWith("multipart/form-data")) return parseMultipart(raw, contentType);
  return { body: raw.length === 0 ? undefined : parseJson(raw.toString("utf8")), files: [] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusals.invalidJson();
  }
}

async function parseMultipart(raw: Buffer, contentType: string): Promise<ParsedBody> {
  const form = await new Response(raw, { headers: { "content-type": contentType } })
    .formData()
    .catch(() => refuseForm([], "CONTENT_TYPE_INVALID", "The multipart body cannot be read."));
  const files: UploadedFile[] = [];
  let body: unknown = {};
  for (const [key, value] of form) {
    if (typeof value !== "string") files.push(await readFile(key, value));
    else if (key === "payload_json") body = parseJson(value);
  }
  return { body, files };
}

async function readFile(key: string, file: File): Promise<UploadedFile> {
  const index = /^files\[(\d+)\]$/.exec(key)?.[1];
  if (index === undefined) {
    return refuseForm([key], "FILE_FIELD_INVALID", "Files must be in fields named files[n].");
  }
  if (file.size > maxFileBytes) throw refusals.entityTooLarge();
  const bytes = Buffer.from(await file.arrayBuffer());
  return { index, filename: file.name, contentType: file.type || "application/octet-stream", bytes };
}
