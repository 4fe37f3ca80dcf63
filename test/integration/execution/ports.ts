import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface TcpServer {
  readonly port: number;
  /** Ends open connections too. */
  close(): Promise<void>;
}

export async function listen(onConnection: (socket: Socket) => void): Promise<TcpServer> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).on("error", () => socket.destroy());
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
