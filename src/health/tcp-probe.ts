import { once } from "node:events";
import { connect } from "node:net";
import type { TcpCheck } from "../config/health-checks.js";
import type { Finding } from "./probe-result.js";

/**
 * Opens a connection and closes it again; nothing is sent.
 * @throws the system's error, or an AbortError
 */
export async function probeTcp({ address }: TcpCheck, signal: AbortSignal): Promise<Finding> {
  signal.throwIfAborted();
  const socket = connect({ host: address.host, port: address.port });
  socket.on("error", () => undefined);
  try {
    await once(socket, "connect", { signal });
    return {};
  } finally {
    socket.destroy();
  }
}
