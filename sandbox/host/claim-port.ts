import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";

const address = "127.0.0.1";
const attempts = 200;
const lowest = 1_024;
const highest = 65_535;

/**
 * A free TCP port of the loopback interface for a server that is stopped and started again. The system gives it to
 * nobody meanwhile: it lies outside of the range that connections and `listen(0)` take theirs from. No other caller of
 * this function gets it before this process ends, in whichever process it is.
 * @throws Error when no port can be claimed
 */
export async function claimPort(): Promise<number> {
  const ports = claimablePorts();
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = ports[Math.floor(Math.random() * ports.length)] ?? 0;
    if ((await claim(port)) && (await nobodyListens(port))) return port;
  }
  throw new Error(`Of ${attempts} ports on ${address} none could be claimed`);
}

function claimablePorts(): readonly number[] {
  const range = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8")
    .trim()
    .split(/\s+/)
    .map(Number);
  const [from = lowest, to = highest] = range;
  const all = Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index);
  const outside = all.filter((port) => port < from || port > to);
  return outside.length > 0 ? outside : all;
}

/** The claim is a UDP socket of the same number: no TCP server minds it, and the kernel drops it with this process. */
function claim(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4").unref();
    socket.once("error", () => socket.close(() => resolve(false)));
    socket.bind({ port, address, exclusive: true }, () => resolve(true));
  });
}

function nobodyListens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
