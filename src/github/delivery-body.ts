import { createHmac, type Hmac, timingSafeEqual } from "node:crypto";
import type { Readable } from "node:stream";
import type { BodyRoom } from "../http/body-room.js";
import type { Secret } from "../secret.js";

export type DeliveryBody =
  /** Signed; `bytes` is empty where it was not to be kept. */
  | { readonly kind: "signed"; readonly bytes: Buffer }
  | { readonly kind: "unsigned" }
  | { readonly kind: "too-large" }
  /** Others needed the room, and this one had cost the most. */
  | { readonly kind: "no-room" }
  /** The connection ended before the body did. */
  | { readonly kind: "broken-off" };

export interface DeliveryBodyParts {
  readonly room: BodyRoom;
  /** Any of them may have signed. */
  readonly secrets: readonly Secret[];
  /** Of the header: 64 hexadecimal digits. */
  readonly signature: string;
  /** Bytes. */
  readonly limit: number;
  /** False: the body is only checked. */
  readonly keep: boolean;
}

/**
 * Reads a body and checks its signature on the way, so that nothing is put together, and no text made, of what
 * nobody signed. Whoever sends the body decides how long it takes: the server's own deadline ends it.
 */
export function readDeliveryBody(stream: Readable, parts: DeliveryBodyParts): Promise<DeliveryBody> {
  return new Promise((resolve) => {
    const hmacs = parts.secrets.map((secret) => createHmac("sha256", secret.reveal()));
    let chunks: Buffer[] = [];
    let total = 0;
    const finish = (body: DeliveryBody) => {
      stream.off("data", take);
      held.close();
      chunks = [];
      resolve(body);
      // What still comes is thrown away, or the connection would stand still.
      stream.resume();
    };
    const held = parts.room.open(() => finish({ kind: "no-room" }));
    const take = (chunk: Buffer) => {
      total += chunk.length;
      if (total > parts.limit) return finish({ kind: "too-large" });
      for (const hmac of hmacs) hmac.update(chunk);
      if (!parts.keep) return;
      chunks.push(chunk);
      held.grow(chunk.length);
    };
    stream.on("data", take);
    stream.once("end", () => {
      const signed = total > 0 && hmacs.map((hmac) => isDigest(hmac, parts.signature)).includes(true);
      finish(signed ? { kind: "signed", bytes: Buffer.concat(chunks) } : { kind: "unsigned" });
    });
    for (const event of ["aborted", "error", "close"])
      stream.once(event, () => finish({ kind: "broken-off" }));
  });
}

function isDigest(hmac: Hmac, signature: string): boolean {
  return timingSafeEqual(hmac.digest(), Buffer.from(signature, "hex"));
}
