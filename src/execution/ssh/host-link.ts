import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import type { ClientChannel } from "ssh2";
import { underEither } from "../either-signal.js";
import { HostUnreachableError } from "../host-unreachable-error.js";
import type { CommandOutcome } from "../remote-runner.js";
import { SshConnection } from "./connection.js";
import { dial, openTcp } from "./dial.js";
import { errorField, jumpFailure, TIMED_OUT } from "./dial-failure.js";
import { hostWords } from "./host-words.js";
import type { ChannelRequest } from "./run-on-channel.js";
import { type Release, Semaphore } from "./semaphore.js";
import type { NotRun, OpenResult } from "./shell-opening.js";
import type { SshHost } from "./ssh-host.js";
import { ABORTED, untilAborted } from "./until-aborted.js";

/**
 * Half of the 10 sessions that sshd allows per connection (`MaxSessions`). It counts a closed session until it has
 * dealt with all packets that came along with the close, and those may already ask for the next ones.
 */
const CHANNELS_AT_ONCE = 5;

/** Beside them, for what only asks or tells and must not wait until a step has ended: a stop comes at once. */
const SHORT_CHANNELS_AT_ONCE = 2;

/** A connection can end just as it is used; a host that ends every one will not do better with more. */
const CONNECTIONS_TRIED = 3;

/** Part of a command's own time that the host may take until our own shell answers, but for this long in any case. */
const ANSWER_SHARE = 0.8;
/** Whoever waits so long for a place learns that there was none, not only that nothing came. */
const PLACE_SHARE = 0.8;
const SHORTEST_ANSWER_SECONDS = 3;

/** A server that is not cut off says so at once, also where it starts no shell. Milliseconds. */
const ANSWERS_WITHIN_MS = 2_000;

/** Beside both, for what a person waits for: other questions that hang must not keep a step from being stopped. */
const URGENT_CHANNELS_AT_ONCE = 2;

/** `lasting`: follows a step; `short`: only asks or tells something; `urgent`: ends a step. */
export type ChannelKind = "lasting" | "short" | "urgent";

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** @defaultValue lasting */
  readonly kind?: ChannelKind;
  /** Aborted when nobody waits for the channel any more: its place is free, although the host may never close it. */
  readonly abandoned?: AbortSignal;
}

export interface HostLinkOptions {
  readonly name: string;
  readonly host: SshHost;
  readonly jump: HostLink | undefined;
  /** From the first packet to a signed-in connection; once more for every jump host on the way. */
  readonly connectSeconds: number;
  readonly idleSeconds: number;
  /** How long the host may take, signed in, until our own shell answers there. */
  readonly answerSeconds: number;
  /** Removes secrets from what the host says. */
  readonly redact: (text: string) => string;
  readonly logger: Logger;
}

/** A command for a host; see {@link ChannelRequest}. */
export type HostCommand = Omit<ChannelRequest, "answerSeconds">;

/** Slipway itself uses every session of a host: that says nothing of the host. */
class SessionsInUseError extends Error {
  readonly code = "EBUSY";

  constructor() {
    super("Slipway uses every session of this host");
    this.name = "SessionsInUseError";
  }
}

