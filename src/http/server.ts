import Fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "pino";

/** GitHub's own cap on a webhook payload. Bytes. */
const BODY_LIMIT = 25 * 1024 * 1024;

export interface ReadinessCheck {
  readonly name: string;
  /** Whether this part can do its work now. */
  readonly ready: () => boolean | Promise<boolean>;
}

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly checks: readonly ReadinessCheck[];
}

/**
 * The one HTTP server. `/healthz`: the process answers. `/readyz`: every part can work, else 503 and which
 * cannot.
 */
export function createHttpServer({ logger, checks }: HttpServerOptions): FastifyInstance {
  const server = Fastify({ bodyLimit: BODY_LIMIT, logger: false, forceCloseConnections: true });
  server.get("/healthz", async () => ({ status: "ok" }));
  server.get("/readyz", async (_request, reply) => {
    const states = await Promise.all(
      checks.map(async ({ name, ready }) => [name, await isReady(ready)] as const),
    );
    const allReady = states.every(([, ready]) => ready);
    return reply
      .code(allReady ? 200 : 503)
      .send({ status: allReady ? "ready" : "not ready", parts: Object.fromEntries(states) });
  });
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error({ err: error }, "an HTTP request failed");
    return reply.code(status).send({ error: status >= 500 ? "internal error" : error.message });
  });
  return server;
}

async function isReady(ready: ReadinessCheck["ready"]): Promise<boolean> {
  try {
    return await ready();
  } catch {
    return false;
  }
}
