import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { GatewayCloseCodes, GatewayIntentBits, GatewayOpcodes } from "discord-api-types/v10";
import { WebSocketServer } from "ws";
import type { Changes } from "../changes.js";
import type { Guild } from "../guild/guild.js";
import { guildCreateData } from "../guild/guild-payloads.js";
import type { DiscordLimits } from "../types.js";
import { Connection, type ConnectionOwner } from "./connection.js";
import { createEncoder } from "./encoder.js";
import type { IdentifyData, ResumeData } from "./gateway-payload.js";
import { IdentifyBudget } from "./identify-budget.js";
import { readyData } from "./ready-data.js";
import type { Session } from "./session.js";
import { Sessions } from "./sessions.js";

interface GatewayParts {
  readonly guild: Guild;
  readonly changes: Changes;
  readonly botToken: string;
  readonly limits: DiscordLimits;
  /** False when no rate limit counts, IDENTIFYs included. */
  readonly rateLimits: boolean;
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** Where clients connect. */
  readonly url: string;
}

const privileged =
  GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent;
const known = Object.values(GatewayIntentBits).reduce<number>(
  (bits, bit) => (typeof bit === "number" ? bits | bit : bits),
  0,
);
/** After these a client must identify anew. */
const finalCodes: ReadonlySet<number> = new Set([
  1000,
  1001,
  GatewayCloseCodes.AuthenticationFailed,
  GatewayCloseCodes.InvalidSeq,
  GatewayCloseCodes.SessionTimedOut,
  GatewayCloseCodes.InvalidIntents,
  GatewayCloseCodes.DisallowedIntents,
]);

/** The gateway: sockets come and go, sessions stay for a resume. */
export class Gateway implements ConnectionOwner {
  readonly heartbeatIntervalMs: number;
  readonly budget: IdentifyBudget;
  /** Where clients connect. */
  readonly url: string;
  readonly #parts: GatewayParts;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #connections = new Set<Connection>();
  readonly #sessions: Sessions;
  #pendingCloses: number[] = [];
  /** HTTP statuses for the next upgrades. */
  #refusals: number[] = [];
  #handshakes = 0;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.url = parts.url;
    this.heartbeatIntervalMs = parts.limits.heartbeatIntervalMs;
    this.budget = new IdentifyBudget(parts.limits, parts.now, parts.rateLimits);
    this.#sessions = new Sessions({ ...parts, resumeMs: parts.limits.resumeMs });
  }

  /** Takes over an HTTP upgrade. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#handshakes++;
    const status = this.#refusals.shift();
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const query = new URL(request.url ?? "/", "http://discord").searchParams;
    this.#server.handleUpgrade(request, socket, head, (client) => {
      const connection = new Connection(client, createEncoder(client, query.get("compress")), this);
      this.#connections.add(connection);
      if (query.get("v") !== "10") connection.close(GatewayCloseCodes.InvalidAPIVersion);
      else if ((query.get("encoding") ?? "json") !== "json") connection.close(GatewayCloseCodes.DecodeError);
    });
  }

  isOnline(): boolean {
    return this.#sessions.connected().length > 0;
  }

  /** Sends an event to each session with these intents; one without a socket gets it when it resumes. */
  dispatch(event: string, data: unknown, neededIntents = 0): void {
    this.#sessions.dispatch(event, data, neededIntents);
  }

  /** Closes the connected sessions now, and so many later ones as soon as they are ready. */
  closeSessions(code: number, times: number): void {
    const connected = this.#sessions.connected();
    for (const session of connected) session.socket?.close(code);
    this.#pendingCloses.push(...Array<number>(connected.length > 0 ? times - 1 : times).fill(code));
  }

  clearFaults(): void {
    this.#pendingCloses = [];
    this.#refusals = [];
  }

  get handshakes(): number {
    return this.#handshakes;
  }

  get sockets(): number {
    return this.#connections.size;
  }

  refuseUpgrades(status: number, times: number): void {
    this.#refusals.push(...Array<number>(times).fill(status));
  }

  /** Nothing comes over the sockets that are open now any more. */
  mute(): void {
    for (const connection of this.#connections) connection.mute();
  }

  invalidateSessions(resumable: boolean): void {
    for (const { socket } of this.#sessions.connected())
      socket?.send({ op: GatewayOpcodes.InvalidSession, d: resumable });
  }

  identify(connection: Connection, data: IdentifyData): Session | undefined {
    const refusal = this.#refuseIdentify(data);
    if (refusal !== undefined) {
      this.#parts.log(`IDENTIFY refused with ${refusal}`);
      connection.close(refusal);
      return undefined;
    }
    if (!this.budget.take()) {
      this.#parts.log("IDENTIFY too early, session invalid");
      connection.send({ op: GatewayOpcodes.InvalidSession, d: false });
      return undefined;
    }
    const { guild, url } = this.#parts;
    const session = this.#sessions.open(data.intents, connection);
    session.dispatch("READY", readyData(guild, session.id, url, data.shard ?? [0, 1]));
    const withMembers = (data.intents & GatewayIntentBits.GuildMembers) !== 0;
    if (guild.bot.isMember)
      session.dispatch("GUILD_CREATE", guildCreateData(guild, withMembers), GatewayIntentBits.Guilds);
    this.#closeIfPending(connection);
    return session;
  }

  resume(connection: Connection, data: ResumeData): Session | undefined {
    if (data.token !== this.#parts.botToken) {
      connection.close(GatewayCloseCodes.AuthenticationFailed);
      return undefined;
    }
    const session = this.#sessions.find(data.session_id);
    if (session?.isAhead(data.seq)) {
      connection.close(GatewayCloseCodes.InvalidSeq);
      return undefined;
    }
    const missed = session?.missedSince(data.seq);
    if (!session || !missed) {
      this.#parts.log("RESUME of an unknown session, session invalid");
      connection.send({ op: GatewayOpcodes.InvalidSession, d: false });
      return undefined;
    }
    this.#continue(session, connection, missed);
    return session;
  }

  lost(connection: Connection, session: Session | undefined, code: number): void {
    this.#connections.delete(connection);
    this.#parts.log(`gateway socket closed with ${code}`);
    if (session && session.socket === connection) this.#sessions.detach(session, finalCodes.has(code));
  }

  close(): void {
    for (const connection of this.#connections) connection.terminate();
    this.#server.close();
  }

  #continue(
    session: Session,
    connection: Connection,
    missed: readonly Parameters<Connection["send"]>[0][],
  ): void {
    const old = session.socket;
    this.#sessions.attach(session, connection);
    old?.close(GatewayCloseCodes.UnknownError);
    for (const payload of missed) connection.send(payload);
    session.dispatch("RESUMED", { _trace: [] });
    this.#closeIfPending(connection);
  }

  #closeIfPending(connection: Connection): void {
    const code = this.#pendingCloses.shift();
    if (code !== undefined) connection.close(code);
  }

  #refuseIdentify(data: IdentifyData): GatewayCloseCodes | undefined {
    const [shard, shards] = data.shard ?? [0, 1];
    const tooMany = data.intents & privileged & ~this.#parts.guild.bot.privilegedIntents;
    if (data.token !== this.#parts.botToken || this.budget.isExhausted()) {
      return GatewayCloseCodes.AuthenticationFailed;
    }
    if (shard < 0 || shard >= shards) return GatewayCloseCodes.InvalidShard;
    if ((data.intents & ~known) !== 0) return GatewayCloseCodes.InvalidIntents;
    return tooMany === 0 ? undefined : GatewayCloseCodes.DisallowedIntents;
  }
}
