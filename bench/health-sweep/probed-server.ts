/** What is probed: answers at once, or after the time in the path, `/slow/3000`. Prints its port. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const server = createServer(({ url = "" }, response) => {
  const delayMs = Number(/^\/slow\/(\d+)$/.exec(url)?.[1] ?? 0);
  const answer = () => response.end('{"status":"ok"}');
  if (delayMs === 0) answer();
  else setTimeout(answer, delayMs);
});
process.once("SIGTERM", () => process.exit(0));
server.listen({ host: "127.0.0.1", port: 0, backlog: 1_024 }, () => {
  console.log(`ready ${(server.address() as AddressInfo).port}`);
});
