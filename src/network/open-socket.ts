import { promises as dns } from "node:dns";
import { connect, type Socket, setDefaultAutoSelectFamilyAttemptTimeout } from "node:net";

/** The next address of a name is tried beside the others after so long (RFC 8305, section 5). Milliseconds. */
const NEXT_ADDRESS_MS = 250;

/** A first packet that is lost is sent again after 1 s, and after 3 s (RFC 6298, section 5). Milliseconds. */
const LOST_PACKETS_MS = 4_000;

export interface Place {
  readonly host: string;
  readonly port: number;
  /** Without Nagle's delay. */
  readonly noDelay?: boolean;
}

/**
 * Clients that dial by themselves, such as those of Discord, GitHub and Redis, try one address of a name after the other:
 * Node gives up each but the last after 250 ms, which is shorter than many ways around the world. For the whole process.
 */
export function patientDials(): void {
  setDefaultAutoSelectFamilyAttemptTimeout(LOST_PACKETS_MS);
}

/**
 * Opens a TCP connection to whichever address of the name answers first. None is given up for another one: only the
 * signal ends what takes long.
 * @throws the system's error, or the reason of the signal
 */
export async function openSocket({ host, port, noDelay }: Place, signal?: AbortSignal): Promise<Socket> {
  signal?.throwIfAborted();
  const addresses = await unlessAborted(dns.lookup(host, { all: true }), signal);
  const dials = addresses.map(
    ({ address }) =>
      () =>
        connect({ host: address, port, ...(noDelay && { noDelay }), autoSelectFamily: false }),
  );
  return new Promise((resolve, reject) => new Race(dials, signal, resolve, reject).next());
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    promise.finally(() => signal.removeEventListener("abort", stop)).then(resolve, reject);
  });
}

/** Dials that go on beside each other until one of them is connected. */
class Race {
  readonly #dials: (() => Socket)[];
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (socket: Socket) => void;
  readonly #reject: (error: unknown) => void;
  readonly #open = new Set<Socket>();
  readonly #errors: unknown[] = [];
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(
    dials: readonly (() => Socket)[],
    signal: AbortSignal | undefined,
    resolve: (socket: Socket) => void,
    reject: (error: unknown) => void,
  ) {
    this.#dials = [...dials];
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /** Dials the next address; where none is left, what is under way goes on. */
  next(): void {
    clearTimeout(this.#timer);
    const dial = this.#dials.shift();
    if (dial === undefined) {
      if (this.#open.size === 0) this.#finish(() => this.#reject(tellingError(this.#errors)));
      return;
    }
    const socket = dial();
    this.#open.add(socket);
    socket.once("connect", () => this.#win(socket));
    // This listener stays: an error that nobody hears would end the process.
    socket.on("error", (error) => {
      if (!this.#open.delete(socket) || this.#over) return;
      this.#errors.push(error);
      this.next();
    });
    if (this.#dials.length > 0) this.#timer = setTimeout(() => this.next(), NEXT_ADDRESS_MS);
  }

  #win(socket: Socket): void {
    if (this.#over) return;
    this.#open.delete(socket);
    this.#finish(() => this.#resolve(socket));
  }

  readonly #abort = () => this.#finish(() => this.#reject(this.#signal?.reason));

  #finish(settle: () => void): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#abort);
    for (const socket of this.#open) socket.destroy();
    settle();
  }
}

/** What is wrong at one's own end, such as no route for IPv6, says less than what the other side said. */
const LOCAL: ReadonlySet<unknown> = new Set(["ENETUNREACH", "EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"]);

function tellingError(errors: readonly unknown[]): unknown {
  const told = errors.find((error) => !LOCAL.has(codeOf(error)));
  return told ?? errors[0] ?? Object.assign(new Error("The name has no address"), { code: "ENOTFOUND" });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
