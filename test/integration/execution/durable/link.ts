import { connect, type Socket } from "node:net";
import type { SshHost } from "../../../../src/execution/ssh/ssh-host.js";
import { listen } from "../ports.js";

/** A TCP link to a host that can be spoiled on the way. */
export interface Link {
  readonly host: SshHost;
  /** Resets the connection once so many bytes from the client have gone through in all. */
  cutAfter(bytes: number): void;
  /** Bytes from the client that went through. */
  readonly sent: number;
  /** Swallows everything in both directions from now on, also of new connections, without closing anything. */
  blackHole(): void;
  /** Carries new connections again; those that were swallowed stay so. */
  heal(): void;
  close(): Promise<void>;
}

export async function startLink(host: SshHost): Promise<Link> {
  let sent = 0;
  let limit = Number.POSITIVE_INFINITY;
  let swallows = false;
  const swallowed = new WeakSet<Socket>();
  const open = new Set<Socket>();
  const server = await listen((client) => {
    const upstream = connect({ host: host.address, port: host.port });
    const isSwallowed = () => {
      if (swallows) swallowed.add(client);
      return swallowed.has(client);
    };
    open.add(client);
    client.on("close", () => {
      open.delete(client);
      upstream.destroy();
    });
    upstream.on("error", () => client.destroy()).on("close", () => !isSwallowed() && client.destroy());
    client.on("data", (chunk: Buffer) => {
      if (isSwallowed()) return;
      const room = limit - sent;
      sent += Math.min(room, chunk.length);
      upstream.write(chunk.subarray(0, room));
      if (room <= chunk.length) {
        limit = Number.POSITIVE_INFINITY;
        // What the host was sent it also gets: a reset could overtake it.
        upstream.end();
        client.resetAndDestroy();
      }
    });
    upstream.on("data", (chunk: Buffer) => {
      if (!isSwallowed()) client.write(chunk);
    });
  });
  return {
    host: { ...host, address: "127.0.0.1", port: server.port },
    cutAfter(bytes) {
      limit = sent + bytes;
    },
    get sent() {
      return sent;
    },
    blackHole() {
      swallows = true;
      for (const client of open) swallowed.add(client);
    },
    heal() {
      swallows = false;
    },
    close: () => server.close(),
  };
}
