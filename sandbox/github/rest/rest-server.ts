import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { type Api, type ApiRequest, answerRequest } from "./answer-request.js";
import type { Answer } from "./call.js";
import { faultAnswer, forbiddenAnswer, limitAnswer } from "./error-answers.js";
import type { Faults } from "./faults.js";
import { rateLimitHeaders } from "./rate-limit.js";
import type { RequestLog } from "./request-log.js";
import { decodedOrRaw } from "./router.js";

export interface RestServerParts {
  readonly api: Api;
  readonly faults: Faults;
  readonly log: RequestLog;
  /** Ends the delays of `delay` faults. */
  readonly closing: AbortSignal;
}

/** Serves the REST API on a server that listens already. */
export function serveRest(server: Server, parts: RestServerParts): void {
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    // A client that goes away in the middle of its request leaves nothing to answer.
    serve(parts, request, response).catch(() => response.destroy());
  });
}

async function serve(
  parts: RestServerParts,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const at = Date.now();
  const [rawPath = "/", query = ""] = splitOnce(message.url ?? "/", "?");
  const method = message.method ?? "GET";
  const request = { method, rawPath, query, headers: message.headers, body: await readText(message) };
  const path = decodedOrRaw(rawPath);
  const answer = await answerWithFaults(parts, request, path);
  parts.log.add({ at, method, path, status: answer?.status ?? 0 }, query, request.body);
  if (answer) send(parts.api, request, response, answer);
  else message.socket.destroy();
}

/** @returns undefined when the connection is to be dropped */
async function answerWithFaults(
  { api, faults, closing }: RestServerParts,
  request: ApiRequest,
  path: string,
): Promise<Answer | undefined> {
  const fault = faults.take(request.method, path);
  switch (fault?.kind) {
    case "drop-connection":
      return undefined;
    case "status":
      return faultAnswer(fault);
    case "status-after-accepting":
      await answerRequest(api, request);
      return faultAnswer(fault);
    case "forbidden":
      return forbiddenAnswer();
    case "rate-limit":
      return limitAnswer(fault.reset);
    case "delay":
      await wait(fault.milliseconds, undefined, { signal: closing });
      return await answerRequest(api, request);
    case undefined:
      return await answerRequest(api, request);
  }
}

function send(api: Api, request: ApiRequest, response: ServerResponse, answer: Answer): void {
  const isText = answer.headers?.["content-type"] !== undefined && typeof answer.body === "string";
  const text = isText ? String(answer.body) : JSON.stringify(answer.body);
  // GitHub neither counts requests for the rate limit nor tags their answers.
  const tagged = request.method !== "POST" && request.rawPath !== "/rate_limit";
  const etag =
    tagged && answer.status === 200 ? `W/"${createHash("sha256").update(text).digest("hex")}"` : undefined;
  const unchanged = etag !== undefined && request.headers["if-none-match"] === etag;
  if (unchanged) api.state.rateLimit.giveBack();
  response.writeHead(unchanged ? 304 : answer.status, {
    "content-type": "application/json; charset=utf-8",
    "x-github-media-type": "github.v3; format=json",
    "x-github-request-id": randomBytes(8).toString("hex").toUpperCase(),
    ...rateLimitHeaders(api.state.rateLimit.state()),
    ...(etag === undefined ? {} : { etag }),
    ...answer.headers,
  });
  response.end(unchanged ? undefined : text);
}

async function readText(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
