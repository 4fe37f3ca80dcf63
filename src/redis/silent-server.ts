import { createConnection, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import { RedisFaultError } from "./fault.js";

/** How long a server may take for its first byte before it is asked in the other way. */
const SILENT_MS = 1_000;
/** How long the question in the other way may take. */
const ASK_MS = 2_000;

export type Address =
  | { readonly path: string }
  | { readonly host: string; readonly port: number; readonly family?: number };

/**
 * Finds out why a server says nothing: a TLS port that is spoken to in plain text closes the link without a word, and a
 * plain port waits for the end of a TLS greeting for ever. Tells only what the server itself has shown; nothing of one
 * that is slow or frozen.
 */
export function diagnoseSilence(
  socket: Socket | TLSSocket,
  address: Address,
  tell: (fault: RedisFaultError) => void,
): void {
  const isTls = socket instanceof TLSSocket;
  let isConnected = false;
  let isAsking = false;
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    const other = isTls ? await answersInPlainText(address) : await answersInTls(address);
    if (other) tell(new RedisFaultError(isTls ? "tls-unexpected" : "tls-needed"));
    else if (socket.closed && !isTls) tell(new RedisFaultError("no-answer"));
  };
  let timer: NodeJS.Timeout | undefined;
  const closed = () => {
    clearTimeout(timer);
    // What ioredis ends itself has waited for its own time-out.
    if (isConnected) void ask();
  };
  socket.once("connect", () => {
    isConnected = true;
    timer = setTimeout(() => void ask(), SILENT_MS).unref();
  });
  socket.once("close", closed);
  socket.once(isTls ? "secureConnect" : "data", () => {
    clearTimeout(timer);
    socket.off("close", closed);
  });
}

/** A server that asks for a client certificate, or for another version, has spoken TLS as well. */
function answersInTls(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({ ...address, rejectUnauthorized: false });
    socket.once("secureConnect", () => resolve(true));
    endAfter(socket, resolve, (error) => "reason" in error && /alert/.test(String(error.reason)));
  });
}

function answersInPlainText(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(address, () => socket.write("PING\r\n"));
    socket.once("data", (chunk) => resolve(/^[+-]/.test(chunk.toString("latin1"))));
    endAfter(socket, resolve, () => false);
  });
}

/** Resolves with false, or with what the error shows, and leaves no connection behind. */
function endAfter(
  socket: Socket,
  resolve: (answer: boolean) => void,
  shows: (error: Error) => boolean,
): void {
  const timer = setTimeout(() => socket.destroy(), ASK_MS);
  socket.once("error", (error) => resolve(shows(error)));
  socket.once("secureConnect", () => socket.destroy());
  socket.once("data", () => socket.destroy());
  socket.once("close", () => {
    clearTimeout(timer);
    resolve(false);
  });
}
