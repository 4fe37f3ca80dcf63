import type { IncomingMessage, ServerResponse } from "node:http";
import type { MessageStore } from "../messages/message-store.js";

/**
 * Answers a download of a file, as Discord's CDN does without a token.
 *
 * @returns false when the request is not about a file
 */
export function serveAttachment(
  messages: MessageStore,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const id = /^\/attachments\/\d+\/(\d+)\/[^/]+$/.exec(request.url ?? "")?.[1];
  if (request.method !== "GET" || id === undefined) return false;
  const attachment = messages.attachment(id);
  if (!attachment) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("This content is no longer available.");
    return true;
  }
  response.writeHead(200, {
    "Content-Type": attachment.contentType,
    "Content-Length": attachment.bytes.length,
    // A page from another port draws the file.
    "Access-Control-Allow-Origin": "*",
  });
  response.end(attachment.bytes);
  return true;
}
