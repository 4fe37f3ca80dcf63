import { createHmac, randomUUID } from "node:crypto";
import { KeptOpenConnection } from "./kept-open-connection.js";

/** A run that takes longer is given up. Milliseconds. */
const LIMIT_MS = 60_000;

export interface Load {
  readonly url: string;
  /** Bodies that are sent in turn, each with its signature. */
  readonly payloads: readonly SignedPayload[];
  /** Connections that are kept open; each sends the next request when its answer came. */
  readonly connections: number;
  readonly requests: number;
}

export interface SignedPayload {
  readonly body: Buffer;
  readonly signature: string;
}

export interface LoadResult {
  readonly perSecond: number;
  /** Of every request, in milliseconds. */
  readonly latencies: readonly number[];
}

export function sign(payload: unknown, secret: string): SignedPayload {
  const body = Buffer.from(JSON.stringify(payload));
  return { body, signature: `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` };
}

/**
 * Sends push webhooks over kept-open connections, each with a delivery id of its own.
 * @throws Error when one is not answered with 2xx, or the run takes longer than a minute
 */
export async function sendLoad({ url, payloads, connections, requests }: Load): Promise<LoadResult> {
  const { port, pathname } = new URL(url);
  const open = await Promise.all(
    Array.from({ length: connections }, () => KeptOpenConnection.open(Number(port))),
  );
  const closeAll = (): void => {
    for (const connection of open) connection.close();
  };
  const latencies: number[] = [];
  let sent = 0;
  const use = async (connection: KeptOpenConnection): Promise<void> => {
    while (sent < requests) {
      const payload = payloads[sent++ % payloads.length];
      if (payload === undefined) throw new RangeError("There are no payloads to send.");
      const startedAt = performance.now();
      const status = await connection.send(headOf(pathname, port, payload), payload.body);
      latencies.push(performance.now() - startedAt);
      if (status < 200 || status > 299) throw new Error(`${url} answered a signed push with ${status}.`);
    }
  };
  const limit = setTimeout(() => open[0]?.fail(new Error(`${url} is too slow.`)), LIMIT_MS);
  try {
    const startedAt = performance.now();
    await Promise.all(open.map(use));
    return { perSecond: (requests * 1000) / (performance.now() - startedAt), latencies };
  } finally {
    clearTimeout(limit);
    closeAll();
  }
}

/** As GitHub sends it. */
function headOf(path: string, port: string, { body, signature }: SignedPayload): string {
  return [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "user-agent: GitHub-Hookshot/bench",
    "accept: */*",
    "content-type: application/json",
    `content-length: ${body.length}`,
    "x-github-event: push",
    `x-github-delivery: ${randomUUID()}`,
    `x-hub-signature-256: ${signature}`,
    "",
    "",
  ].join("\r\n");
}
