import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { claimPort } from "../../../sandbox/host/claim-port.js";
import { listen } from "../execution/ports.js";
import { checkOn, healthy, proberWith, unhealthy } from "./health-fixture.js";

const probe = proberWith();

function tcpCheck(port: number, timeout = 5) {
  const check = checkOn("", { type: "tcp", address: `127.0.0.1:${port}` });
  return { ...check, timeout };
}

/** A port that neither accepts nor refuses: a stopped process, whose queue of connections is full. */
async function blackHole(): Promise<{ port: number; end: () => Promise<void> }> {
  const program = `const s = require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(s.address().port))`;
  const child: ChildProcess = spawn(process.execPath, ["-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
  const port = Number(line.toString());
  child.kill("SIGSTOP");
  const fillers: Socket[] = [];
  for (let filler = 0; filler < 4; filler++) {
    fillers.push(connect({ port, host: "127.0.0.1" }).on("error", () => undefined));
  }
  await once(fillers[0] ?? child, "connect");
  return {
    port,
    async end() {
      for (const filler of fillers) filler.destroy();
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
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
