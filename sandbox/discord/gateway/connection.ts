import { GatewayCloseCodes, GatewayOpcodes } from "discord-api-types/v10";
import type { RawData, WebSocket } from "ws";
import type { Encoder } from "./encoder.js";
import {
  type GatewayPayload,
  type IdentifyData,
  identifyData,
  type ResumeData,
  receivedPayload,
  resumeData,
} from "./gateway-payload.js";
import type { Session, SessionSocket } from "./session.js";

/** What a connection asks of the gateway. */
export interface ConnectionOwner {
  readonly heartbeatIntervalMs: number;
  /** Opens a session, or closes the connection or invalidates the session itself. */
  identify(connection: Connection, data: IdentifyData): Session | undefined;
  resume(connection: Connection, data: ResumeData): Session | undefined;
  /** @param code - the close code that the side which closed first gave */
  lost(connection: Connection, session: Session | undefined, code: number): void;
}

/** Payloads that a client may send in a minute. */
const maxPayloadsPerMinute = 120;
/** A client is gone when it is so many intervals late with its heartbeat. */
const heartbeatGrace = 1.5;

/** Known, and without effect on anything that the stand-in shows. */
const ignoredOpcodes: ReadonlySet<number> = new Set([
  GatewayOpcodes.PresenceUpdate,
  GatewayOpcodes.VoiceStateUpdate,
  GatewayOpcodes.RequestGuildMembers,
]);

/** One socket of a client: HELLO, heartbeats, and what comes before and after it is identified. */
export class Connection implements SessionSocket {
  readonly #socket: WebSocket;
  readonly #encoder: Encoder;
  readonly #owner: ConnectionOwner;
  #session: Session | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #ownCode: number | undefined;
  #received: number[] = [];
  #isMuted = false;

  constructor(socket: WebSocket, encoder: Encoder, owner: ConnectionOwner) {
    this.#socket = socket;
    this.#encoder = encoder;
    this.#owner = owner;
    socket.on("message", (data) => this.#receive(data));
    socket.on("error", () => socket.terminate());
    socket.on("close", (code) => this.#ended(code));
    this.send({ op: GatewayOpcodes.Hello, d: { heartbeat_interval: owner.heartbeatIntervalMs } });
    this.#watch();
  }

  send(payload: GatewayPayload): void {
    if (this.#isMuted || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#encoder.send(JSON.stringify({ t: null, s: null, ...payload }));
  }

  close(code: number): void {
    this.#ownCode ??= code;
    // 1006 cannot be sent: it is what the other side reads when the socket just breaks.
    if (code === 1006) this.#socket.terminate();
    else this.#socket.close(code);
  }

  /** Neither reads nor writes any more, and stays open. */
  mute(): void {
    this.#isMuted = true;
    clearTimeout(this.#watchdog);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #ended(code: number): void {
    clearTimeout(this.#watchdog);
    this.#encoder.close();
    this.#owner.lost(this, this.#session, this.#ownCode ?? code);
  }

  #watch(): void {
    clearTimeout(this.#watchdog);
    const patience = this.#owner.heartbeatIntervalMs * heartbeatGrace;
    this.#watchdog = setTimeout(() => this.close(GatewayCloseCodes.SessionTimedOut), patience);
  }

  #receive(data: RawData): void {
    if (this.#isMuted || this.#ownCode !== undefined) return;
    const payload = receivedPayload.safeParse(parseJson(data.toString()));
    if (this.#isFlooding()) this.close(GatewayCloseCodes.RateLimited);
    else if (!payload.success) this.close(GatewayCloseCodes.DecodeError);
    else this.#handle(payload.data.op, payload.data.d);
  }

  #handle(op: number, data: unknown): void {
    if (op === GatewayOpcodes.Heartbeat) {
      this.#watch();
      this.send({ op: GatewayOpcodes.HeartbeatAck, d: null });
    } else if (op === GatewayOpcodes.Identify) {
      this.#authenticate(identifyData.safeParse(data), (parsed) => this.#owner.identify(this, parsed));
    } else if (op === GatewayOpcodes.Resume) {
      this.#authenticate(resumeData.safeParse(data), (parsed) => this.#owner.resume(this, parsed));
    } else if (!ignoredOpcodes.has(op)) {
      this.close(GatewayCloseCodes.UnknownOpcode);
    } else if (!this.#session) {
      this.close(GatewayCloseCodes.NotAuthenticated);
    }
  }

  #authenticate<T>(
    parsed: { readonly success: true; readonly data: T } | { readonly success: false },
    open: (data: T) => Session | undefined,
  ): void {
    if (this.#session) this.close(GatewayCloseCodes.AlreadyAuthenticated);
    else if (!parsed.success) this.close(GatewayCloseCodes.DecodeError);
    else this.#session = open(parsed.data);
  }

  #isFlooding(): boolean {
    const now = Date.now();
    this.#received = [...this.#received.filter((time) => time > now - 60_000), now];
    return this.#received.length > maxPayloadsPerMinute;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
