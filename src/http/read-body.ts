import type { Readable } from "node:stream";
import type { BodyRoom } from "./body-room.js";

export type ReadBody =
  | { readonly kind: "whole"; readonly bytes: Buffer }
  | { readonly kind: "too-large" }
  /** Others needed the room, and this one had cost the most. */
  | { readonly kind: "no-room" }
  /** The connection ended before the body did. */
  | { readonly kind: "broken-off" };

/**
 * Reads a body into the room that all of them share. Whoever sends it decides how long it takes: the server's own
 * deadline ends it. @param limit bytes
 */
export function readBody(stream: Readable, room: BodyRoom, limit: number): Promise<ReadBody> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let total = 0;
    const finish = (body: ReadBody) => {
      stream.off("data", take);
      held.close();
      chunks = [];
      resolve(body);
      // What still comes is thrown away, or the connection would stand still.
      stream.resume();
    };
    const held = room.open(() => finish({ kind: "no-room" }));
    const take = (chunk: Buffer) => {
      total += chunk.length;
      if (total > limit) return finish({ kind: "too-large" });
      chunks.push(chunk);
      held.grow(chunk.length);
    };
    stream.on("data", take);
    stream.once("end", () => finish({ kind: "whole", bytes: Buffer.concat(chunks) }));
    for (const event of ["aborted", "error", "close"])
      stream.once(event, () => finish({ kind: "broken-off" }));
  });
}
