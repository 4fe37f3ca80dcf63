import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { HealthCheckConfig } from "../../../src/config/schema.js";
import { probe } from "../../../src/health/probe.js";

let server: Server | undefined;

afterEach(async () => {
  if (server === undefined) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
  server = undefined;
});

async function serve(listener: RequestListener, changes: Partial<HealthCheckConfig> = {}) {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return probe(aCheck(`http://127.0.0.1:${port}/healthz`, changes));
}

function aCheck(url: string, changes: Partial<HealthCheckConfig> = {}): HealthCheckConfig {
  return { url, status: 200, attempts: 1, interval: 1, timeout: 5, ...changes };
}

const unhealthy = (reason: object) => ({ kind: "unhealthy", reason });

describe("probe", () => {
  it("is content with the expected status", async () => {
    expect(await serve((_request, response) => response.end("ok"))).toEqual({ kind: "healthy", status: 200 });
  });

  it("is content with another status where that one is expected", async () => {
    const answer = await serve((_request, response) => response.writeHead(503).end(), { status: 503 });

    expect(answer).toEqual({ kind: "healthy", status: 503 });
  });

  it("names both statuses when they differ", async () => {
    const answer = await serve((_request, response) => response.writeHead(500).end("broken"));

    expect(answer).toEqual(unhealthy({ code: "status", expected: 200, got: 500 }));
  });

  it("does not follow a redirect", async () => {
    const answer = await serve((_request, response) => response.writeHead(302, { location: "/login" }).end());

    expect(answer).toEqual(unhealthy({ code: "status", expected: 200, got: 302 }));
  });

  it("finds the expected text, also over pieces and through a character", async () => {
    const bytes = Buffer.from("before é after");
    const answer = await serve(
      (_request, response) => {
        response.write(bytes.subarray(0, 8));
        response.end(bytes.subarray(8));
      },
      { contains: "é after" },
    );

    expect(answer).toEqual({ kind: "healthy", status: 200 });
  });

  it("misses a text that is not there", async () => {
    const answer = await serve((_request, response) => response.end("other"), { contains: "ok" });

    expect(answer).toEqual(unhealthy({ code: "text-missing", expected: "ok" }));
  });

  it("does not read an endless body", async () => {
    const answer = await serve(
      (_request, response) => {
        const more = () => response.write("x".repeat(64 * 1024), () => setImmediate(more));
        more();
      },
      { contains: "y", timeout: 30 },
    );

    expect(answer).toEqual(unhealthy({ code: "text-missing", expected: "y" }));
  });

  it.each([
    ["no answer", () => undefined],
    [
      "a body that does not end",
      (_request, response) => {
        response.write("ok");
      },
    ],
  ] as readonly (readonly [string, RequestListener])[])("gives up in time on %s", async (_what, listener) => {
    expect(await serve(listener, { timeout: 0.2 })).toEqual(unhealthy({ code: "timed-out", seconds: 0.2 }));
  });

  it("tells the system's code when nothing listens", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, "close");

    expect(await probe(aCheck(`http://127.0.0.1:${port}/`))).toEqual(
      unhealthy({ code: "no-answer", detail: "ECONNREFUSED" }),
    );
  });

  it("tells that the answer broke off", async () => {
    const answer = await serve((request) => request.socket.destroy());

    expect(answer).toMatchObject(unhealthy({ code: "no-answer" }));
  });
});
