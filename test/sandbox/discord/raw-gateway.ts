import { once } from "node:events";
import { GatewayOpcodes } from "discord.js";
import { WebSocket } from "ws";
import type { DiscordStandIn } from "../../../sandbox/discord/types.js";
import { restCall } from "./rest-call.js";

export interface Received {
  readonly op: number;
  readonly t: string | null;
  readonly s: number | null;
  readonly d: Readonly<Record<string, unknown>>;
}

/** A gateway client that does nothing by itself, for what a real client would never do. */
export class RawGateway {
  readonly received: Received[] = [];
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = once(socket, "close").then(([code]) => Number(code));
    socket.on("message", (data) => {
      this.received.push(JSON.parse(data.toString()));
      for (const check of [...this.#waiting]) check();
    });
  }

  static async connect(discord: DiscordStandIn, query = "v=10&encoding=json"): Promise<RawGateway> {
    const { body } = await restCall(discord, "GET", "/gateway");
    const gateway = new RawGateway(new WebSocket(`${body["url"]}?${query}`));
    await once(gateway.#socket, "open");
    return gateway;
  }

  /** Connects and identifies. */
  static async identified(discord: DiscordStandIn, intents = 1): Promise<RawGateway> {
    const gateway = await RawGateway.connect(discord);
    gateway.identify(discord.botToken, intents);
    await gateway.event("READY");
    return gateway;
  }

  identify(token: string, intents = 1): void {
    const properties = { os: "linux", browser: "test", device: "test" };
    this.send(GatewayOpcodes.Identify, { token, intents, properties });
  }

  send(op: number, d: unknown): void {
    this.#socket.send(JSON.stringify({ op, d }));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  event(name: string): Promise<Received> {
    return this.first((payload) => payload.t === name);
  }

  opcode(op: number): Promise<Received> {
    return this.first((payload) => payload.op === op);
  }

  first(fits: (payload: Received) => boolean): Promise<Received> {
    return new Promise((resolve) => {
      const check = () => {
        const found = this.received.find(fits);
        if (!found) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** @param code - 1000 ends the session, another one leaves it to be resumed */
  async close(code = 1000): Promise<void> {
    this.#socket.close(code);
    await this.closed;
  }
}
