import type { ServerResponse } from "node:http";

/** Long enough to gather the changes of one burst, too short to be seen. In milliseconds. */
const gatherFor = 25;
/** Some proxies and browsers give up on a silent stream after 30 s. In milliseconds. */
const heartbeatEvery = 15_000;

export interface LiveStream {
  /** Sends every part that differs from what was sent last, at most once per burst of changes. */
  refresh(): void;
  close(): void;
}

/**
 * Keeps one browser up to date with server-sent events.
 * @param parts event name → how to read its present value
 */
export function openLiveStream(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  parts: Readonly<Record<string, () => unknown>>,
): LiveStream {
  const sent = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    timer = undefined;
    for (const [event, read] of Object.entries(parts)) {
      const data = JSON.stringify(read());
      if (sent.get(event) === data) continue;
      sent.set(event, data);
      response.write(`event: ${event}\ndata: ${data}\n\n`);
    }
  };
  const heartbeat = setInterval(() => response.write(":\n\n"), heartbeatEvery);

  response.writeHead(200, { ...headers, "content-type": "text/event-stream", "cache-control": "no-store" });
  send();
  return {
    refresh: () => {
      timer ??= setTimeout(send, gatherFor);
    },
    close: () => {
      clearTimeout(timer);
      clearInterval(heartbeat);
      response.end();
    },
  };
}
