import type { Duplex } from "node:stream";
import { NodeSSH } from "node-ssh";
import type { Logger } from "pino";
import type { Client } from "ssh2";
import { openSocket } from "../../network/open-socket.js";
import type { RefusedHostKey } from "../host-unreachable-error.js";
import { algorithmsFor } from "./algorithms.js";
import { abortedFailure, type HandshakeFailure, handshakeFailure, transportFailure } from "./dial-failure.js";
import { loadHostKeyPolicy } from "./host-key-policy.js";
import { hostWords } from "./host-words.js";
import type { SshHost } from "./ssh-host.js";
import { ABORTED, untilAborted } from "./until-aborted.js";

/** ssh2 gives up one interval after the last of those that may stay unanswered: a dead link is noticed in 12 s. */
const KEEPALIVE_MS = 4_000;
const KEEPALIVES_MISSED = 2;

/** An authenticated client and the byte stream below it. */
export interface Link {
  readonly client: Client;
  readonly transport: Duplex;
  /** Settles when the connection has ended. */
  readonly closed: Promise<void>;
}

export interface DialOptions {
  readonly name: string;
  readonly host: SshHost;
  /** Opens the byte stream: TCP, or a channel of a jump host. Its failures go to the caller as they are. */
  readonly openTransport: () => Promise<Duplex>;
  /** Ends the attempt as a whole; with the reason `TIMED_OUT` the failure is a `timeout`. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Removes secrets from what the host says. */
  readonly redact: (text: string) => string;
}

/**
 * Connects, checks the host's key and signs in.
 * @throws HostUnreachableError
 */
export async function dial(options: DialOptions): Promise<Link> {
  const { name, host, openTransport, signal, logger, redact } = options;
  const policy = await loadHostKeyPolicy(host, logger);
  if (signal.aborted) throw abortedFailure(name, signal);
  const transport = await untilAborted(openTransport(), signal, drop);
  if (transport === ABORTED) throw abortedFailure(name, signal);

  let refusedKey: RefusedHostKey | undefined;
  const config: SshConfig = {
    ...credentials(host),
    sock: transport,
    algorithms: algorithmsFor(policy.knownKeyTypes),
    hostVerifier: (key: Buffer) => {
      refusedKey = policy.refuse(key);
      return refusedKey === undefined;
    },
  };
  const result = await untilAborted(handshake(config, transport), signal);
  if (result !== ABORTED && "client" in result) return { ...result, transport };
  drop(transport);
  throw result === ABORTED
    ? abortedFailure(name, signal)
    : handshakeFailure(name, host, { ...result, refusedKey, said: hostWords(result.banner, redact) });
}

/**
 * Opens a TCP connection without Nagle's delay: with it a command on loopback takes 44 ms instead of 4 ms.
 * @throws HostUnreachableError
 */
export async function openTcp(name: string, host: SshHost, signal: AbortSignal): Promise<Duplex> {
  try {
    return await openSocket({ host: host.address, port: host.port, noDelay: true }, signal);
  } catch (cause) {
    throw transportFailure(name, host, cause);
  }
}

/** Reads on to the end: a channel only tells that it is closed when everything was read. */
export function drop(transport: Duplex): void {
  transport.resume();
  transport.destroy();
}

type SshConfig = Parameters<NodeSSH["connect"]>[0];

function credentials({ user, privateKey, passphrase }: SshHost): SshConfig {
  return {
    username: user,
    privateKey: privateKey.reveal(),
    ...(passphrase && { passphrase: passphrase.reveal() }),
    authHandler: ["publickey"],
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: KEEPALIVES_MISSED,
    // The caller's signal ends the attempt, so that one deadline covers TCP, jump host and handshake.
    readyTimeout: 0,
  };
}

/** `banner`: what the host sent to be shown, such as why an account is locked; its end, not clean. */
type HandshakeResult =
  | Pick<Link, "client" | "closed">
  | (Pick<HandshakeFailure, "error" | "begun"> & { readonly banner: string });

const BANNER_LENGTH = 8_192;

async function handshake(config: SshConfig, transport: Duplex): Promise<HandshakeResult> {
  const ssh = new NodeSSH();
  const ready = ssh.connect(config);
  // node-ssh creates the client before it first waits, and takes its own listener away once connected.
  // Without a listener a connection that is reset later would end the process.
  const client = ssh.connection;
  let firstError: unknown;
  client?.on("error", (error: unknown) => {
    firstError ??= error;
    drop(transport);
  });
  let banner = "";
  client?.on("banner", (text: string) => {
    banner = (banner + text).slice(-BANNER_LENGTH);
  });
  let ended = false;
  const closed = new Promise<void>((resolve) => {
    client?.once("close", () => {
      ended = true;
      resolve();
    });
  });
  try {
    await ready;
  } catch (error) {
    const begun = ended || firstError !== undefined;
    return { error: begun ? firstError : error, begun, banner };
  }
  return client ? { client, closed } : { error: undefined, begun: false, banner };
}
