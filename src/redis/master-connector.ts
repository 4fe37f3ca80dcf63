import { createConnection, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { AbstractConnector } from "ioredis";
import { z } from "zod";
import { faultOfServer } from "./fault.js";
import { type Address, diagnoseSilence } from "./silent-server.js";

const DISCONNECT_MS = 2_000;

/** The options of ioredis that say where Redis is. */
const Place = z.object({
  path: z.string().nullish(),
  host: z.string().nullish(),
  port: z.number().nullish(),
  family: z.number().nullish(),
  tls: z.union([z.literal(true), z.record(z.string(), z.unknown())]).nullish(),
});

type Report = (event: string, error: Error) => void;

const Info = z.record(z.string(), z.string()).catch({});

/**
 * Connects to one address, and takes it only while the master of a single Redis stands there. After a failover the old
 * master is a replica: it answers, and refuses every write. The name is looked up again at each attempt.
 */
export class MasterConnector extends AbstractConnector {
  readonly #place: z.output<typeof Place>;
  #report: Report = () => undefined;

  /** @param options all options of the connection, as ioredis gives them */
  constructor(options: unknown) {
    super(DISCONNECT_MS);
    this.#place = Place.parse(options);
  }

  /** @returns false: ioredis tries again after the next delay */
  override check(info: unknown): boolean {
    const fault = faultOfServer(Info.parse(info));
    if (fault !== undefined) this.#report("error", fault);
    return fault === undefined;
  }

  override async connect(report: Report): Promise<Socket | TLSSocket> {
    this.#report = report;
    this.connecting = true;
    await new Promise((resolve) => process.nextTick(resolve));
    if (!this.connecting) throw new Error("Connection is closed.");
    const socket = this.#open();
    socket.once("error", (error) => {
      this.firstError = error;
    });
    this.stream = socket;
    diagnoseSilence(socket, this.#address(), (fault) => report("error", fault));
    return socket;
  }

  #address(): Address {
    const { path, host, port, family } = this.#place;
    if (path != null) return { path };
    return { host: host ?? "localhost", port: port ?? 6379, ...(family != null && { family }) };
  }

  #open(): Socket | TLSSocket {
    const address = this.#address();
    const { tls } = this.#place;
    if (tls == null) return createConnection(address);
    return connectTls({
      ...address,
      ...("host" in address && { servername: nameOf(address.host) }),
      ...(tls !== true && tls),
    });
  }
}

/** An address is no name that a certificate could be asked for (RFC 6066). */
function nameOf(host: string): string | undefined {
  return /^[\d.]+$|:/.test(host) ? undefined : host;
}
