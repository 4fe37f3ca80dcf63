import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { addWebhookRoute } from "../../../src/github/webhook-route.js";
import { createHttpServer, type HttpServerOptions } from "../../../src/http/server.js";
import { Secret } from "../../../src/secret.js";

const MB = 1024 * 1024;
const logger = pino({ level: "silent" });
const secret = "the secret";

/**
 * Forty connections that send nearly all of a large body at once, and then a byte now and then. Says "sent" when each
 * has sent its part or was closed. A process of its own, for the memory of this one is what is measured.
 */
const ATTACKER = `
  const { connect } = require("node:net");
  const [port, signature] = process.argv.slice(1);
  const head = "POST /webhooks/github HTTP/1.1\\r\\nhost: a\\r\\ncontent-type: application/json\\r\\n"
    + "x-github-event: push\\r\\nx-github-delivery: 1-a\\r\\ncontent-length: " + 25 * 1024 * 1024 + "\\r\\n"
    + (signature ? "x-hub-signature-256: " + signature + "\\r\\n" : "") + "\\r\\n";
  const part = Buffer.alloc(24 * 1024 * 1024, 32);
  const one = () => new Promise((resolve) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined).on("close", resolve).resume();
    socket.write(head);
    socket.write(part, resolve);
    setInterval(() => socket.destroyed || socket.write(" "), 200);
  });
  Promise.all(Array.from({ length: 40 }, one)).then(() => console.log("sent"));
`;

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start(limits: HttpServerOptions["limits"] = {}) {
  const server: FastifyInstance = createHttpServer({ logger, checks: [], limits });
  addWebhookRoute(server, {
    ...{ secrets: [new Secret(secret)], pushes: { addPush: async () => undefined } },
    ...{ follows: async () => true, logger },
  });
  await server.listen({ host: "127.0.0.1", port: 0 });
  ends.push(() => server.close());
  return (server.server.address() as AddressInfo).port;
}

async function attack(port: number, signature = ""): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["-e", ATTACKER, String(port), signature], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  ends.push(() => child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) if (line === "sent") break;
  return child;
}

/** A push of GitHub, signed, filled up to that size. */
function delivery(size: number) {
  const push = {
    ...{
      ref: "refs/heads/main",
      before: "0".repeat(40),
      after: "1".repeat(40),
      deleted: false,
      forced: false,
    },
    ...{ repository: { full_name: "acme/shop", id: 7 }, pusher: { name: "ada" } },
    head_commit: { id: "1".repeat(40), message: "a", author: { name: "Ada" } },
  };
  const text = JSON.stringify({ ...push, filling: "" });
  const body = Buffer.from(text.replace('"filling":""', `"filling":"${"x".repeat(size - text.length)}"`));
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  return { body, signature };
}

async function deliver(port: number, { body, signature }: ReturnType<typeof delivery>): Promise<number> {
  const { status } = await fetch(`http://127.0.0.1:${port}/webhooks/github`, {
    method: "POST",
    body: new Uint8Array(body),
    headers: {
      ...{ "content-type": "application/json", "x-github-event": "push", "x-github-delivery": "1-b" },
      "x-hub-signature-256": signature,
    },
  });
  return status;
}

/** By how much the memory that is in use grows at most, with what waits to be collected. Megabytes. */
async function growthOf(work: () => Promise<unknown>): Promise<number> {
  const used = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  collect();
  const before = used();
  let most = before;
  const look = () => {
    most = Math.max(most, used());
  };
  const timer = setInterval(look, 20);
  await work();
  look();
  clearInterval(timer);
  return Math.round((most - before) / MB);
}

async function open(port: number, text: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(text);
  ends.push(() => socket.destroy());
  return socket;
}

describe("forty slow bodies of 24 MB", () => {
  it.each([
    ["without a signature", "", 200],
    ["with a signature that looks like one", `sha256=${"0".repeat(64)}`, 300],
  ])("%s hold little memory, and keep nobody out", async (what, signature, most) => {
    // No deadline: what keeps the memory small is the room alone.
    const port = await start({ requestMs: 600_000 });
    const [small, large] = [delivery(10_000), delivery(25 * MB)];

    const grown = await growthOf(() => attack(port, signature));
    const answers = [await deliver(port, small), await deliver(port, large)];
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);

    console.info(`forty slow bodies ${what}: ${grown} MB more`);
    expect({ answers, ready: ready.status }).toEqual({ answers: [202, 202], ready: 200 });
    expect(grown).toBeLessThan(most);
  });

  it("are answered with 401 before they have come where they have no signature", async () => {
    const port = await start();
    const socket = await open(
      port,
      "POST /webhooks/github HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n",
    );

    const [answer] = await once(socket, "data");

    expect(String(answer)).toContain("HTTP/1.1 401");
  });
});

describe("a connection", () => {
  it.each([
    ["sends nothing", ""],
    ["does not end its headers", "GET /healthz HTTP/1.1\r\nhost: a\r\n"],
    [
      "does not end its body",
      `POST /webhooks/github HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\nx-github-event: push\r\nx-github-delivery: 1-a\r\nx-hub-signature-256: sha256=${"0".repeat(64)}\r\n\r\n{`,
    ],
    [
      "does not end a body that was refused",
      "POST /webhooks/github HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
    ],
    [
      "sends a body to nowhere",
      "POST /nowhere HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
    ],
  ])("that %s is closed", async (_what, text) => {
    const socket = await open(await start({ requestMs: 300 }), text);

    await once(socket.resume(), "close");
  });

  it("gives way to a newer one when there are many", async () => {
    const port = await start({ connections: 10 });
    const held = [];
    for (let n = 0; n < 10; n += 1) held.push(await open(port, "POST /webhooks/github HTTP/1.1\r\n"));
    const oldest = once(held[0]?.resume() as Socket, "close");

    const { status } = await fetch(`http://127.0.0.1:${port}/readyz`);

    await oldest;
    expect({ status, open: held.filter(({ destroyed }) => !destroyed).length }).toEqual({
      status: 200,
      open: 9,
    });
  });

  it("that has had answers outlives those that have not", async () => {
    const port = await start({ connections: 3 });
    const proxy = await open(port, "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");
    await once(proxy, "data");
    for (let n = 0; n < 9; n += 1) await open(port, "GET /healthz HTTP/1.1\r\n");

    proxy.write("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n");

    expect(String((await once(proxy, "data"))[0])).toContain("200 OK");
  });
});
