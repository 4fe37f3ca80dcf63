import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

interface Connection {
  /** Whether any request on it was answered. */
  proven: boolean;
  /** Requests that have come whole and are being answered. */
  answering: number;
}

/**
 * Bounds how many connections a server holds. A new one is always taken, for it may be the one that matters: the oldest
 * that has not had an answer yet is closed for it, then the one that has been idle the longest. Node's own
 * `maxConnections` would refuse the newcomer, and whoever holds all of them would keep everybody out.
 */
export function limitConnections(server: Server, limit: number): void {
  // In the order of their last answer, or of their beginning.
  const connections = new Map<Socket, Connection>();
  server.on("connection", (socket) => {
    if (connections.size >= limit) closeOne(connections);
    if (connections.size >= limit) return void socket.destroy();
    connections.set(socket, { proven: false, answering: 0 });
    socket.once("close", () => connections.delete(socket));
  });
  server.on("request", (request, response) => {
    const connection = connections.get(request.socket);
    if (connection !== undefined) watchAnswer(connections, connection, request, response);
  });
}

function watchAnswer(
  connections: Map<Socket, Connection>,
  connection: Connection,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { socket } = request;
  request.once("end", () => {
    if (response.writableEnded) return;
    connection.answering += 1;
    response.once("close", () => {
      connection.answering -= 1;
    });
  });
  response.once("finish", () => {
    connection.proven = true;
    if (!connections.delete(socket)) return;
    connections.set(socket, connection);
  });
}

function closeOne(connections: Map<Socket, Connection>): void {
  const free = [...connections].filter(([, { answering }]) => answering === 0);
  const [socket] = free.find(([, { proven }]) => !proven) ?? free[0] ?? [];
  if (socket === undefined) return;
  connections.delete(socket);
  socket.destroy();
}
