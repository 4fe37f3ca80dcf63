/**
 * A name with two addresses: at the first one the first packet is lost, and at the second one nobody listens. Left to
 * itself, Node gives the first address 250 ms, whatever the time-out of the caller.
 */
import dns from "node:dns";
import { once } from "node:events";
import { createServer, getDefaultAutoSelectFamilyAttemptTimeout } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HostUnreachableError } from "../../../src/execution/host-unreachable-error.js";
import { openTcp } from "../../../src/execution/ssh/dial.js";
import { openSocket, patientDials } from "../../../src/network/open-socket.js";
import { Secret } from "../../../src/secret.js";
import { type BlackHole, blackHole } from "./black-hole.js";
import { checkOn, healthy, httpCheck, proberWith } from "./health-fixture.js";

const NAME = "two-addresses.example";
/** Longer than the 250 ms of Node. */
const LOST_MS = 400;
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

const probe = proberWith();
let slow: BlackHole;

const systemLookup = dns.lookup;

/** Both ways to look a name up, as the system would answer. */
function resolveTo(...addresses: readonly string[]): void {
  const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  const byCallback = (name: string, ...rest: readonly unknown[]) => {
    const done = rest.at(-1) as (error: null, found: unknown) => void;
    if (name === NAME) process.nextTick(done, null, found);
    else Reflect.apply(systemLookup, dns, [name, ...rest]);
  };
  vi.spyOn(dns, "lookup").mockImplementation(byCallback as never);
  vi.spyOn(dns.promises, "lookup").mockImplementation((async () => found) as never);
}

beforeEach(async () => {
  slow = await blackHole(OK);
  resolveTo("127.0.0.1", "127.0.0.2");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await slow.end();
});

async function opened<T>(dial: Promise<T>): Promise<T> {
  const settled = dial.catch((error: unknown) => error as T);
  await pause(LOST_MS);
  slow.open();
  return settled;
}

describe("where the first packet is lost, a service is well", () => {
  it("for a TCP check", async () => {
    const check = checkOn("", { type: "tcp", address: `${NAME}:${slow.port}` });

    expect(await opened(probe(check))).toEqual(healthy);
  });

  it("for an HTTP check", async () => {
    expect(await opened(probe(httpCheck(`http://${NAME}:${slow.port}/`, { timeout: 10 })))).toEqual(healthy);
  });

  it("for SSH", async () => {
    const host = {
      ...{ address: NAME, port: slow.port, user: "deploy" },
      ...{ privateKey: new Secret("unused"), hostKeys: [] },
    };

    const transport = await opened(openTcp("web-1", host, new AbortController().signal));

    expect(transport).not.toBeInstanceOf(HostUnreachableError);
    transport.destroy();
  });
});

describe("a name with two addresses", () => {
  it("is reached at the second one while the first one says nothing", async () => {
    const server = createServer((socket) => socket.end()).listen(slow.port, "127.0.0.2");
    await once(server, "listening");

    const socket = await openSocket({ host: NAME, port: slow.port });

    expect(socket.remoteAddress).toBe("127.0.0.2");
    socket.destroy();
    server.close();
  });

  it("gives what the other side said where an address of the name has no route", async () => {
    resolveTo("2001:db8::1", "127.0.0.2");

    await expect(openSocket({ host: NAME, port: slow.port })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("is not dialled any more once nobody waits", async () => {
    const caller = new AbortController();
    const dial = openSocket({ host: NAME, port: slow.port }, caller.signal);

    caller.abort(new Error("enough"));

    await expect(dial).rejects.toThrow("enough");
  });
});

it("what dials by itself, such as Discord's and GitHub's clients, gives each address the time of a lost packet", () => {
  patientDials();

  expect(getDefaultAutoSelectFamilyAttemptTimeout()).toBeGreaterThan(3_000);
});
