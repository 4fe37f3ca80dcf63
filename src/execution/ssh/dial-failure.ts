import {
  HostUnreachableError,
  type RefusedHostKey,
  type UnreachableCode,
} from "../host-unreachable-error.js";
import type { SshHost } from "./ssh-host.js";

/** What is known about a handshake that did not succeed. */
export interface HandshakeFailure {
  /** First error of the connection; `undefined` when none came, because it was only closed or never begun. */
  readonly error: unknown;
  /** False when the key or its passphrase was refused on this side, before anything was sent. */
  readonly begun: boolean;
  readonly refusedKey: RefusedHostKey | undefined;
  /** What the host said while it refused the sign-in: one line, without secrets. */
  readonly said: string;
}

const CODES: Readonly<Record<string, UnreachableCode>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "refused",
  EHOSTUNREACH: "timeout",
  ENETUNREACH: "timeout",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  ETIMEDOUT: "timeout",
};

/** SSH_OPEN_CONNECT_FAILED, RFC 4254 section 5.1. */
const OPEN_CONNECT_FAILED = 2;

/** A socket that did not connect. */
export function transportFailure(name: string, host: SshHost, cause: unknown): HostUnreachableError {
  return new HostUnreachableError(name, errnoCode(cause), { detail: `${host.address}:${host.port}`, cause });
}

/** A jump host that is not reachable itself, or does not lead to the host behind it. */
export function jumpFailure(name: string, jump: string, cause: unknown): HostUnreachableError {
  const code = errorField(cause, "reason") === OPEN_CONNECT_FAILED ? "refused" : "jump";
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  return new HostUnreachableError(name, code, { detail: `through "${jump}"${why}`, cause });
}

export function handshakeFailure(
  name: string,
  host: SshHost,
  { error, begun, refusedKey, said }: HandshakeFailure,
): HostUnreachableError {
  if (refusedKey) return new HostUnreachableError(name, "host-key", { hostKey: refusedKey });
  if (!begun) {
    return new HostUnreachableError(name, "auth", { detail: "its private key cannot be read", cause: error });
  }
  if (errorField(error, "level") === "client-authentication") {
    return new HostUnreachableError(name, "auth", {
      detail: `it refused the key of user ${host.user}`,
      ...(said !== "" && { said }),
      cause: error,
    });
  }
  return transportFailure(name, host, error);
}

/** The reason of a signal that ended an attempt because of its deadline. */
export const TIMED_OUT = Symbol("timed out");

/** An attempt that was ended from this side. */
export function abortedFailure(name: string, signal: AbortSignal): HostUnreachableError {
  return signal.reason === TIMED_OUT
    ? new HostUnreachableError(name, "timeout", { detail: "no connection in time" })
    : new HostUnreachableError(name, "protocol", { detail: "the runner is closed" });
}

/** Reads a field that an error of Node or ssh2 may carry. */
export function errorField(error: unknown, field: string): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, field) : undefined;
}

function errnoCode(error: unknown): UnreachableCode {
  const code = errorField(error, "code");
  return (typeof code === "string" ? CODES[code] : undefined) ?? "protocol";
}
