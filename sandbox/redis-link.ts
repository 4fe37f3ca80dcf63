import { connect, createServer, type Server, type Socket } from "node:net";

/** What becomes of a command on its way: `lose` carries it to Redis, and resets the connection in place of the answer. */
export type Verdict = "carry" | "lose";

/** Asked before a command that may write goes on its way; what comes after it waits. */
export type OnWrite = (command: string) => Verdict | Promise<Verdict>;

/** A TCP link to a Redis that can lose the answers to what was written. */
export interface RedisLink {
  /** Where to connect to instead; on the loopback interface. */
  readonly port: number;
  /** @param listener undefined: everything is carried */
  onWrite(listener: OnWrite | undefined): void;
  close(): Promise<void>;
}

/** Commands that only read or say who they are. A script may write. */
const READS: ReadonlySet<string> = new Set([
  ...[
    "auth",
    "client",
    "exists",
    "get",
    "getbuffer",
    "getrange",
    "hello",
    "hexists",
    "hget",
    "hgetall",
    "hlen",
    "hmget",
  ],
  ...[
    "info",
    "llen",
    "lrange",
    "mget",
    "multi",
    "ping",
    "pttl",
    "scan",
    "select",
    "smembers",
    "strlen",
    "ttl",
    "xlen",
  ],
  ...["xrange", "xread", "xrevrange", "zcard", "zcount", "zrange", "zrangebyscore", "zrevrange", "zscore"],
]);

/** Starts a link to the port. */
export async function startRedisLink(port: number): Promise<RedisLink> {
  const link = new LosingLink(port);
  await link.listen();
  return link;
}

class LosingLink implements RedisLink {
  readonly #target: number;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  #onWrite: OnWrite | undefined;

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

  onWrite(listener: OnWrite | undefined): void {
    this.#onWrite = listener;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.resetAndDestroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #carry(client: Socket): void {
    const redis = connect({ host: "127.0.0.1", port: this.#target });
    this.#clients.add(client);
    const way = new Way(client, redis, async (command) => (await this.#onWrite?.(command)) ?? "carry");
    client.on("error", () => client.destroy());
    client.on("close", () => {
      this.#clients.delete(client);
      redis.end();
    });
    redis.on("error", () => redis.destroy());
    redis.on("close", () => client.destroy());
    client.on("data", (chunk: Buffer) => way.toRedis(chunk));
    redis.on("data", (chunk: Buffer) => way.toClient(chunk));
  }
}

/** One connection. */
class Way {
  readonly #client: Socket;
  readonly #redis: Socket;
  readonly #verdictOn: (command: string) => Promise<Verdict>;
  #rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #turn: Promise<void> = Promise.resolve();
  #losing = false;

  constructor(client: Socket, redis: Socket, verdictOn: (command: string) => Promise<Verdict>) {
    this.#client = client;
    this.#redis = redis;
    this.#verdictOn = verdictOn;
  }

  toRedis(chunk: Buffer): void {
    this.#turn = this.#turn.then(() => this.#send(chunk));
  }

  /** An answer in place of which the connection is reset was given to a command that was carried out. */
  toClient(chunk: Buffer): void {
    if (this.#losing) this.#client.resetAndDestroy();
    else this.#client.write(chunk);
  }

  async #send(chunk: Buffer): Promise<void> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let command = firstCommand(this.#rest); command !== undefined; command = firstCommand(this.#rest)) {
      // What comes after a command whose answer is lost is lost, too.
      if (this.#losing) return;
      const bytes = this.#rest.subarray(0, command.length);
      this.#rest = this.#rest.subarray(command.length);
      if (!READS.has(command.name)) this.#losing = (await this.#verdictOn(command.name)) === "lose";
      this.#redis.write(bytes);
    }
  }
}

/** The first whole command: an array of strings, each with its length before it. */
function firstCommand(bytes: Buffer): { readonly name: string; readonly length: number } | undefined {
  const count = lineAt(bytes, 0);
  if (count === undefined) return undefined;
  let { end } = count;
  let name = "";
  for (let index = 0; index < count.value; index++) {
    const size = lineAt(bytes, end);
    if (size === undefined || bytes.length < size.end + size.value + 2) return undefined;
    if (index === 0) name = bytes.toString("latin1", size.end, size.end + size.value).toLowerCase();
    end = size.end + size.value + 2;
  }
  return { name, length: end };
}

/** `*3\r\n` or `$11\r\n`: the number, and where the line ends. */
function lineAt(bytes: Buffer, start: number): { readonly value: number; readonly end: number } | undefined {
  const at = bytes.indexOf("\r\n", start);
  return at < 0 ? undefined : { value: Number(bytes.toString("latin1", start + 1, at)), end: at + 2 };
}
