import type { IncomingMessage } from "node:http";
import type { Transform } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";

/** A body is read up to here, packed and unpacked: enough to find a text, too little to hurt. Bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Reads the first megabyte of a body as text: unpacked, whatever was asked for, and in the character set that it is
 * in. What cannot be unpacked comes as far as it could be.
 */
export async function readBody(response: IncomingMessage): Promise<string> {
  const packed = await readStart(response);
  const names = (response.headers["content-encoding"] ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase());
  // Applied in this order by the server, so taken off in the opposite one.
  let bytes = packed;
  for (const name of names.toReversed()) bytes = await unpack(name, bytes);
  return decode(bytes, response.headers["content-type"] ?? "");
}

async function readStart(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length >= MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES);
}

async function unpack(encoding: string, bytes: Buffer): Promise<Buffer> {
  const unpacker = unpackerFor(encoding, bytes);
  if (unpacker === undefined || bytes.length === 0) return bytes;
  const chunks: Buffer[] = [];
  let length = 0;
  unpacker.end(bytes);
  try {
    for await (const chunk of unpacker as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.byteLength;
      if (length >= MAX_BODY_BYTES) break;
    }
  } catch {
    // Cut off at our limit, or not what the header says. With nothing unpacked, it is taken as it is.
    if (length === 0) return bytes;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES);
}

function unpackerFor(encoding: string, bytes: Buffer): Transform | undefined {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
    case "br":
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    case "deflate": {
      // Some servers leave out the header that the standard wants: its first byte names the method 8.
      const options = { finishFlush: constants.Z_SYNC_FLUSH };
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate(options) : createInflateRaw(options);
    }
    default:
      return undefined;
  }
}

/** A byte-order mark wins over the header, as in browsers; a text in no known set is taken for UTF-8. */
function decode(bytes: Buffer, contentType: string): string {
  const marked = markOf(bytes);
  const named = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1];
  try {
    return new TextDecoder(marked ?? named ?? "utf-8").decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function markOf(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 3).toString("hex");
  if (start === "efbbbf") return "utf-8";
  if (start.startsWith("fffe")) return "utf-16le";
  return start.startsWith("feff") ? "utf-16be" : undefined;
}
