import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { DiscordError, refusals } from "../discord-error.js";
import type { Fault } from "../types.js";
import type { RestFaults } from "./faults.js";
import { type FoundRoute, findRoute } from "./find-route.js";
import type { InvalidRequests } from "./invalid-requests.js";
import { bucketHash, type RateLimitHeaders, type RateLimits } from "./rate-limits.js";
import { type ParsedBody, parseRaw, readRaw } from "./read-body.js";
import type { RequestLog } from "./request-log.js";
import type { Route } from "./route.js";

interface RestServerParts {
  readonly routes: readonly Route[];
  readonly botToken: string;
  readonly faults: RestFaults;
  readonly requests: RequestLog;
  readonly invalid: InvalidRequests;
  /** Absent when rate limits are off. */
  readonly rateLimits: RateLimits | undefined;
  readonly log: (line: string) => void;
  /** Aborted when the stand-in closes. */
  readonly closing: AbortSignal;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: RateLimitHeaders;
}

interface Call {
  readonly method: string;
  readonly path: string;
  /** False without the prefix of API version 10. */
  readonly isApi: boolean;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  /** A refusal when the body cannot be read. */
  readonly parsed: ParsedBody | DiscordError;
}

const prefix = "/api/v10";

/** Answers a REST request as Discord does, faults included, and writes it into the request log. */
export async function serveRest(
  parts: RestServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = await readCall(request);
  const fault = parts.faults.take(call.method, call.path);
  if (fault?.kind === "delay") await sleep(fault.milliseconds, undefined, { signal: parts.closing });
  if (fault?.kind === "drop-connection") {
    record(parts, call, 0);
    request.socket.destroy();
    return;
  }
  const reply = replyWithFault(parts, call, fault);
  record(parts, call, reply.status);
  parts.invalid.note(reply.status);
  if (reply.status >= 400)
    parts.log(`${call.method} ${call.path} -> ${reply.status} ${describe(reply.body)}`);
  send(response, reply);
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? "/", "http://discord");
  const path = decodePath(url.pathname);
  return {
    method: request.method ?? "GET",
    path: path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path,
    isApi: path.startsWith(`${prefix}/`),
    query: url.searchParams,
    authorization: request.headers.authorization,
    parsed: await parse(request),
  };
}

/** Clients may send `@original` as `%40original`. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function parse(request: IncomingMessage): Promise<ParsedBody | DiscordError> {
  const raw = await readRaw(request);
  try {
    return await parseRaw(raw, request.headers["content-type"] ?? "");
  } catch (error) {
    if (error instanceof DiscordError) return error;
    throw error;
  }
}

function replyWithFault(parts: RestServerParts, call: Call, fault: Fault | undefined): Reply {
  if (fault?.kind === "refuse") return refusal(new DiscordError(fault.status, fault.code, "Refused"));
  if (fault?.kind === "status") return faultReply(call, fault.status, fault.retryAfterSeconds);
  const reply = answer(parts, call);
  return fault?.kind === "status-after-accepting" ? faultReply(call, fault.status) : reply;
}

function faultReply(call: Call, status: number, retryAfterSeconds = 1): Reply {
  if (status !== 429) return { status, body: { message: `${status}: ${STATUS_CODES[status]}`, code: 0 } };
  const headers = {
    "X-RateLimit-Limit": "5",
    "X-RateLimit-Remaining": "0",
    "X-RateLimit-Reset": (Date.now() / 1_000 + retryAfterSeconds).toFixed(3),
    "X-RateLimit-Reset-After": retryAfterSeconds.toFixed(3),
    "X-RateLimit-Bucket": bucketHash(`${call.method} ${call.path}`),
  };
  return rateLimited(headers, retryAfterSeconds, "user");
}

function answer(parts: RestServerParts, call: Call): Reply {
  if (parts.invalid.isBlocked()) {
    return { status: 429, body: "error code: 1015", headers: { "Retry-After": "3600" } };
  }
  const found = call.isApi ? findRoute(parts.routes, call.method, call.path) : "unknown-path";
  if (found === "unknown-path") return refusal(refusals.notFound());
  if (found === "wrong-method") return refusal(refusals.methodNotAllowed());
  const isBot = call.authorization === `Bot ${parts.botToken}`;
  if (found.route.auth === "bot" && !isBot) return refusal(refusals.unauthorized());
  const limited = takeLimits(parts.rateLimits, found);
  if (limited.refusal) return limited.refusal;
  const reply = handle(found, call);
  return { ...reply, headers: limited.headers };
}

function takeLimits(
  limits: RateLimits | undefined,
  { route, params }: FoundRoute,
): { readonly headers: RateLimitHeaders; readonly refusal?: Reply } {
  if (!limits || route.bucket === "none") return { headers: {} };
  // Discord counts no interaction endpoint against the limit over all routes.
  const global = route.auth === "bot" ? limits.takeGlobal() : { headers: {} };
  const major = params["token"] ?? params["channel"] ?? params["guild"] ?? "";
  const allowance = global.refused
    ? global
    : limits.takeRoute(`${route.method} ${route.path}`, major, route.bucket);
  if (!allowance.refused) return { headers: allowance.headers };
  const { retryAfterSeconds, scope } = allowance.refused;
  return { headers: {}, refusal: rateLimited(allowance.headers, retryAfterSeconds, scope) };
}

/** The header counts in whole seconds, the body exactly, as Discord's do. */
function rateLimited(headers: RateLimitHeaders, seconds: number, scope: "user" | "global"): Reply {
  return {
    status: 429,
    headers: { ...headers, "Retry-After": String(Math.ceil(seconds)), "X-RateLimit-Scope": scope },
    body: { message: "You are being rate limited.", retry_after: seconds, global: scope === "global" },
  };
}

function handle({ route, params }: FoundRoute, { query, parsed }: Call): Reply {
  if (parsed instanceof DiscordError) return refusal(parsed);
  try {
    return route.handle({ params, query, ...parsed });
  } catch (error) {
    if (error instanceof DiscordError) return refusal(error);
    throw error;
  }
}

function refusal(error: DiscordError): Reply {
  return { status: error.status, body: error.toJSON() };
}

function record(parts: RestServerParts, call: Call, status: number): void {
  const query = call.query.toString();
  const parsed = call.parsed instanceof DiscordError ? undefined : call.parsed;
  parts.requests.add({
    at: Date.now(),
    method: call.method,
    path: call.path,
    ...(query ? { query } : {}),
    status,
    ...(parsed?.body === undefined ? {} : { body: parsed.body }),
    ...(parsed?.files.length
      ? { files: parsed.files.map(({ filename, bytes }) => ({ filename, size: bytes.length })) }
      : {}),
  });
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const isText = typeof body === "string";
  const contentType = isText ? "text/plain; charset=utf-8" : "application/json";
  response.writeHead(status, { "Content-Type": contentType, ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

function describe(body: unknown): string {
  return body === undefined ? "" : JSON.stringify(body);
}
