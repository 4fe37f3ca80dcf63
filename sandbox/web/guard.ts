import type { FastifyInstance, FastifyRequest } from "fastify";

const loopbackNames = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Only pages that this server itself served may talk to it: any website that a person visits could otherwise post to
 * a loopback port, or reach it under its own name by DNS rebinding. Everything else gets 403.
 */
export function guardLoopback(server: FastifyInstance): void {
  server.addHook("onRequest", async (request, reply) => {
    if (!isAllowed(request)) await reply.code(403).send({ error: "only the sandbox page may ask this" });
  });
}

function isAllowed(request: FastifyRequest): boolean {
  const host = request.headers.host;
  const port = request.socket.localPort;
  if (host === undefined || !loopbackNames.some((name) => host === `${name}:${port}`)) return false;
  const origin = request.headers.origin;
  const changesNothing = request.method === "GET" || request.method === "HEAD";
  return origin === undefined ? changesNothing : origin === `http://${host}`;
}
