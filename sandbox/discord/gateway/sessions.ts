import type { Changes } from "../changes.js";
import { Session, type SessionSocket } from "./session.js";

interface SessionsParts {
  readonly now: () => number;
  readonly resumeMs: number;
  readonly changes: Changes;
}

/** All sessions that are connected or can still be resumed. */
export class Sessions {
  readonly #parts: SessionsParts;
  readonly #sessions = new Map<string, Session>();

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  open(intents: number, socket: SessionSocket): Session {
    const session = new Session(intents, socket);
    this.#sessions.set(session.id, session);
    this.#parts.changes.emit({ kind: "bot" });
    return session;
  }

  /** A session that can still be resumed. */
  find(id: string): Session | undefined {
    const session = this.#sessions.get(id);
    if (!session) return undefined;
    const isExpired =
      session.lostAt !== undefined && session.lostAt + this.#parts.resumeMs < this.#parts.now();
    if (isExpired) this.#sessions.delete(id);
    return isExpired ? undefined : session;
  }

  attach(session: Session, socket: SessionSocket): void {
    session.socket = socket;
    session.lostAt = undefined;
    this.#parts.changes.emit({ kind: "bot" });
  }

  /** @param isOver - true when the close code forbids a resume */
  detach(session: Session, isOver: boolean): void {
    session.socket = undefined;
    session.lostAt = this.#parts.now();
    if (isOver) this.#sessions.delete(session.id);
    this.#parts.changes.emit({ kind: "bot" });
  }

  connected(): readonly Session[] {
    return [...this.#sessions.values()].filter((session) => session.socket !== undefined);
  }

  dispatch(event: string, data: unknown, neededIntents = 0): void {
    for (const session of this.#sessions.values()) session.dispatch(event, data, neededIntents);
  }
}
