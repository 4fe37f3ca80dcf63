import type { TcpCheck } from "../config/health-checks.js";
import { openSocket } from "../network/open-socket.js";
import type { Finding } from "./probe-result.js";

/**
 * Opens a connection and closes it again; nothing is sent.
 * @throws the system's error, or the reason of the signal
 */
export async function probeTcp({ address }: TcpCheck, signal: AbortSignal): Promise<Finding> {
  const socket = await openSocket({ host: address.host, port: address.port }, signal);
  socket.destroy();
  return {};
}
