import { once } from "node:events";
import { connect, type Socket } from "node:net";

const HEAD_END = "\r\n\r\n";
const CHUNKED_END = "0\r\n\r\n";

/**
 * One HTTP/1.1 connection that sends a request when the answer to the one before has come. It does no more than
 * this benchmark needs: Node's own client takes longer for a request than the servers that are measured.
 */
export class KeptOpenConnection {
  readonly #socket: Socket;
  #received = "";
  #waiting: { resolve(status: number): void; reject(error: Error): void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.setNoDelay(true);
    socket.on("data", (text: string) => this.#take(text));
    socket.on("error", (error) => this.fail(error));
    socket.on("close", () => this.fail(new Error("The server closed the connection.")));
  }

  static async open(port: number): Promise<KeptOpenConnection> {
    const socket = connect({ host: "127.0.0.1", port });
    await once(socket, "connect");
    return new KeptOpenConnection(socket);
  }

  /** @returns the status of the answer, once the whole of it has come */
  send(head: string, body: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#received = "";
      this.#socket.cork();
      this.#socket.write(head, "latin1");
      this.#socket.write(body);
      this.#socket.uncork();
    });
  }

  /** Ends the wait for an answer. */
  fail(error: Error): void {
    this.#waiting?.reject(error);
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received += text;
    if (!isComplete(this.#received)) return;
    this.#waiting?.resolve(Number(this.#received.slice(9, 12)));
    this.#waiting = undefined;
  }
}

function isComplete(text: string): boolean {
  const headEnd = text.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const head = text.slice(0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return text.length >= headEnd + HEAD_END.length + Number(length);
  return text.endsWith(CHUNKED_END);
}
