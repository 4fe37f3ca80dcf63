import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { openSocket } from "../network/open-socket.js";
import { readBody } from "./read-body.js";

/** Some applications send 20 KiB of cookies and policies; Node's own limit is 16 KiB. Bytes. */
const MAX_HEADER_BYTES = 64 * 1024;

export interface HttpExchange {
  readonly status: number;
  readonly location: string | undefined;
  /** The first megabyte of the body, as text; empty where the body does not matter. */
  readonly body: string;
  /** Milliseconds since the epoch; only over https. */
  readonly certificateExpiresAt?: number;
}

export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Certificates to trust in place of Node's own, in PEM. */
  readonly trusted?: readonly string[] | undefined;
  /** Called once the other side has taken the connection. */
  readonly connected: () => void;
  /** Whether the answer is judged by its body, given its status. */
  readonly wantsBody: (status: number) => boolean;
}

/**
 * One GET on a connection of its own, so that each answer tells of the whole way, and each TLS handshake shows the
 * certificate. The connection is closed in any case.
 * @throws the system's or OpenSSL's error, or the reason of the signal
 */
export async function exchangeHttp(options: HttpRequest, signal: AbortSignal): Promise<HttpExchange> {
  signal.throwIfAborted();
  const socket = await openSocket(placeOf(options.url), signal);
  options.connected();
  const request = send(options, socket, signal);
  try {
    const response = await answerOf(request);
    const expiresAt = certificateExpiry(response);
    const status = response.statusCode ?? 0;
    const body = options.wantsBody(status) ? await readBody(response) : "";
    return {
      status,
      location: response.headers.location,
      body,
      ...(expiresAt !== undefined && { certificateExpiresAt: expiresAt }),
    };
  } finally {
    request.destroy();
  }
}

/** An IPv6 address stands in brackets in a URL alone. */
function placeOf({ protocol, hostname, port }: URL): { readonly host: string; readonly port: number } {
  const usual = protocol === "https:" ? 443 : 80;
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: port === "" ? usual : Number(port) };
}

function send({ url, headers, trusted }: HttpRequest, socket: Socket, signal: AbortSignal): ClientRequest {
  const options = { headers, signal, maxHeaderSize: MAX_HEADER_BYTES } as const;
  const secured = { ...options, agent: false, socket, ...(trusted && { ca: [...trusted] }) } as const;
  const request =
    url.protocol === "https:"
      ? requestHttps(url, secured)
      : requestHttp(url, { ...options, createConnection: () => socket });
  // An error that comes once the answer is read has nobody to tell, and would end the process.
  request.on("error", () => undefined);
  request.end();
  return request;
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
    // An answer that wants to switch the protocol ends like this.
    request.once("close", () => reject(Object.assign(new Error("No answer"), { code: "ECONNRESET" })));
  });
}

function certificateExpiry({ socket }: IncomingMessage): number | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const expiresAt = Date.parse(socket.getPeerCertificate().valid_to);
  return Number.isNaN(expiresAt) ? undefined : expiresAt;
}
