import type { RequestListener, ServerResponse } from "node:http";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { claimPort } from "../../../sandbox/host/claim-port.js";
import type { HttpCheck } from "../../../src/config/health-checks.js";
import { healthy, httpCheck, type ProbedServer, proberWith, startHttp, unhealthy } from "./health-fixture.js";

const probe = proberWith();
let server: ProbedServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function answerTo(listener: RequestListener, changes: Partial<HttpCheck> = {}) {
  server = await startHttp(listener);
  return probe(httpCheck(`${server.url}/healthz`, changes));
}

const says =
  (body: string): RequestListener =>
  (_request, response) =>
    response.end(body);

/** Sends more and more until the other side goes. */
function pour(response: ServerResponse): void {
  const more = () => response.write("x".repeat(64 * 1024), () => setImmediate(more));
  more();
}

/** One byte now and then, for ever. */
function dribble(response: ServerResponse): void {
  const timer = setInterval(() => response.write("x"), 10);
  response.on("close", () => clearInterval(timer));
}

describe("an HTTP probe", () => {
  it("is content with the expected status", async () => {
    expect(await answerTo(says("ok"))).toEqual(healthy);
  });

  it("is content with another status where that one is expected", async () => {
    const answer = await answerTo((_request, response) => response.writeHead(503).end(), { status: 503 });

    expect(answer).toEqual(healthy);
  });

  it("names both statuses when they differ", async () => {
    const answer = await answerTo((_request, response) => response.writeHead(500).end("broken"));

    expect(answer).toEqual(unhealthy({ code: "status", expected: 200, got: 500 }));
  });

  it("finds the expected text, also over pieces and through a character", async () => {
    const bytes = Buffer.from("before é after");
    const answer = await answerTo(
      (_request, response) => {
        response.write(bytes.subarray(0, 8));
        response.end(bytes.subarray(8));
      },
      { contains: "é after" },
    );

    expect(answer).toEqual(healthy);
  });

  it("misses a text that is not there", async () => {
    const answer = await answerTo(says("other"), { contains: "ok" });

    expect(answer).toEqual(unhealthy({ code: "text-missing", expected: "ok" }));
  });

  it("does not read an endless body", async () => {
    const answer = await answerTo((_request, response) => pour(response), { contains: "y", timeout: 30 });

    expect(answer).toEqual(unhealthy({ code: "text-missing", expected: "y" }));
  });

  it("does not wait for the end of a body that does not matter", async () => {
    const answer = await answerTo((_request, response) => dribble(response));

    expect(answer).toEqual(healthy);
  });

  it("does not wait for the body of a wrong status", async () => {
    const answer = await answerTo((_request, response) => dribble(response.writeHead(503)), {
      contains: "x",
    });

    expect(answer).toEqual(unhealthy({ code: "status", expected: 200, got: 503 }));
  });

  it("asks for a body that is not packed", async () => {
    let asked: unknown;
    await answerTo((request, response) => {
      asked = request.headers["accept-encoding"];
      response.end();
    });

    expect(asked).toBe("identity");
  });

  const TEXT = JSON.stringify({ state: "prêt" });
  it.each([
    ["gzip", gzipSync(TEXT)],
    ["GZIP", gzipSync(TEXT)],
    ["x-gzip", gzipSync(TEXT)],
    ["br", brotliCompressSync(TEXT)],
    ["deflate", deflateSync(TEXT)],
    ["deflate", deflateRawSync(TEXT)],
    ["br, gzip", gzipSync(brotliCompressSync(TEXT))],
    ["identity", Buffer.from(TEXT)],
    ["gzip", Buffer.from(TEXT)],
  ])("reads a body that comes in %s, though nobody asked for it", async (encoding, body) => {
    const json = { path: "state", equals: "prêt" };

    const answer = await answerTo(
      (_request, response) => response.writeHead(200, { "content-encoding": encoding }).end(body),
      { contains: "prêt", json },
    );

    expect(answer).toEqual(healthy);
  });

  it("unpacks no more than a megabyte of a body that swells", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, "x"));

    const answer = await answerTo(
      (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
      { contains: "y" },
    );

    expect(answer).toEqual(unhealthy({ code: "text-missing", expected: "y" }));
  });

  const utf16 = (mark: string) => Buffer.from(`${mark}${TEXT}`, "utf16le");
  it.each([
    ["Latin-1", "text/plain; charset=ISO-8859-1", Buffer.from(TEXT, "latin1")],
    ["windows-1252 in quotes", 'text/html; charset="windows-1252"', Buffer.from(TEXT, "latin1")],
    ["UTF-16 with a mark", "text/plain", utf16("\uFEFF")],
    ["UTF-16, big end first", "text/plain", utf16("\uFEFF").swap16()],
    ["UTF-16 by its name", "text/plain; charset=utf-16le", utf16("")],
    ["UTF-8 with a byte-order mark", "application/json", Buffer.from(`\uFEFF${TEXT}`)],
    ["UTF-8 under a name that nobody knows", "text/plain; charset=klingon", Buffer.from(TEXT)],
  ])("reads a body in %s", async (_name, type, body) => {
    const json = { path: "state", equals: "prêt" };

    const answer = await answerTo(
      (_request, response) => response.writeHead(200, { "content-type": type }).end(body),
      { contains: "prêt", json },
    );

    expect(answer).toEqual(healthy);
  });

  it("takes 20 KiB of headers", async () => {
    const answer = await answerTo((_request, response) => {
      for (let number = 0; number < 20; number += 1)
        response.setHeader(`x-policy-${number}`, "x".repeat(1024));
      response.end("ok");
    });

    expect(answer).toEqual(healthy);
  });

  it("asks with GET and says who it is", async () => {
    let asked = "";
    await answerTo((request, response) => {
      asked = `${request.method} ${request.url} ${request.headers["user-agent"]}`;
      response.end();
    });

    expect(asked).toBe("GET /healthz Slipway health check");
  });

  it("tells how long the answer took where that is too long", async () => {
    const answer = await answerTo(
      (_request, response) => {
        setTimeout(() => response.end("ok"), 60);
      },
      { maxLatency: 50 },
    );

    expect(answer).toMatchObject({ reason: { code: "too-slow", limitMs: 50 } });
  });

  it("is content with an answer that is fast enough", async () => {
    expect(await answerTo(says("ok"), { maxLatency: 5_000 })).toEqual(healthy);
  });
});

