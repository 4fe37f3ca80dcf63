import type { Duplex } from "node:stream";
import { drop, type Link } from "./dial.js";
import { openShell } from "./open-shell.js";
import { type ChannelRequest, type ChannelResult, runOnChannel } from "./run-on-channel.js";
import { type Release, releaseOnce } from "./semaphore.js";
import type { OpenResult, ShellRequest } from "./shell-opening.js";

/** How long the other side may take to say goodbye, ms. */
const FAREWELL_MS = 1_000;

export interface SshConnectionOptions {
  /** The connection closes itself when nobody has used it for so long. */
  readonly idleSeconds: number;
  /** Called once, when the connection takes no more work. */
  readonly onRetired: () => void;
}

/** One authenticated connection, shared by commands and by connections to the hosts behind it. */
export class SshConnection {
  readonly #link: Link;
  readonly #options: SshConnectionOptions;
  #retired = false;
  #users = 0;
  #carried = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(link: Link, options: SshConnectionOptions) {
    this.#link = link;
    this.#options = options;
    void this.closed.then(() => this.retire());
    this.#watchIdleness();
  }

  /** Settles when the connection has ended, for whatever reason. */
  get closed(): Promise<void> {
    return this.#link.closed;
  }

  /** Whether the host ever opened a channel here: if not, another connection would fare no better. */
  get hasCarried(): boolean {
    return this.#carried > 0;
  }

  /** Whether the other side answers at all within so many milliseconds. Nothing is started there for it. */
  async answers(limitMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), limitMs);
      void this.closed.then(() => resolve(false));
      // A request that every server answers, here with a refusal: nothing was ever forwarded.
      this.#link.client.unforwardIn("127.0.0.1", 1, () => resolve(true));
    });
    return answered.catch(() => false).finally(() => clearTimeout(timer));
  }

  async run(request: ChannelRequest): Promise<ChannelResult> {
    const release = this.#hold();
    try {
      return await runOnChannel(this.#link, request, this.#countCarried);
    } finally {
      release();
    }
  }

  /** Starts a script for a caller who reads and writes its streams, and stays open as long as the channel does. */
  async open(request: ShellRequest): Promise<OpenResult> {
    const release = this.#hold();
    const result = await new Promise<OpenResult>((resolve) => {
      openShell(this.#link, request, this.#countCarried, resolve);
    });
    if (result.kind === "open") result.channel.once("close", release);
    else release();
    return result;
  }

  /** Opens a byte stream from this host to another address, and stays open as long as the stream does. */
  async forward(address: string, port: number): Promise<Duplex> {
    const release = this.#hold();
    try {
      const channel = await new Promise<Duplex>((resolve, reject) => {
        this.#link.client.forwardOut("127.0.0.1", 0, address, port, (error, opened) =>
          error ? reject(error) : resolve(opened),
        );
      });
      this.#carried += 1;
      channel.once("close", release);
      // ssh2 listens too once it speaks over the stream; until then an error must not end the process.
      channel.on("error", () => drop(channel));
      return channel;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Takes no more work, and closes when the work under way is done. */
  retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    clearTimeout(this.#idle);
    this.#options.onRetired();
    if (this.#users === 0) void this.close();
  }

  /** Closes at once. Commands that are running here become `lost`. */
  async close(): Promise<void> {
    this.retire();
    const force = setTimeout(() => drop(this.#link.transport), FAREWELL_MS);
    this.#link.client.end();
    await this.closed;
    clearTimeout(force);
  }

  readonly #countCarried = () => {
    this.#carried += 1;
  };

  #hold(): Release {
    clearTimeout(this.#idle);
    this.#users += 1;
    return releaseOnce(() => {
      this.#users -= 1;
      this.#watchIdleness();
    });
  }

  #watchIdleness(): void {
    if (this.#users > 0) return;
    if (this.#retired) void this.close();
    else this.#idle = setTimeout(() => this.retire(), this.#options.idleSeconds * 1000).unref();
  }
}
