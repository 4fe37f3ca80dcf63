import { randomBytes } from "node:crypto";
import { GatewayOpcodes } from "discord-api-types/v10";
import type { GatewayPayload } from "./gateway-payload.js";

/** How many dispatches a session keeps for a resume. */
const capacity = 1_000;

/** What a session needs from its socket. */
export interface SessionSocket {
  send(payload: GatewayPayload): void;
  close(code: number): void;
}

/** One identified session: it outlives its socket, so that a client can resume. */
export class Session {
  readonly id = randomBytes(16).toString("hex");
  readonly intents: number;
  socket: SessionSocket | undefined;
  /** Since when it has no socket, in milliseconds since the epoch. */
  lostAt: number | undefined;
  #sequence = 0;
  #sent: GatewayPayload[] = [];

  constructor(intents: number, socket: SessionSocket) {
    this.intents = intents;
    this.socket = socket;
  }

  /** Sends an event, or keeps it for a resume; without all the needed intents it is dropped. */
  dispatch(event: string, data: unknown, neededIntents = 0): void {
    if ((this.intents & neededIntents) !== neededIntents) return;
    this.#sequence++;
    const payload = { op: GatewayOpcodes.Dispatch, t: event, s: this.#sequence, d: data };
    this.#sent.push(payload);
    if (this.#sent.length > capacity) this.#sent.shift();
    this.socket?.send(payload);
  }

  /** The dispatches after this sequence number, or undefined when they cannot be replayed. */
  missedSince(sequence: number): readonly GatewayPayload[] | undefined {
    if (sequence > this.#sequence || sequence < this.#sequence - this.#sent.length) return undefined;
    return this.#sent.filter((payload) => (payload.s ?? 0) > sequence);
  }

  isAhead(sequence: number): boolean {
    return sequence > this.#sequence;
  }
}