describe("an HTTP probe that is not answered", () => {
  it.each([
    ["no answer", () => undefined],
    ["a body that does not end", (_request, response) => response.write("ok")],
    ["a body that dribbles", (_request, response) => dribble(response)],
    ["headers that do not end", (request) => request.socket.write("HTTP/1.1 200 OK\r\nx-header: ")],
  ] as readonly (readonly [string, RequestListener])[])("gives up in time on %s", async (_what, listener) => {
    expect(await answerTo(listener, { timeout: 0.2, contains: "never" })).toEqual(
      unhealthy({ code: "timed-out", seconds: 0.2, connected: true }),
    );
  });

  it("tells the system's code when nothing listens", async () => {
    const port = await claimPort();

    expect(await probe(httpCheck(`http://127.0.0.1:${port}/`))).toEqual(
      unhealthy({ code: "no-answer", detail: "ECONNREFUSED" }),
    );
  });

  it.each([
    ["breaks off", (request) => request.socket.destroy()],
    ["is not HTTP", (request) => request.socket.end("hello\r\n\r\n")],
    [
      "has endless headers",
      (request) => request.socket.end(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n`),
    ],
    [
      "wants another protocol",
      (request) => request.socket.end("HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
    ],
    [
      "is shorter than it said",
      (request) => request.socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nok"),
    ],
  ] as readonly (readonly [string, RequestListener])[])(
    "tells that the answer %s",
    async (_what, listener) => {
      const answer = await answerTo(listener, { contains: "never" });

      expect(answer).toMatchObject({ kind: "unhealthy", reason: { code: "no-answer" } });
    },
  );

  it("ends with the reason of its caller", async () => {
    const caller = new AbortController();
    server = await startHttp(() => caller.abort(new Error("enough")));

    await expect(probe(httpCheck(server.url), caller.signal)).rejects.toThrow("enough");
  });
});

describe("the connection of an HTTP probe", () => {
  it.each([
    ["a whole answer", says("ok")],
    ["a status that is not expected", (_request, response) => response.writeHead(500).end("broken")],
    ["an endless body", (_request, response) => pour(response)],
    ["a dribbling body", (_request, response) => dribble(response)],
    ["no answer", () => undefined],
  ] as readonly (readonly [string, RequestListener])[])("is closed after %s", async (_what, listener) => {
    await answerTo(listener, { timeout: 1 });

    await server?.disconnected();
  });
});

describe("a JSON field", () => {
  const json = { path: "checks.0.status", equals: "ok" };

  it("is found by its path", async () => {
    expect(await answerTo(says('{"checks":[{"status":"ok"}]}'), { json })).toEqual(healthy);
  });

  it("may follow a byte order mark", async () => {
    expect(await answerTo(says('\uFEFF{"a":null}'), { json: { path: "a", equals: null } })).toEqual(healthy);
  });

  it.each([
    ["another text", '{"checks":[{"status":"down"}]}', '"down"'],
    ["another type", '{"checks":[{"status":true}]}', "true"],
    ["a list", '{"checks":[{"status":["ok"]}]}', "[…]"],
    ["an object", '{"checks":[{"status":{"ok":1}}]}', "{…}"],
    ["a long text", `{"checks":[{"status":"${"x".repeat(1_000)}"}]}`, `"${"x".repeat(99)}…`],
  ])("that is %s is shown", async (_what, body, got) => {
    expect(await answerTo(says(body), { json })).toEqual(
      unhealthy({ code: "json-mismatch", path: json.path, expected: "ok", got }),
    );
  });

  it.each(['[{"status":"ok"}]', '{"checks":"ok"}', '"checks"', "null", "3", '{"__proto__":{"checks":[]}}'])(
    "is absent from %s",
    async (body) => {
      expect(await answerTo(says(body), { json })).toEqual(
        unhealthy({ code: "json-mismatch", path: json.path, expected: "ok" }),
      );
    },
  );

  it("is looked for without mercy for what is nested deep", async () => {
    const body = `{"checks":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;

    expect(await answerTo(says(body), { json: { path: "checks", equals: 1 } })).toMatchObject({
      reason: { code: "json-mismatch", got: "[…]" },
    });
  });

  it.each(["", "ok", '{"checks":', `{"a":"${"x".repeat(1024 * 1024)}","checks":1}`])(
    "is not in what is no JSON (%#)",
    async (body) => {
      expect(await answerTo(says(body), { json })).toEqual(unhealthy({ code: "not-json" }));
    },
  );
});