/** Everything about one host: the connection that is kept open, and the queue in front of it. */
export class HostLink {
  readonly name: string;
  readonly #options: HostLinkOptions;
  readonly #slots = {
    lasting: new Semaphore(CHANNELS_AT_ONCE),
    short: new Semaphore(SHORT_CHANNELS_AT_ONCE),
    urgent: new Semaphore(URGENT_CHANNELS_AT_ONCE),
  } satisfies Record<ChannelKind, Semaphore>;
  readonly #closing = new AbortController();
  readonly #open = new Set<SshConnection>();
  readonly #connectMs: number;
  #current: Promise<SshConnection> | undefined;

  constructor(options: HostLinkOptions) {
    this.name = options.name;
    this.#options = options;
    this.#connectMs = options.connectSeconds * 1000 + (options.jump ? options.jump.#connectMs : 0);
  }

  /** @throws HostUnreachableError while the command cannot have started */
  async run(command: HostCommand): Promise<CommandOutcome> {
    const { signal, timeoutSeconds } = command;
    const release = await this.#place(timeoutSeconds, signal);
    if (!release) return NEVER_SENT;
    // Less than the command's own time: whoever waits so long learns why nothing came, not only that.
    const share = Math.max(SHORTEST_ANSWER_SECONDS, timeoutSeconds * ANSWER_SHARE);
    const answerSeconds = Math.min(this.#options.answerSeconds, share);
    const request = { ...command, answerSeconds };
    try {
      const result = await this.#onAnyConnection((connection) => connection.run(request), signal);
      return result.kind === "aborted" ? NEVER_SENT : result;
    } finally {
      release();
    }
  }

  /**
   * Sends a script and gives its channel. Each kind waits for its own kind alone.
   * @returns `undefined` when the signal is aborted: the script was not sent
   * @throws HostUnreachableError when the script was not sent
   */
  async open(
    script: string,
    { signal, kind = "lasting", abandoned }: OpenOptions = {},
  ): Promise<ClientChannel | undefined> {
    const { answerSeconds } = this.#options;
    const release = await this.#slots[kind].acquire(signal);
    if (!release) return undefined;
    try {
      const request = { script, answerSeconds, signal };
      const result = await this.#onAnyConnection((connection) => connection.open(request), signal);
      if (result.kind === "open") {
        result.channel.once("close", release);
        abandoned?.addEventListener("abort", release, { once: true });
        return result.channel;
      }
    } catch (error) {
      release();
      throw error;
    }
    release();
    return undefined;
  }

  /** Steps that hang hold their places for hours: a command waits for one no longer than most of what it may take itself. */
  async #place(seconds: number, signal: AbortSignal | undefined): Promise<Release | undefined> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), seconds * 1000 * PLACE_SHARE);
    try {
      return await underEither(limit.signal, signal, async (either) => {
        const release = await this.#slots.lasting.acquire(either);
        if (release !== undefined || signal?.aborted) return release;
        throw new HostUnreachableError(this.name, "timeout", {
          detail: "all of its sessions are in use",
          cause: new SessionsInUseError(),
        });
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Opens a byte stream from this host to another address. */
  async forward(address: string, port: number): Promise<Duplex> {
    for (;;) {
      const connection = await this.#connection();
      try {
        return await connection.forward(address, port);
      } catch (error) {
        // With a reason it is the host's answer; without one the connection was dead.
        const answered = errorField(error, "reason") !== undefined;
        if (answered || !connection.hasCarried) throw error;
        connection.retire();
      }
    }
  }

  /** Ends every connection and refuses what comes later. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#current?.catch(() => undefined);
    await Promise.all([...this.#open].map((connection) => connection.close()));
  }

  async #onAnyConnection<R extends { readonly kind: string }>(
    use: (connection: SshConnection) => Promise<R | NotRun | NotSent | Aborted>,
    signal: AbortSignal | undefined,
  ): Promise<R | Aborted> {
    for (let tried = 1; ; tried++) {
      const connection = await untilAborted(this.#connection(), signal);
      if (connection === ABORTED) return { kind: "aborted" };
      const result = await use(connection);
      if (isNotRun(result)) {
        if (tried === CONNECTIONS_TRIED || !(await mayBeTheLink(connection, result)))
          throw this.#notRun(result);
        connection.retire();
        continue;
      }
      if (!isNotSent(result)) return result;
      // Dead without anyone having noticed, or its sessions are used up by commands that were given up
      // but still run: a new connection helps, unless this one was new.
      connection.retire();
      if (!connection.hasCarried || tried === CONNECTIONS_TRIED)
        throw refusedChannel(this.name, result.cause);
    }
  }

  #notRun({ said, exitCode, seconds }: NotRun): HostUnreachableError {
    const words = hostWords(said, this.#options.redact);
    return new HostUnreachableError(this.name, "not-run", {
      notRun: {
        ...(words !== "" && { said: words }),
        ...(exitCode !== undefined && { exitCode }),
        ...(seconds !== undefined && { seconds }),
      },
    });
  }

  /** The connection that is open, or the one that is being opened: callers at the same time share one attempt. */
  #connection(): Promise<SshConnection> {
    this.#current ??= this.#connect();
    return this.#current;
  }

  async #connect(): Promise<SshConnection> {
    const { name, host, logger, redact, idleSeconds } = this.#options;
    const forget = () => {
      this.#current = undefined;
    };
    const attempt = this.#startAttempt();
    const { signal } = attempt;
    try {
      const link = await dial({
        name,
        host,
        logger,
        redact,
        signal,
        openTransport: () => this.#openTransport(signal),
      });
      const connection = new SshConnection(link, { idleSeconds, onRetired: forget });
      this.#track(connection);
      return connection;
    } catch (error) {
      forget();
      throw error;
    } finally {
      attempt.end();
    }
  }

  /** By hand: Node 20 collects an `AbortSignal.any` of an `AbortSignal.timeout` as garbage before it can fire. */
  #startAttempt(): { readonly signal: AbortSignal; readonly end: () => void } {
    const attempt = new AbortController();
    const timer = setTimeout(() => attempt.abort(TIMED_OUT), this.#connectMs);
    const stop = () => attempt.abort();
    const closing = this.#closing.signal;
    closing.addEventListener("abort", stop, { once: true });
    if (closing.aborted) stop();
    const end = () => {
      clearTimeout(timer);
      closing.removeEventListener("abort", stop);
    };
    return { signal: attempt.signal, end };
  }

  async #openTransport(signal: AbortSignal): Promise<Duplex> {
    const { name, host, jump } = this.#options;
    if (!jump) return openTcp(name, host, signal);
    try {
      return await jump.forward(host.address, host.port);
    } catch (cause) {
      throw jumpFailure(name, jump.name, cause);
    }
  }

  #track(connection: SshConnection): void {
    const { name: host, logger } = this.#options;
    this.#open.add(connection);
    logger.debug({ host }, "SSH connection opened");
    void connection.closed.then(() => {
      this.#open.delete(connection);
      logger.debug({ host }, "SSH connection closed");
    });
  }
}

type NotSent = Extract<OpenResult, { kind: "not-sent" }>;
type Aborted = Extract<OpenResult, { kind: "aborted" }>;

function isNotSent(result: { readonly kind: string }): result is NotSent {
  return result.kind === "not-sent";
}

function isNotRun(result: { readonly kind: string }): result is NotRun {
  return result.kind === "not-run";
}

/**
 * Whether another connection may do better: silence of a link that is cut off looks like that of a host whose shell does
 * not start, and a session whose process was killed like one that the host ended.
 */
async function mayBeTheLink(connection: SshConnection, { exitCode, seconds }: NotRun): Promise<boolean> {
  if (exitCode !== undefined) return false;
  return seconds === undefined || !(await connection.answers(ANSWERS_WITHIN_MS));
}

const NEVER_SENT: CommandOutcome = { kind: "lost", reason: "aborted before the command was sent" };

function refusedChannel(host: string, cause: unknown): HostUnreachableError {
  return new HostUnreachableError(host, "protocol", { detail: "it opens no session", cause });
}
