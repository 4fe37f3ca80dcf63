import { EventEmitter, once } from "node:events";
import { describe, expect, it } from "vitest";
import { claimPort } from "../../../sandbox/host/claim-port.js";
import { listen } from "../execution/ports.js";
import { blackHole } from "./black-hole.js";
import { checkOn, healthy, proberWith, unhealthy } from "./health-fixture.js";

const probe = proberWith();

function tcpCheck(port: number, timeout = 5) {
  const check = checkOn("", { type: "tcp", address: `127.0.0.1:${port}` });
  return { ...check, timeout };
}

describe("a TCP probe", () => {
  it("is content with a connection, and closes it", async () => {
    const connections = new EventEmitter();
    const closed = once(connections, "closed");
    const server = await listen((socket) => socket.resume().once("close", () => connections.emit("closed")));

    const answer = await probe(tcpCheck(server.port));

    expect(answer).toEqual(healthy);
    await closed;
    await server.close();
  });

  it("tells that the connection is refused", async () => {
    expect(await probe(tcpCheck(await claimPort()))).toEqual(
      unhealthy({ code: "no-answer", detail: "ECONNREFUSED" }),
    );
  });

  it("gives up in time where nobody accepts and nobody refuses", async () => {
    const hole = await blackHole();

    const answer = await probe(tcpCheck(hole.port, 0.3));

    await hole.end();
    expect(answer).toEqual(unhealthy({ code: "timed-out", seconds: 0.3 }));
  });
});
