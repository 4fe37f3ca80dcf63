import { createServer, type RequestListener, type Server } from "node:http";
import Fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { within } from "../within.js";
import { limitConnections } from "./connection-limit.js";

/** No route but the webhook's takes a body, and that one reads its own. Bytes. */
const BODY_LIMIT = 1024;

/** How long one request may take to come: GitHub gives up after 10 s, too. */
const REQUEST_MS = 10_000;

const HEADERS_MS = 5_000;

/** How often Node looks for requests that are too slow. */
const LOOK_MS = 1_000;

/** Between two requests of a reverse proxy that keeps its connection for a minute, as nginx does. */
const KEEP_ALIVE_MS = 72_000;

/** Half of the file descriptors that a process usually has. */
const CONNECTIONS = 512;

/** How long the details of `/readyz` may take. */
const DETAILS_MS = 1_000;

export interface ReadinessCheck {
  readonly name: string;
  /** Whether this part can do its work now. */
  readonly ready: () => boolean | Promise<boolean>;
  /** What a person who looks at `/readyz` should know of it; undefined: nothing. Asked after `ready`. */
  readonly details?: () => unknown;
}

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly checks: readonly ReadinessCheck[];
  /** What `/readyz` tells beside the parts; left out where it cannot be found out. */
  readonly details?: () => Promise<Readonly<Record<string, unknown>>>;
  /** For tests. */
  readonly limits?: { readonly requestMs?: number; readonly connections?: number };
}

/**
 * The one HTTP server. `/healthz`: the process answers. `/readyz`: every part can work, else 503 and which
 * cannot.
 */
export function createHttpServer({ logger, checks, details, limits }: HttpServerOptions): FastifyInstance {
  const server = Fastify({
    ...{ bodyLimit: BODY_LIMIT, logger: false, forceCloseConnections: true },
    serverFactory: (handler) => createBoundedServer(handler, limits),
  });
  server.get("/healthz", async () => ({ status: "ok" }));
  server.get("/readyz", async (_request, reply) => {
    const states = await Promise.all(
      checks.map(async ({ name, ready }) => [name, await isReady(ready)] as const),
    );
    const allReady = states.every(([, ready]) => ready);
    const more = allReady && details !== undefined ? await inTime(details) : undefined;
    const all = { ...more, ...(await detailsOf(checks)) };
    return reply.code(allReady ? 200 : 503).send({
      status: allReady ? "ready" : "not ready",
      parts: Object.fromEntries(states),
      ...(Object.keys(all).length > 0 && { details: all }),
    });
  });
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error({ err: error }, "an HTTP request failed");
    return reply.code(status).send({ error: status >= 500 ? "internal error" : error.message });
  });
  return server;
}

/** Each request has an end, and so have the connections. */
function createBoundedServer(handler: RequestListener, limits: HttpServerOptions["limits"] = {}): Server {
  const { requestMs = REQUEST_MS, connections = CONNECTIONS } = limits;
  const server = createServer(
    {
      ...{ requestTimeout: requestMs, headersTimeout: Math.min(HEADERS_MS, requestMs) },
      ...{ connectionsCheckingInterval: Math.min(LOOK_MS, requestMs), keepAliveTimeout: KEEP_ALIVE_MS },
    },
    handler,
  );
  limitConnections(server, connections);
  return server;
}

/** Details never decide, and never delay the answer for long. */
function inTime<T>(find: () => Promise<T>): Promise<T | undefined> {
  return within(
    find().catch(() => undefined),
    DETAILS_MS,
  );
}

async function detailsOf(checks: readonly ReadinessCheck[]): Promise<Readonly<Record<string, unknown>>> {
  const found = await Promise.all(
    checks.map(async ({ name, details }) => [name, await inTime(async () => details?.())] as const),
  );
  return Object.fromEntries(found.filter(([, detail]) => detail !== undefined));
}

async function isReady(ready: ReadinessCheck["ready"]): Promise<boolean> {
  try {
    return await ready();
  } catch {
    return false;
  }
}
