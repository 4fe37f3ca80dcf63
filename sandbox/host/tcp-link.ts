import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP link to a port of this machine that can be spoiled on the way. */
export interface TcpLink {
  /** Where to connect to instead; on the loopback interface. */
  readonly port: number;
  /** Resets every connection that is open now. */
  reset(): void;
  /**
   * Resets the connection on which, in all, so many more bytes have come from the client. They still arrive.
   * @returns resolves when that has happened
   */
  cutAfter(bytes: number): Promise<void>;
  /**
   * Carries what clients send, and resets the connection in place of the next answer: it was done, and nobody heard.
   * Resolves then.
   */
  loseAnswer(): Promise<void>;
  /** Swallows everything in both directions from now on, also of new connections, without closing anything. */
  blackHole(): void;
  /** Carries new connections again, and forgets a cut or a loss that has not come; what was swallowed stays silent. */
  heal(): void;
  close(): Promise<void>;
}

/** Starts a link to the port. */
export async function startTcpLink(port: number): Promise<TcpLink> {
  const link = new SpoiledLink(port);
  await link.listen();
  return link;
}

class SpoiledLink implements TcpLink {
  readonly #target: number;
  readonly #server: Server;
  readonly #clients = new Map<Socket, { silent: boolean }>();
  #swallows = false;
  #losing: (() => void) | undefined;
  #cut: { left: number; readonly done: () => void } | undefined;

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer((client) => this.#carry(client));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", resolve);
    });
  }

  reset(): void {
    for (const client of this.#clients.keys()) client.resetAndDestroy();
  }

  cutAfter(bytes: number): Promise<void> {
    return new Promise((done) => {
      this.#cut = { left: bytes, done };
    });
  }

  loseAnswer(): Promise<void> {
    return new Promise((done) => {
      this.#losing = done;
    });
  }

  blackHole(): void {
    this.#swallows = true;
    for (const state of this.#clients.values()) state.silent = true;
  }

  heal(): void {
    this.#swallows = false;
    this.#cut = undefined;
    this.#losing = undefined;
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #carry(client: Socket): void {
    const state = { silent: this.#swallows };
    const host = connect({ host: "127.0.0.1", port: this.#target });
    this.#clients.set(client, state);
    client.on("error", () => client.destroy());
    client.on("close", () => {
      this.#clients.delete(client);
      host.end();
    });
    host.on("error", () => host.destroy());
    host.on("close", () => !state.silent && client.destroy());
    client.on("data", (chunk: Buffer) => {
      if (!state.silent) this.#forward(chunk, client, host);
    });
    host.on("data", (chunk: Buffer) => {
      if (state.silent) return;
      if (this.#losing === undefined) client.write(chunk);
      else this.#lose(client);
    });
  }

  #lose(client: Socket): void {
    client.resetAndDestroy();
    this.#losing?.();
    this.#losing = undefined;
  }

  #forward(chunk: Buffer, client: Socket, host: Socket): void {
    const cut = this.#cut;
    if (cut === undefined || chunk.length < cut.left) {
      if (cut !== undefined) cut.left -= chunk.length;
      host.write(chunk);
      return;
    }
    this.#cut = undefined;
    // What the host was sent it also gets: a reset towards it could overtake that.
    host.end(chunk.subarray(0, cut.left));
    client.resetAndDestroy();
    cut.done();
  }
}
