import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { claimPort } from "../../../sandbox/host/claim-port.js";

it("claims a port that the system gives to nobody, and each only once", async () => {
  const [from, to] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8")
    .trim()
    .split(/\s+/)
    .map(Number);

  const ports = await Promise.all(Array.from({ length: 50 }, claimPort));

  expect(new Set(ports).size).toBe(50);
  expect(ports.filter((port) => port >= Number(from) && port <= Number(to))).toEqual([]);
});

it("leaves the port to a server that starts on it more than once", async () => {
  const port = await claimPort();
  for (let start = 0; start < 2; start++) {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    await once(server, "close");
  }
});
