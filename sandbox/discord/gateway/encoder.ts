import { constants, createDeflate } from "node:zlib";
import type { WebSocket } from "ws";

/** Sends texts over a socket, as they are or as one zlib stream. */
export interface Encoder {
  send(text: string): void;
  close(): void;
}

export function createEncoder(socket: WebSocket, compression: string | null): Encoder {
  return compression === "zlib-stream" ? zlibStream(socket) : plain(socket);
}

function plain(socket: WebSocket): Encoder {
  return { send: (text) => socket.send(text), close: () => undefined };
}

/** One deflate context for the whole connection, flushed after each message, as Discord describes it. */
function zlibStream(socket: WebSocket): Encoder {
  const deflate = createDeflate({ flush: constants.Z_SYNC_FLUSH });
  let chunks: Buffer[] = [];
  deflate.on("data", (chunk: Buffer) => chunks.push(chunk));
  return {
    send(text) {
      deflate.write(text, () => {
        if (socket.readyState === socket.OPEN) socket.send(Buffer.concat(chunks));
        chunks = [];
      });
    },
    close: () => deflate.close(),
  };
}
